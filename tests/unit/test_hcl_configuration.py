"""From stored resources to files: what is laid out, what refers, and what is withheld."""

from pathlib import Path

import pytest

from engine.core.errors import InvalidInput
from engine.core.hcl.translate import Member
from engine.core.providers.schema import Block
from tests.unit.hcl_stage import files, member


def test_every_sort_of_value_and_block_is_laid_out() -> None:
    config = {
        "name": "a",
        "tags": {"Name": "x", "a b": "${y}"},
        "ports": [1, -2.5],
        "rules": [{"port": 1}],
        "zones": ["zone-of-a-rather-long-name-" + c * 30 for c in "abc"],
        "inner": {"a": "1"},
        "each": {"k": {"a": "1"}},
        "keys": None,
        "shape": {},
        "user": [{"name": "u"}, {}],
        "timeouts": {"create": "1m"},
        "by_name": {"big": {"size": 1}},
    }
    expected = (Path(__file__).parents[1] / "golden" / "hcl" / "every_sort.tf").read_text("utf-8")
    assert files(member("one", config))["main.tf"] == expected


def test_references_follow_the_schema_of_what_they_name() -> None:
    target = member(
        "target", {"tags": {"0": "x"}, "user": [{"name": "u"}], "rules": [{"port": 1, "label": "l"}]}
    )
    paths = {
        "id": "x_thing.target.id",
        "tags.0": 'x_thing.target.tags["0"]',
        "tags.Na${me": 'x_thing.target.tags["Na$${me"]',
        "ports.1": "x_thing.target.ports[1]",
        "user.0.name": "x_thing.target.user[0].name",
        "rules.0.port": "tolist(x_thing.target.rules)[0].port",
        "zones.0": "tolist(x_thing.target.zones)[0]",
        "inner.a": "x_thing.target.inner.a",
        "each.k.a": 'x_thing.target.each["k"].a',
        "timeouts.create": "x_thing.target.timeouts.create",
        "by_name.n.size": 'x_thing.target.by_name["n"].size',
        "unknown": 'x_thing.target["unknown"]',
        "shape.what.0": 'x_thing.target.shape["what"][0]',
    }
    for path, expected in paths.items():
        source = member("source", {"name": {"$ref": f"target.{path}"}}, depends_on=("target",))
        main = files(target, source)["main.tf"]
        assert f'resource "x_thing" "source" {{\n  name = {expected}\n}}' in main


def test_references_stand_inside_lists_and_maps_and_spare_a_depends_on() -> None:
    target = member("target", {})
    source = member(
        "source",
        {"tags": {"t": {"$ref": "target.id"}}, "zones": [{"$ref": "target.name"}]},
        depends_on=("target",),
    )
    main = files(source, target)["main.tf"]
    assert "t = x_thing.target.id" in main
    assert "zones = [x_thing.target.name]" in main
    assert "depends_on" not in main
    assert main.index('"target"') < main.index('"source"')


def test_dependencies_without_a_reference_are_named_or_commented() -> None:
    source = member("source", {"name": "s"}, depends_on=("elsewhere", "target"))
    assert 'depends_on = [x_thing.target]\n\n  name = "s"' in files(source, member("target", {}))["main.tf"]
    assert "# It depends on elsewhere, which is not part of this export.\n" in files(source)["main.tf"]


def test_secrets_become_variables_with_names_of_their_own() -> None:
    one = member("a", {"b_password": None, "password": "s1", "keys": ["s2"], "inner": {"b": "s3"}})
    two = member("a_user_0", {"password": "s4", "grant": [{"name": "g", "password": "s5"}]})
    three = member("a-b", {"user": [{"name": "u", "password": {"$ref": "a.password"}}], "secrets": {"k": {}}})
    nested = member("z", {"user": [{"password": "s6"}], "unknown": "s7"})
    clash = member("a_user", {"user": [{"password": "s8"}]})
    also = member("a_user_user_0", {"password": "s9"})
    written = files(one, two, three, nested, clash, also)
    text = "\n".join(written.values())
    assert not [secret for secret in (f"s{n}" for n in range(1, 10)) if f'"{secret}"' in text]
    assert "password = x_thing.a.password" in text
    assert 'variable "a_user_user_0_password" {' in text
    assert 'variable "a_user_user_0_password_2" {' in text
    assert (
        'variable "a_keys" {\n'
        '  description = "keys of x_thing.a, which is sensitive and not written here."\n'
        "  type        = list(string)\n"
        "  sensitive   = true\n"
        "}\n"
    ) in text
    assert 'variable "a-b_secrets" {' in text
    assert "  type        = any\n" in text


def test_a_variable_never_has_a_name_that_opentofu_reserves() -> None:
    block = Block.model_validate({"attributes": {"on": {"type": "string", "sensitive": True}}})
    written = files(Member(member("depends", {"on": "s"}).resource, block))
    assert 'variable "depends_on_2"' in written["variables.tf"]


def test_values_of_what_is_not_exported_stand_for_references_and_stay_secret() -> None:
    other = member(
        "db", {"name": "n1", "password": "s1", "keys": ["s2"], "user": [{"name": "u", "password": "s3"}]}
    )
    source = member(
        "source",
        {
            "name": {"$ref": "db.name"},
            "tags": {"p": {"$ref": "db.password"}, "k": {"$ref": "db.keys.0"}},
            "password": {"$ref": "db.name"},
            "keys": [{"$ref": "db.name"}],
            "secrets": {"a": {"port": {"$ref": "db.name"}}},
            "user": {"$ref": "db.user"},
            "zones": [{"$ref": "db.user.0.name"}],
        },
        depends_on=("db",),
    )
    main = files(source, others={"db": other})["main.tf"]
    assert "s1" not in main
    assert "s2" not in main
    assert "s3" not in main
    assert 'name = "n1"' in main
    assert (
        "# name referred to db.name; it has the present value, because db is not part of this export." in main
    )
    assert "p = var.source_tags_p" in main
    assert "k = var.source_tags_k" in main
    assert "# user is left out: what it refers to is sensitive." in main
    assert 'zones    = ["u"]' in main


def test_a_block_is_no_reference_even_within_the_export() -> None:
    target = member("target", {"user": [{"name": "u"}]})
    config = {"user": {"$ref": "target.user"}, "timeouts": {"$ref": "target.user.0.name"}}
    source = member("source", config, depends_on=("target",))
    main = files(target, source)["main.tf"]
    assert (
        "# user referred to target.user; it has the present value, because a block cannot be a reference."
        in main
    )
    assert "depends_on = [x_thing.target]" in main
    assert main.count('name = "u"') == 2
    assert "timeouts {" not in main


def test_a_reference_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"source refers to gone.id, and the project has no such resource"):
        files(member("source", {"name": {"$ref": "gone.id"}}))
    ended = member("gone", {}, state=None)
    with pytest.raises(InvalidInput, match=r"gone.id does not exist"):
        files(member("source", {"name": {"$ref": "gone.id"}}), others={"gone": ended})
