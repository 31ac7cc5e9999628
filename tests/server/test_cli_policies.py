"""Policies, what they are attached to, and waivers by command."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from engine.core.policy.metadata import PolicyMetadata, Severity
from engine.testing.engines import ALLOW, DENY
from server.cli.policy.text import about
from server.problems import listing
from tests.server.cli_stage import Stage, set_stage

BY = {"created_at": "2026-01-02T03:04:05.678901Z", "created_by": "user:cli:ada"}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "p.rego"
    path.write_text(ALLOW)
    return path


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}


@pytest.mark.requirement("3.2.create", "3.2.versions")
def test_a_policy_is_stored_listed_and_shown_in_every_version(stage: Stage, file: Path) -> None:
    parameters = file.with_name("p.json")
    parameters.write_text('{"allowed": ["a"]}')
    added = stage.json("policy", "add", "rules", str(file), "--parameters", str(parameters))
    version = {
        "name": "rules",
        "version": 1,
        "rego_version": "v1",
        "metadata": PolicyMetadata().model_dump(mode="json"),
        **BY,
    }
    of_the_object = {"space": "root", "labels": [], "enabled": True, "deleted_at": None}
    assert without(added, "id", "digest") == {
        "format_version": "1.0",
        **version,
        **of_the_object,
        "parameters": {"allowed": ["a"]},
        "warnings": [],
    }
    file.write_text(DENY)
    labelled = ("--label", "autoattach:web", "--space", "data", "--rego-v0")
    again = stage.run("policy", "add", "rules", str(file), *labelled)
    assert again.stdout == "policy rules v2: enabled, space data, labels autoattach:web\n"
    shown = stage.json("policy", "show", "rules", "--version", "1")
    assert without(shown, "id", "digest") == {
        "format_version": "1.0",
        **version,
        "parameters": {"allowed": ["a"]},
        "source": ALLOW,
    }
    assert stage.run("policy", "show", "rules").stdout == f"{DENY}\n"
    (listed,) = stage.json("policy", "list")["policies"]
    assert (listed["id"], listed["version"], listed["rego_version"]) == (added["id"], 2, "v0")
    history = stage.json("policy", "versions", "rules")
    assert history["policy"] == listed
    assert [(v["version"], v["parameters"]) for v in history["versions"]] == [
        (1, {"allowed": ["a"]}),
        (2, {"allowed": ["a"]}),
    ]
    assert stage.run("policy", "show", "rules", "--version", "3").exit_code == 6


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_a_shown_source_can_be_stored_again_as_the_same(stage: Stage, file: Path, end: str) -> None:
    source = f"{DENY} # a\ttab, and \\u200b\r\n# a second line{end}"
    file.write_bytes(source.encode())
    assert stage.run("policy", "add", "rules", str(file)).exit_code == 0
    assert stage.run("policy", "show", "rules").stdout_bytes.decode() == source + ("" if end else "\n")


def test_what_hides_in_a_shown_source_is_escaped(stage: Stage, file: Path) -> None:
    file.write_text(f"{DENY} # \u202e\n")
    assert stage.run("policy", "add", "rules", str(file)).exit_code == 0
    assert stage.run("policy", "show", "rules").stdout == f"{DENY} # \\u202e\n"


def test_a_policy_is_listed_with_what_it_is_about(stage: Stage, file: Path) -> None:
    stage.run("policy", "add", "rules", str(file), "--label", "autoattach:*", "--label", "note")
    assert stage.run("policy", "list").stdout.splitlines() == [
        "POLICY  VERSION  STATE    SPACE  LABELS              ABOUT       BY          ",
        "rules   v1       enabled  root   autoattach:*, note  everything  user:cli:ada",
    ]


@pytest.mark.requirement("3.2.attach", "3.2.bindings")
def test_a_policy_is_attached_and_detached_and_the_project_says_what_binds_it(
    stage: Stage, file: Path
) -> None:
    nothing = stage.run("policy", "bindings", "demo").stdout
    assert nothing == "no policy binds project demo: every change is allowed\n"
    stage.run("policy", "add", "rules", str(file))
    bound = stage.json("policy", "attach", "rules", "demo")
    assert bound == {"format_version": "1.0", "policy": "rules", "project": "demo", "attached": True}
    assert stage.run("policy", "attach", "rules", "demo").exit_code == 5
    assert stage.json("project", "show", "demo")["policies"] == ["rules v1"]
    stage.run("policy", "label", "rules", "--label", "autoattach:*")
    (row,) = stage.run("policy", "bindings", "demo").stdout.splitlines()[1:]
    assert re.split(r"\s{2,}", row) == [
        "rules",
        "v1",
        "binds",
        "by hand, autoattach:*",
        "*",
        "create, update, replace, delete, import, refresh",
    ]
    still = stage.run("policy", "detach", "rules", "demo")
    assert still.stdout == "policy rules still binds project demo, by its label autoattach:*\n"
    assert stage.run("policy", "detach", "rules", "demo").exit_code == 6
    stage.run("policy", "label", "rules", "--no-labels")
    stage.run("policy", "attach", "rules", "demo")
    assert stage.run("policy", "detach", "rules", "demo").stdout == (
        "policy rules no longer binds project demo\n"
    )
    found = stage.json("policy", "bindings", "demo", "--type", "fake_bucket", "--operation", "create")
    assert found == {
        "format_version": "1.0",
        "project": "demo",
        "space": "root",
        "labels": [],
        "policies": [],
    }
    assert stage.run("policy", "bindings", "demo", "--operation", "destroy").exit_code == 2


@pytest.mark.requirement("3.2.enable", "3.2.delete")
def test_a_policy_is_disabled_enabled_and_deleted(stage: Stage) -> None:
    stage.attach(DENY)
    assert stage.run("policy", "disable", "rules").stdout == "policy rules v1: disabled, space root\n"
    assert stage.create("logs").exit_code == 0
    assert stage.json("policy", "enable", "rules")["enabled"] is True
    assert stage.create("more").exit_code == 3
    refused = stage.run("policy", "delete", "rules")
    assert (refused.exit_code, "policy rules is attached to demo" in refused.stderr) == (5, True)
    assert stage.run("policy", "delete", "rules", "--detach").stdout == (
        "policy rules is deleted; it no longer binds demo\n"
    )
    assert stage.run("policy", "show", "rules").stdout == f"{DENY}\n"
    assert stage.json("policy", "versions", "rules")["policy"]["deleted_at"] == BY["created_at"]
    for command in (("delete", "rules"), ("enable", "rules"), ("attach", "rules", "demo")):
        assert stage.run("policy", *command).exit_code == 6
    stage.attach(ALLOW)
    assert stage.json("policy", "list")["policies"][0]["version"] == 1
    deleted = stage.json("policy", "delete", "rules", "--detach")
    assert deleted == {
        "format_version": "1.0",
        "policy": "rules",
        "deleted": True,
        "detached_from": ["demo"],
    }


def test_attaching_what_is_disabled_says_so(stage: Stage, file: Path) -> None:
    stage.run("policy", "add", "rules", str(file))
    stage.run("policy", "disable", "rules")
    assert stage.run("policy", "attach", "rules", "demo").stdout == (
        "policy rules is attached to project demo, and binds it once it is enabled\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        (("add", "No", "FILE"), 2, "name"),
        (("add", "rules", "nowhere.rego"), 2, "policy"),
        (("add", "rules", "FILE", "--parameters", "FILE"), 2, "parameters"),
        (("add", "rules", "FILE", "--parameters", "LIST"), 2, "parameters"),
        (("add", "rules", "FILE", "--label", "autoattach:No"), 2, "labels"),
        (("add", "rules", "FILE", "--space", ""), 2, "space"),
        (("label", "first"), 2, "label"),
        (("label", "first", "--label", "a", "--no-labels"), 2, "label"),
        (("attach", "firs", "demo"), 6, "policy"),
        (("attach", "first", "dem"), 6, "project"),
        (("waivers", "dem"), 6, "project"),
        (("versions", "firs"), 6, "policy"),
    ],
)
def test_what_is_not_acceptable_is_named(
    stage: Stage, file: Path, arguments: tuple[str, ...], code: int, field: str
) -> None:
    stage.run("policy", "add", "first", str(file))
    a_list = file.with_name("list.json")
    a_list.write_text("[]")
    places = {"FILE": str(file), "LIST": str(a_list)}
    done = stage.run("policy", *(places.get(a, a) for a in arguments), "--output", "json")
    assert (done.exit_code, json.loads(done.stdout)["error"]["field"]) == (code, field)


def test_of_many_types_and_policies_a_line_names_the_first() -> None:
    metadata = PolicyMetadata(severity=Severity.HIGH, resource_types=tuple("abcde"), operations=("create",))
    assert about(metadata) == "high; a, b, c and 2 more; on create"
    assert listing([str(number) for number in range(12)]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
    assert (listing([]), listing(["a"])) == ("", "a")
