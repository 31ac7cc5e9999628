"""Projects, policies, providers and exports by command."""

import json
from pathlib import Path
from typing import Final

import pytest
from pydantic import JsonValue

from tests.server.cli_stage import Stage, set_stage

AT = "2026-01-02T03:04:05.678901+00:00"
UNTIMED: Final[dict[str, JsonValue]] = {
    "words": "",
    "expires_at": None,
    "at_expiry": "archive",
    "warned": [],
    "archived_at": None,
    "destroyed_at": None,
    "refresh_every": "off",
}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


def test_a_project_is_made_changed_shown_listed_and_deleted(stage: Stage) -> None:
    made = stage.json("project", "create", "web", "--label", "env:prod", "--label", "core")
    settings = '{"testing/fake": {"region": "eu"}}'
    changed = stage.json("project", "update", "web", "--label", "core", "--provider-config", settings)
    expected = {
        "format_version": "1.0",
        "project": "web",
        "id": made["id"],
        "created_at": AT,
        "space": "root",
        "policies": [],
        "sample_policies": False,
        "lock": None,
        "lifetime": UNTIMED,
        "drifted": [],
        "resources": [],
        "waiting": [],
        "running": [],
        "last": [],
        "warnings": [],
    }
    assert made == {
        **expected,
        "labels": ["core", "env:prod"],
        "provider_locks": [],
        "provider_settings": {},
    }
    assert changed == {
        **expected,
        "labels": ["core"],
        "provider_locks": [],
        "provider_settings": {"testing/fake": {"region": "eu"}},
    }
    assert stage.json("project", "show", "web") == changed
    listed = stage.json("project", "list")
    assert [p["project"] for p in listed["projects"]] == ["demo", "web"]
    assert listed["projects"][1] == {
        "project": "web",
        "id": made["id"],
        "space": "root",
        "labels": ["core"],
        "created_at": AT,
    }
    deleted = stage.json("project", "delete", "web")
    assert deleted == {"format_version": "1.0", "project": "web", "deleted": True}
    assert stage.run("project", "show", "web").exit_code == 6


def test_what_was_done_in_a_deleted_project_is_found_by_its_name_and_its_id(stage: Stage) -> None:
    stage.create("logs")
    assert stage.run("delete", "demo", "logs").exit_code == 0
    first = stage.json("project", "show", "demo")["id"]
    assert "`intent history demo`" in stage.run("project", "delete", "demo").stdout
    found = stage.json("history", "demo")
    assert (found["project"], [line["kind"] for line in found["operations"]]) == (
        "demo",
        ["delete", "create"],
    )
    assert stage.json("history", first) == found
    # A living project of the name goes before a deleted one, which then is found by its id.
    stage.run("project", "create", "demo")
    assert stage.json("history", "demo")["operations"] == []
    assert stage.json("history", first) == found
    stage.run("project", "delete", "demo")
    assert stage.json("history", "demo")["operations"] == []
    assert stage.run("history", "demos").exit_code == 6


def test_the_settings_of_a_project_are_shown(stage: Stage) -> None:
    settings = {"testing/fake": {"region": "eu"}}
    stage.run("project", "update", "demo", "--provider-config", json.dumps(settings))
    assert stage.json("project", "show", "demo")["provider_settings"] == settings
    assert '  provider   testing/fake\n    region: "eu"\n' in stage.run("project", "show", "demo").stdout


def test_a_project_is_shown_with_its_resources_and_operations(stage: Stage) -> None:
    stage.create("logs")
    lines = stage.run("project", "show", "demo").stdout.splitlines()
    assert lines[:4] == [
        "project demo  ",
        "  space      root",
        "  policies   none: every change is allowed",
        "  providers  no settings",
    ]
    assert lines[4:6] == ["  uses       testing/fake 2.0.0", ""]
    assert lines[6:9] == [
        "resources",
        "RESOURCE  TYPE         PROVIDER            VERSION  DEPENDS ON",
        "logs      fake_bucket  testing/fake 2.0.0  v1                 ",
    ]
    assert stage.run("project", "delete", "demo").exit_code == 5


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ("[]", "provider_config"),
        ('{"testing/fake": {"regin": "eu"}}', "provider_config[testing/fake].regin"),
        ('{"testing/fake": {"key": "k"}}', "provider_config[testing/fake].key"),
        ("@nowhere.json", "provider_config"),
    ],
)
def test_settings_that_are_not_acceptable_are_named(stage: Stage, settings: str, field: str) -> None:
    done = stage.run("project", "update", "demo", "--provider-config", settings, "--output", "json")
    assert (done.exit_code, json.loads(done.stdout)["error"]["field"]) == (2, field)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("fakee_bucket", "did you mean fake?"), ("fake_buckett", "did you mean fake_bucket")],
)
def test_a_type_that_is_not_there_names_the_nearest(stage: Stage, name: str, hint: str) -> None:
    done = stage.run("provider", "resource", name)
    assert (done.exit_code, hint in done.stderr) == (6, True)


def test_an_export_is_printed_or_written_and_replaces_nothing_unasked(stage: Stage, tmp_path: Path) -> None:
    stage.create("logs")
    folder = tmp_path / "out"
    document = stage.json("export", "demo", "--directory", str(folder))
    assert sorted(document["files"]) == sorted(path.name for path in folder.iterdir())
    assert folder.stat().st_mode & 0o777 == 0o700
    again = stage.run("export", "demo", "--directory", str(folder))
    assert (again.exit_code, "--force" in again.stderr) == (5, True)
    assert stage.run("export", "demo", "--directory", str(folder), "--force").exit_code == 0
    printed = stage.run("export", "demo", "logs")
    assert 'resource "fake_bucket" "logs"' in printed.stdout


def test_an_exported_state_is_private_and_bare_on_stdout(stage: Stage, tmp_path: Path) -> None:
    stage.create("logs")
    printed = stage.run("export", "demo", "--format", "state")
    assert json.loads(printed.stdout)["version"] == 4
    assert "every attribute in clear" in printed.stderr
    target = tmp_path / "elsewhere"
    target.write_text("kept")
    (tmp_path / "terraform.tfstate").symlink_to(target)
    arguments = ("export", "demo", "--format", "state", "--directory", str(tmp_path), "--quiet")
    refused = stage.run(*arguments)
    done = stage.run(*arguments, "--force")
    written = tmp_path / "terraform.tfstate"
    assert (refused.exit_code, done.exit_code, done.stderr) == (5, 0, "")
    assert (written.is_symlink(), written.stat().st_mode & 0o777) == (False, 0o600)
    assert target.read_text() == "kept"


def test_a_folder_that_cannot_be_written_is_named(stage: Stage, tmp_path: Path) -> None:
    stage.create("logs")
    (tmp_path / "file").write_text("")
    done = stage.run("export", "demo", "--directory", str(tmp_path / "file" / "sub"))
    assert (done.exit_code, "cannot be written" in done.stderr) == (2, True)
