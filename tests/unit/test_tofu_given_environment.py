"""What a run's children are given to reach their clouds, and that none of it comes out again."""

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio
import pytest

from engine.adapters.tofu.binding import DevOverrides
from engine.adapters.tofu.runner import TofuRunner
from engine.adapters.tofu.schemas import TofuSchemas
from engine.adapters.tofu.slots import Slots
from engine.adapters.tofu.toolchain import Toolchain
from engine.core.errors import EngineError, ProviderFailed
from engine.ports.mirror import Trusted
from engine.ports.questions import Question
from engine.ports.runner import Applied, Clues, Job
from engine.testing.integrations import FakeIntegrations
from engine.testing.mirrors import FakeMirror
from engine.testing.schemas import FAKE_PIN

pytestmark = pytest.mark.anyio
KEY: Final = "0190ac54-6d3e-7000-8000-000000000001"
CANARY: Final = 'c4n4ry <s3cret> "quoted" & more'
GIVEN: Final = {"AWS_SECRET_ACCESS_KEY": CANARY, "AWS_REGION": "eu-west-1", "PATH": "/of/the/integration"}
TOKEN: Final = "inbound-t0ken-of-the-caller"  # noqa: S105 - a canary
CALLER: Final = {"PATH": "/bin", "HOME": "/home/a", "AWS_PROFILE": "callers", "INTENT_TOKEN": TOKEN}
# Notes its environment and what lies in its folder, then does what it is told for each command.
STAND_IN: Final = """
import json, os, pathlib, sys
files = {p.name: p.read_text() for p in pathlib.Path('.').iterdir() if p.is_file()}
line = json.dumps({'command': sys.argv[1], 'environment': dict(os.environ), 'files': files})
with open(NOTES, 'a') as notes:
    notes.write(line + '\\n')
exec(DOES.get(sys.argv[1], 'raise SystemExit(1)'))
"""
# As OpenTofu does: a provider's error in a line of JSON that Go's encoder wrote.
ERROR: Final = """
detail = 'refused: ' + os.environ['AWS_SECRET_ACCESS_KEY']
event = {'type': 'diagnostic', 'diagnostic': {'severity': 'error', 'summary': 'no', 'detail': detail}}
text = json.dumps(event, ensure_ascii=False)
for character in '<>&':
    text = text.replace(character, '\\\\u%04x' % ord(character))
print(text, flush=True)
hook = {'resource': {'addr': 'a.b'}, 'action': 'create'}
print(json.dumps({'type': 'apply_start', '@message': detail, 'hook': hook}), flush=True)
raise SystemExit(1)
"""
GARBAGE: Final = "print(os.environ['AWS_SECRET_ACCESS_KEY'], file=sys.stderr); raise SystemExit(1)"
# OpenTofu's switches, and what Python adds to the environment of the stand-in.
FIXED: Final = {"CHECKPOINT_DISABLE", "TF_CLI_CONFIG_FILE", "TF_INPUT", "TF_IN_AUTOMATION"}
PYTHONS: Final = {"LC_CTYPE"}


@dataclass
class Stage:
    """A stand-in for OpenTofu, with integrations of projects."""

    folder: Path
    does: dict[str, str]

    def __post_init__(self) -> None:
        self.integrations = FakeIntegrations({"ours": GIVEN})
        self.said: list[str] = []
        self.toolchain = Toolchain(
            locate=self.locate,
            binding=DevOverrides(FakeMirror()),
            caller=CALLER,
            integrations=self.integrations,
            slots=Slots(self.folder / "slots", 2),
        )
        self.runner = TofuRunner(self.toolchain, self.folder / "work")

    async def locate(self) -> Path:
        """Write the executable and return it."""
        path = self.folder / "tofu"
        body = STAND_IN.replace("NOTES", repr(str(self.folder / "notes"))).replace("DOES", repr(self.does))
        path.write_text(f"#!{sys.executable} -I\n{body}", "utf-8")
        path.chmod(0o700)
        return path

    @property
    def job(self) -> Job:
        """A creation in the project."""
        return Job(
            key=KEY,
            project_id="ours",
            kind="create",
            pin=FAKE_PIN,
            resource_type="fake_bucket",
            name="it",
            config={"name": "logs"},
            lineage="l",
        )

    async def plan(self) -> None:
        """Plan it."""
        with anyio.fail_after(60):
            async with self.runner.open(self.job, self.hear) as opened:
                await opened.plan()

    async def hear(self, text: str) -> None:
        """Keep what is told of progress."""
        self.said.append(text)

    def notes(self) -> list[dict[str, dict[str, str]]]:
        """Return what each child saw."""
        return [json.loads(line) for line in (self.folder / "notes").read_text().splitlines()]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, {"plan": ERROR})


