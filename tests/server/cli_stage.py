"""The command on a real database and a cloud in memory: what a person types, and what it answers."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import JsonValue
from typer.testing import CliRunner, Result

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.adapters.rego.why.explainer import RegorusExplainer
from engine.adapters.store.unit_of_work import open_store
from engine.service.services import Services
from engine.testing.engines import FakeEngine, make_services
from server.cli.main import app
from server.settings import Settings

BUCKET: Final = ("--type", "fake_bucket", "--provider", "testing/fake")


@dataclass(frozen=True)
class Stage:
    """A home folder, and the engine that every command called here works with."""

    engine: FakeEngine
    home: Path

    def run(self, *arguments: str, actor: str = "ada", given: str | None = None) -> Result:
        """Call the command as `actor`; `given` is its stdin."""
        environment = {"INTENT_HOME": str(self.home), "INTENT_ACTOR": actor}
        return CliRunner().invoke(app, list(arguments), env=environment, input=given)

    def json(self, *arguments: str, actor: str = "ada") -> Any:
        """Call the command with `--output json` and return the document."""
        return json.loads(self.run(*arguments, "--output", "json", actor=actor).stdout)

    def create(self, name: str, *more: str, config: Mapping[str, Any] | None = None) -> Result:
        """Create a bucket in the project `demo`."""
        given = {"name": name} if config is None else config
        return self.run("create", "demo", name, *BUCKET, "--config", json.dumps(given), *more)

    def attach(self, source: str) -> None:
        """Attach a policy of this source to the project `demo`, or give the one that is its next version."""
        file = self.home.parent / "policy.rego"
        file.write_text(source)
        added = self.run("policy", "add", "rules", str(file))
        assert added.exit_code == 0, added.output
        attached = self.run("policy", "attach", "rules", "demo")
        assert attached.exit_code in (0, 5), attached.output


def set_stage(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    said: Mapping[str, Mapping[str, JsonValue]] | None = None,
    *,
    rego: bool = False,
) -> Stage:
    """Return a stage with the empty project `demo`.

    `said` is what further policies say, by source; with `rego` policies are evaluated and explained for real.
    """
    engine = make_services(said=said)

    @asynccontextmanager
    async def opened(settings: Settings, _credentials: Mapping[str, str]) -> AsyncIterator[Services]:
        async with open_store(settings.database) as store:
            services = replace(engine.services, store=store)
            if not rego:
                yield services
                return
            async with RegorusEvaluator() as evaluator, RegorusExplainer() as explainer:
                yield replace(services, evaluator=evaluator, explainer=explainer)

    monkeypatch.setattr("server.cli.session.open_services", opened)
    stage = Stage(engine, folder / "home")
    assert stage.run("project", "create", "demo").exit_code == 0
    return stage
