"""Configurations of a provider as fronts take and show them: `--provider-alias`, `provider_alias`."""

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from engine.core.auth.principals import person
from engine.service.projects.update import update_project
from engine.testing.engines import make_services
from tests.server.cli_stage import BUCKET, Stage, set_stage
from tests.server.mcp_desk import asking, text

pytestmark = pytest.mark.requirement("5.5.aliases")
_SETTINGS: dict[str, JsonValue] = {
    "testing/fake": {"region": "east"},
    "testing/fake.west": {"region": "west", "zone": "a"},
}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


def configure(stage: Stage) -> str:
    done = stage.run("project", "update", "demo", "--provider-config", json.dumps(_SETTINGS))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_both_configurations_are_shown_with_what_is_deprecated(stage: Stage) -> None:
    shown = configure(stage)
    assert '  provider   testing/fake\n    region: "east"\n  provider   testing/fake.west\n' in shown
    deprecated = "provider_config[testing/fake.west].zone is deprecated: testing/fake 2.0.0 takes it still"
    assert f"  warning    {deprecated}\n" in shown
    assert stage.json("project", "show", "demo")["warnings"] == []


def test_commands_take_an_alias_and_tell_it(stage: Stage) -> None:
    configure(stage)
    made = stage.create("logs", "--provider-alias", "west")
    assert "  resource   fake_bucket of testing/fake.west 2.0.0, project demo\n" in made.stdout
    assert "of testing/fake.west 2.0.0, project demo" in stage.run("read", "demo", "logs").stdout
    assert "fake_bucket  testing/fake.west 2.0.0" in stage.run("project", "show", "demo").stdout
    stage.engine.cloud.objects["fake_bucket", "theirs"] = {"id": "theirs", "name": "theirs"}
    taken = stage.json(
        "import", "demo", "theirs", *BUCKET, "--import-id", "theirs", "--provider-alias", "west"
    )
    assert taken["operation"]["provider_alias"] == "west"
    source = ("--type", "fake_bucket", "--provider", "testing/fake", "--config", '{"name": "theirs"}')
    assert stage.json("read", "demo", *source, "--provider-alias", "west")["operation"]["state"] == "FINISHED"
    wrong = stage.create("more", "--provider-alias", "wets")
    assert (wrong.exit_code, "did you mean west?" in wrong.output) == (2, True)
    refused = stage.run("project", "update", "demo", "--provider-config", '{"testing/fake.west": null}')
    assert (refused.exit_code, "testing/fake.west is in use: logs, theirs" in refused.stderr) == (5, True)


def test_an_update_takes_no_alias(stage: Stage) -> None:
    configure(stage)
    stage.create("logs", "--provider-alias", "west")
    done = stage.run("update", "demo", "logs", "--config", "{}", "--provider-alias", "east")
    assert done.exit_code == 2


@pytest.mark.anyio
async def test_an_assistant_names_an_alias_and_reads_it() -> None:
    engine = make_services()
    bucket = {"provider": "testing/fake", "resource_type": "fake_bucket", "config": {"name": "logs"}}
    async with asking(engine) as asked:
        await asked.intent(operation="create", resource_id="plain", **{**bucket, "config": {"name": "plain"}})
        await update_project(engine.services, person("ada"), "default", provider_settings=_SETTINGS)
        made = await asked.intent(operation="create", resource_id="logs", provider_alias="west", **bucket)
        read = await asked.intent(operation="read", resource_id="logs")
        glance = await asked.intent(operation="status", project="default")
        moved = await asked.intent(operation="update", resource_id="logs", config={}, provider_alias="")
    assert made.structured_content["operation"]["provider_alias"] == "west"
    assert read.structured_content["resource"]["provider_alias"] == "west"
    assert "resource logs: fake_bucket with west, version 1" in text(read)
    assert glance.structured_content["overview"]["provider_settings"] == _SETTINGS
    assert (moved.is_error, "provider_alias does not belong to update" in text(moved)) == (True, True)