@pytest.mark.requirement("5.5.seam")
@pytest.mark.requirement("5.security.5")
@pytest.mark.requirement("5.security.15")
async def test_a_run_is_given_what_its_projects_integration_says_and_what_programs_need(stage: Stage) -> None:
    with pytest.raises(ProviderFailed):
        await stage.plan()
    (seen,) = stage.notes()
    given = {name: value for name, value in seen["environment"].items() if name not in FIXED | PYTHONS}
    assert given == {**GIVEN, "PATH": "/bin"}
    assert seen["environment"].keys() >= FIXED
    assert stage.integrations.asked == ["ours"]


@pytest.mark.requirement("5.5.seam")
async def test_every_way_to_a_cloud_asks_for_the_projects_integration(stage: Stage) -> None:
    question = Question(key=KEY, project_id="ours", pin=FAKE_PIN, data_source_type="fake_bucket", config={})
    ways: list[Callable[[], Awaitable[object]]] = [
        lambda: stage.runner.read_data_source(question),
        lambda: stage.runner.preview({"main.tf": ""}, [Trusted(pin=FAKE_PIN)], key=KEY, project_id="ours"),
        lambda: stage.runner.recover(stage.job, Clues(makes=True, natural_id="logs", event_ids=("i",))),
    ]
    for way in ways:
        before = len(stage.integrations.asked)
        with pytest.raises(EngineError):
            await way()
        assert set(stage.integrations.asked[before:]) == {"ours"}
    assert all(seen["environment"]["AWS_REGION"] == "eu-west-1" for seen in stage.notes())


@pytest.mark.requirement("5.5.schema_environment")
async def test_a_schema_is_asked_with_no_integration_at_all(stage: Stage) -> None:
    schemas = TofuSchemas(stage.toolchain, FakeMirror(), stage.folder / "schemas")
    with pytest.raises(EngineError):
        await schemas.index(FAKE_PIN)
    given = [set(seen["environment"]) - FIXED - PYTHONS for seen in stage.notes()]
    assert (given, stage.integrations.asked) == ([{"PATH"}], [])


@pytest.mark.requirement("5.5.canary")
@pytest.mark.requirement("5.security.15")
@pytest.mark.parametrize("does", [ERROR, GARBAGE])
async def test_what_a_child_says_of_its_secrets_reaches_nobody(stage: Stage, does: str) -> None:
    stage.does["plan"] = does
    with pytest.raises(ProviderFailed) as failed:
        await stage.plan()
    told = json.dumps([failed.value.message, failed.value.untrusted, failed.value.hint, *stage.said])
    assert "(sensitive value)" in told
    assert [word for word in ("c4n4ry", "s3cret", "quoted", TOKEN) if word in told] == []
    written = "".join(text for seen in stage.notes() for text in seen["files"].values())
    assert (written != "", "c4n4ry" in written, TOKEN in written) == (True, False, False)


@pytest.mark.requirement("5.5.canary")
async def test_what_an_apply_says_of_its_secrets_reaches_nobody(stage: Stage) -> None:
    change = {"actions": ["create"], "before": None, "after": {"name": "logs"}, "after_unknown": {"id": True}}
    shown = {
        "format_version": "1.2",
        "resource_changes": [{"address": "fake_bucket.it", "mode": "managed", "change": change}],
    }
    stage.does |= {
        "plan": "open('plan.tfplan', 'w').write('a plan')",
        "show": f"print({json.dumps(shown)!r})",
        "apply": ERROR,
    }
    applied: list[Applied] = []
    with anyio.fail_after(60):
        async with stage.runner.open(stage.job, stage.hear) as opened:
            await opened.plan()
            applied.append(await opened.apply())
    assert applied[0].failure is not None
    assert "(sensitive value)" in applied[0].failure
    assert [word for word in ("c4n4ry", "s3cret") if word in applied[0].failure + "".join(stage.said)] == []
