"""The environment of providers as a process puts it together: the caller's, and what the operator names."""

from pathlib import Path
from typing import Any

import pytest

import server.bootstrap
from engine.adapters.integrations import CallerIntegrations
from server.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("5.5.environment")
async def test_what_the_operator_names_reaches_the_runs_of_projects(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[CallerIntegrations] = []

    def note(*arguments: Any) -> CallerIntegrations:
        made.append(CallerIntegrations(*arguments))
        return made[-1]

    monkeypatch.setattr(server.bootstrap, "CallerIntegrations", note)
    for name in ("GITHUB_TOKEN", "DO_TOKEN", "CANARY"):
        monkeypatch.setenv(name, name.lower())
    monkeypatch.setenv("INTENT_PROVIDERS_ENVIRONMENT", "GITHUB_TOKEN,DO_TOKEN")
    settings = Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'db'}")
    async with server.bootstrap.open_services(settings, {"AWS_REGION": "eu-west-1"}):
        (integrations,) = made
        given = await integrations.environment("any")
    expected = {"GITHUB_TOKEN": "github_token", "DO_TOKEN": "do_token", "AWS_REGION": "eu-west-1"}
    assert {name: given.get(name) for name in (*expected, "CANARY")} == {**expected, "CANARY": None}
