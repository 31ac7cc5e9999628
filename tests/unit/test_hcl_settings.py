"""From stored resources to files: providers, imports, the JSON form and the marks of a state."""

import pytest
from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.hcl.build import build, translated
from engine.core.hcl.document import document
from engine.core.hcl.marks import sensitive_attributes
from engine.core.hcl.render import render
from engine.core.state import InstanceState
from engine.testing.builders import project
from tests.unit.hcl_stage import BLOCK, SETTINGS, files, member


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


@pytest.mark.requirement("5.5.aliases")
def test_each_configuration_that_is_used_has_a_block_in_both_forms() -> None:
    members = [
        member("one", {}),
        member("two", {}, provider_alias="west"),
        member("three", {}, provider_alias="west"),
        member("four", {}, provider="ns/y", provider_alias="only"),
    ]
    owner = project(
        provider_settings={
            "ns/x": {"region": "a"},
            "ns/x.west": {"region": "b", "token": "s3cret"},
            "ns/x.unused": {"region": "c"},
        }
    )
    built = build(owner, members, {}, {m.resource.pin: SETTINGS for m in members})
    written = render(built)
    assert written["providers.tf"] == (
        'provider "x" {\n  region = "a"\n}\n\n'
        "# token is a credential and is not written; give it by environment.\n"
        'provider "x" {\n  alias  = "west"\n  region = "b"\n}\n\n'
        'provider "y" {\n  alias = "only"\n}\n'
    )
    assert written["versions.tf"].count("source") == len(("x", "y"))
    assert written["main.tf"] == (
        'resource "x_thing" "four" {\n  provider = y.only\n}\n\n'
        'resource "x_thing" "one" {}\n\n'
        'resource "x_thing" "three" {\n  provider = x.west\n}\n\n'
        'resource "x_thing" "two" {\n  provider = x.west\n}\n'
    )
    in_json = document(built)
    assert in_json["provider"] == {
        "x": [
            {"region": "a"},
            {
                "//": ["token is a credential and is not written; give it by environment."],
                "alias": "west",
                "region": "b",
            },
        ],
        "y": {"alias": "only"},
    }
    assert isinstance(in_json["resource"], dict)
    assert in_json["resource"]["x_thing"] == {
        "four": {"provider": "y.only"},
        "one": {},
        "three": {"provider": "x.west"},
        "two": {"provider": "x.west"},
    }
