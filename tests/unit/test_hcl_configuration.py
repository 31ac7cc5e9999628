"""From stored resources to files: what is written, what is withheld, and what is refused."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import JsonValue

from engine.core.addrs import ProviderPin
from engine.core.errors import InvalidInput
from engine.core.hcl.build import build, translated
from engine.core.hcl.document import document
from engine.core.hcl.marks import sensitive_attributes
from engine.core.hcl.render import render
from engine.core.hcl.translate import Member
from engine.core.providers.schema import Block
from engine.core.state import InstanceState
from engine.testing.builders import project, resource

RULE = ["object", {"port": "number", "label": "string"}]
BLOCK = Block.model_validate(
    {
        "attributes": {
            "id": {"type": "string", "computed": True},
            "name": {"type": "string", "optional": True},
            "tags": {"type": ["map", "string"], "optional": True},
            "ports": {"type": ["list", "number"], "optional": True},
            "zones": {"type": ["set", "string"], "optional": True},
            "rules": {"type": ["set", RULE], "optional": True},
            "password": {"type": "string", "optional": True, "sensitive": True},
            "keys": {"type": ["list", "string"], "optional": True, "sensitive": True},
            "shape": {"type": RULE, "optional": True},
            "secrets": {"type": ["map", RULE], "optional": True, "sensitive": True},
            "inner": {
                "optional": True,
                "nested_type": {
                    "nesting_mode": "single",
                    "attributes": {
                        "a": {"type": "string", "optional": True},
                        "b": {"type": "string", "sensitive": True},
                    },
                },
            },
            "each": {
                "optional": True,
                "nested_type": {"nesting_mode": "map", "attributes": {"a": {"type": "string"}}},
            },
        },
        "block_types": {
            "user": {
                "nesting_mode": "list",
                "block": {
                    "attributes": {
                        "name": {"type": "string"},
                        "password": {"type": "string", "sensitive": True},
                    }
                },
            },
            "grant": {
                "nesting_mode": "set",
                "block": {
                    "attributes": {
                        "name": {"type": "string"},
                        "password": {"type": "string", "sensitive": True},
                    }
                },
            },
            "timeouts": {"nesting_mode": "single", "block": {"attributes": {"create": {"type": "string"}}}},
            "by_name": {"nesting_mode": "map", "block": {"attributes": {"size": {"type": "number"}}}},
        },
    }
)
SETTINGS = Block.model_validate(
    {
        "attributes": {
            "region": {"type": "string"},
            "token": {"type": "string"},
            "skip_credentials_validation": {"type": "bool"},
            "hidden": {"type": "string", "sensitive": True},
            "unset": {"type": "string"},
            "accounts": {"type": ["map", ["list", "string"]]},
        },
        "block_types": {
            "endpoints": {
                "nesting_mode": "set",
                "block": {"attributes": {"s3": {"type": "string"}, "secret_key": {"type": "string"}}},
            },
            "assume": {
                "nesting_mode": "single",
                "block": {"attributes": {"role": {"type": "string"}, "password": {"type": "string"}}},
            },
        },
    }
)


def member(name: str, config: dict[str, Any], **changes: Any) -> Member:
    """Return a resource `name` of type `x_thing` whose state is its configuration with an id."""
    fields = {
        "resource_id": name,
        "resource_type": "x_thing",
        "provider": "ns/x",
        "config": config,
        "state": InstanceState(attributes={"id": f"i-{name}", **config}),
    }
    return Member(resource(**{**fields, **changes}), BLOCK)


def files(
    *members: Member,
    settings: dict[str, Any] | None = None,
    others: Mapping[str, Member] | None = None,
) -> dict[str, str]:
    """Return the files of these resources."""
    pins: dict[ProviderPin, Block] = {m.resource.pin: SETTINGS for m in members}
    owner = project(provider_settings={"ns/x": settings} if settings else {})
    return render(build(owner, members, others or {}, pins))


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
    long = ["zone-of-a-rather-long-name-" + c * 30 for c in "abc"]
    assert files(member("one", config))["main.tf"] == (
        'resource "x_thing" "one" {\n'
        '  name = "a"\n'
        "  tags = {\n"
        '    Name  = "x"\n'
        '    "a b" = "$${y}"\n'
        "  }\n"
        "  ports = [1, -2.5]\n"
        "  rules = [\n"
        "    {\n"
        "      port  = 1\n"
        "      label = null\n"
        "    },\n"
        "  ]\n"
        "  zones = [\n"
        f'    "{long[0]}",\n    "{long[1]}",\n    "{long[2]}",\n'
        "  ]\n"
        "  inner = {\n"
        '    a = "1"\n'
        "  }\n"
        "  each = {\n"
        "    k = {\n"
        '      a = "1"\n'
        "    }\n"
        "  }\n"
        "  shape = {\n"
        "    port  = null\n"
        "    label = null\n"
        "  }\n"
        "\n"
        "  user {\n"
        '    name = "u"\n'
        "  }\n"
        "\n"
        "  user {}\n"
        "\n"
        "  timeouts {\n"
        '    create = "1m"\n'
        "  }\n"
        "\n"
        '  by_name "big" {\n'
        "    size = 1\n"
        "  }\n"
        "}\n"
    )


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


def test_credentials_are_not_among_the_settings() -> None:
    settings = {
        "region": "r",
        "token": "s1",
        "hidden": "s2",
        "unset": None,
        "skip_credentials_validation": True,
        "accounts": {"a": ["1"]},
        "endpoints": {"s3": "http://x", "secret_key": "s3"},
        "assume": {"role": "r", "password": "s4"},
    }
    assert files(member("one", {}), settings=settings)["providers.tf"] == (
        "# token is a credential and is not written; give it by environment.\n"
        "# hidden is a credential and is not written; give it by environment.\n"
        "# endpoints.secret_key is a credential and is not written; give it by environment.\n"
        "# assume.password is a credential and is not written; give it by environment.\n"
        'provider "x" {\n'
        '  region                      = "r"\n'
        "  skip_credentials_validation = true\n"
        "  accounts = {\n"
        '    a = ["1"]\n'
        "  }\n"
        "\n"
        "  endpoints {\n"
        '    s3 = "http://x"\n'
        "  }\n"
        "\n"
        "  assume {\n"
        '    role = "r"\n'
        "  }\n"
        "}\n"
    )


def test_providers_of_one_name_or_another_prefix_are_told_apart() -> None:
    written = files(
        member("one", {}),
        member("two", {"name": "n"}, provider="other/x"),
        member("three", {}, provider="ns/y"),
    )
    assert "    ns-x    = {\n" not in written["versions.tf"]
    assert 'source  = "other/x"\n      version = "= 3.39.0"' in written["versions.tf"]
    assert 'resource "x_thing" "two" {\n  provider = other-x\n\n  name = "n"\n}' in written["main.tf"]
    assert 'resource "x_thing" "three" {\n  provider = y\n}' in written["main.tf"]


def test_one_provider_at_two_versions_is_refused() -> None:
    with pytest.raises(
        InvalidInput, match=r"ns/x is used .*: one \(3.39.0\), two \(2.0.0\); one configuration"
    ):
        files(member("one", {}), member("two", {}, provider_version="2.0.0"))


def test_imports_take_the_id_they_were_given_or_the_state_s() -> None:
    nameless = member("three", {}, state=InstanceState(attributes={}))
    written = files(member("one", {}), member("two", {}, import_id='a"b'), nameless)
    assert written["imports.tf"] == (
        'import {\n  to = x_thing.one\n  id = "i-one"\n}\n\n'
        "# x_thing.three has no id that an import could take.\n\n"
        'import {\n  to = x_thing.two\n  id = "a\\"b"\n}\n'
    )


def test_an_empty_project_is_a_configuration_too() -> None:
    assert files() == {
        "versions.tf": 'terraform {\n  required_version = ">= 1.6.0"\n\n  required_providers {}\n}\n'
    }


def test_the_json_form_escapes_templates_and_keeps_references() -> None:
    target = member("target", {"tags": {"${k}": "%{v}"}, "ports": [1]}, state=None)
    source = member(
        "source",
        {"name": {"$ref": "target.id"}, "password": "s", "zones": ["a"]},
        depends_on=("elsewhere", "target"),
        provider="ns/y",
    )
    bare = member("bare", {}, depends_on=("target",))
    pins = {m.resource.pin: SETTINGS for m in (target, source)}
    assert document(build(project(), (target, source, bare), {}, pins)) == {
        "terraform": {
            "required_version": ">= 1.6.0",
            "required_providers": {
                "x": {"source": "ns/x", "version": "= 3.39.0"},
                "y": {"source": "ns/y", "version": "= 3.39.0"},
            },
        },
        "provider": {"x": {}, "y": {}},
        "variable": {
            "source_password": {
                "description": "password of x_thing.source, which is sensitive and not written here.",
                "type": "string",
                "sensitive": True,
            }
        },
        "resource": {
            "x_thing": {
                "target": {
                    "//": ["x_thing.target has no id that an import could take."],
                    "tags": {"$${k}": "%%{v}"},
                    "ports": [1],
                },
                "bare": {"depends_on": ["x_thing.target"]},
                "source": {
                    "//": ["It depends on elsewhere, which is not part of this export."],
                    "name": "${x_thing.target.id}",
                    "password": "${var.source_password}",
                    "zones": ["a"],
                    "provider": "y",
                },
            }
        },
        "import": [{"to": "x_thing.bare", "id": "i-bare"}, {"to": "x_thing.source", "id": "i-source"}],
    }


def test_a_state_s_marks_name_what_the_configuration_makes_sensitive() -> None:
    target = member("target", {"password": "s", "name": "n"})
    source = member(
        "source",
        {
            "password": "s",
            "name": {"$ref": "target.password"},
            "ports": [{"$ref": "target.password"}],
            "rules": [{"port": 1, "label": {"$ref": "target.password"}}],
            "shape": {"label": {"$ref": "target.password"}},
            "tags": {"k": {"$ref": "target.password"}, "plain": {"$ref": "target.name"}},
            "user": [{"name": "u", "password": "s"}],
            "grant": [{"name": "u", "password": "s"}, {"name": "v", "password": "s"}],
            "each": {"k": {"a": {"$ref": "target.password"}}},
        },
        depends_on=("target",),
    )
    blocks, _ = translated([target, source], {})
    assert sensitive_attributes(BLOCK, blocks[1].sensitive) == [
        [_name("password")],
        [_name("name")],
        [_name("ports"), _at(0)],
        [_name("rules")],
        [_name("shape"), _name("label")],
        [_name("tags"), _at("k")],
        [_name("user"), _at(0), _name("password")],
        [_name("grant")],
        [_name("each"), _at("k"), _name("a")],
    ]


def _name(text: str) -> JsonValue:
    return {"type": "get_attr", "value": text}


def _at(key: str | int) -> JsonValue:
    return {"type": "index", "value": {"value": key, "type": "string" if isinstance(key, str) else "number"}}
