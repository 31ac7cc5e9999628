"""`intent mcp install`: what the entry carries, and what is said to do next."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli.main import app
from server.settings import Settings


@pytest.mark.requirement("2.6.install")
def test_the_command_hands_the_callers_settings_on_and_says_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"INTENT_HOME": "mine", "INTENT_PROJECT": "web", "INTENT_TOFU": "/opt/tofu", "INTENT_ACTOR": ""}
    for name in (f"INTENT_{field}".upper() for field in Settings.model_fields):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(app, ["mcp", "install", "--client", "claude"], env=given)
    assert done.exit_code == 0
    assert "restart claude; calls that name no project work in web" in done.stdout
    assert "of {home}; ".format(home=tmp_path / "mine") in done.stdout
    entry = json.loads((tmp_path / ".mcp.json").read_text())["mcpServers"]["intent"]
    assert entry["env"] == {
        "INTENT_HOME": str(tmp_path / "mine"),
        "INTENT_PROJECT": "web",
        "INTENT_TOFU": "/opt/tofu",
    }
