"""Stand-ins for OpenTofu that misbehave: each run ends, with a clear error, and leaves no process."""

import json
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import anyio
import pytest

from engine.adapters.tofu import effect, process, run
from engine.adapters.tofu.binding import DevOverrides
from engine.adapters.tofu.runner import TofuRunner
from engine.adapters.tofu.slots import Slots
from engine.adapters.tofu.toolchain import Toolchain
from engine.core.errors import RunnerFailed
from engine.core.state import InstanceState, StateEntry, state_document
from engine.core.values import JsonObject
from engine.ports.runner import Applied, Job
from engine.testing.integrations import FakeIntegrations
from engine.testing.mirrors import FakeMirror
from engine.testing.schemas import FAKE_PIN
from tests.integration.folder_processes import running_in

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.6.tofu")]

KEY: Final = "0190ac54-6d3e-7000-8000-000000000001"
PLANNED: Final[JsonObject] = {
    "format_version": "1.2",
    "resource_changes": [
        {
            "address": "fake_bucket.it",
            "mode": "managed",
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {"name": "logs"},
                "after_unknown": {"id": True},
            },
        }
    ],
}
HANG: Final = "import signal\nwhile True: signal.pause()"
DEAF: Final = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n{HANG}"
FLOOD: Final = "while True: print('x' * 10_000)"


def state(*names: str, resource_type: str = "fake_bucket", object_id: str | None = "logs") -> str:
    """Return a state file with objects of these names."""
    instance = InstanceState(attributes={"id": object_id, "name": "logs"})
    entries = [
        StateEntry(resource_type=resource_type, name=name, provider=FAKE_PIN.address, instance=instance)
        for name in names
    ]
    return json.dumps(state_document(entries, lineage="l", serial=1, tofu_version="1.6.0"))


def saves(text: str) -> str:
    """Return what leaves a state file and ends well."""
    return f"open('terraform.tfstate', 'w').write({text!r})"


@dataclass
class StandIn:
    """An executable named tofu, with what it does for each command."""

    folder: Path
    commands: dict[str, str] = field(default_factory=dict)

    async def locate(self) -> Path:
        """Write the executable and return it."""
        does = {
            "plan": "open('plan.tfplan', 'w').write('a plan')",
            "show": f"print({json.dumps(PLANNED)!r})",
            "apply": saves(state("it")),
            **self.commands,
        }
        path = self.folder / "tofu"
        path.write_text(f"#!{sys.executable} -I\nimport sys\nexec({does!r}[sys.argv[1]])\n", "utf-8")
        path.chmod(0o700)
        return path

    @property
    def work(self) -> Path:
        """Where its workspaces are."""
        return self.folder / "work"

    async def create(self) -> Applied:
        """Plan and apply a creation."""
        mirror = FakeMirror()
        toolchain = Toolchain(
            locate=self.locate,
            binding=DevOverrides(mirror),
            caller={},
            integrations=FakeIntegrations(),
            slots=Slots(self.folder / "slots", 2),
        )
        job = Job(
            key=KEY,
            kind="create",
            pin=FAKE_PIN,
            resource_type="fake_bucket",
            name="it",
            config={"name": "logs"},
            lineage="l",
        )

        async def quiet(_text: str) -> None:
            return

        with anyio.fail_after(60):
            async with TofuRunner(toolchain, self.work).open(job, quiet) as opened:
                await opened.plan()
                return await opened.apply()

    def left(self) -> list[str]:
        """Return the workspaces that are left; no process may be."""
        assert running_in(self.work / KEY) == {}
        return [path.name for path in self.work.iterdir()]


@pytest.fixture
def tofu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Return a stand-in that does well, under bounds that a test can wait for."""
    monkeypatch.setattr(process, "INTERRUPT_GRACE_SECONDS", 0.2)
    monkeypatch.setattr(process, "CHILD_OUTPUT_MAX_BYTES", 200_000)
    return StandIn(tmp_path)


async def test_the_stand_in_itself_does_well(tofu: StandIn) -> None:
    applied = await tofu.create()
    assert (applied.failure, applied.outcome_known, tofu.left()) == (None, True, [])
    assert applied.state is not None
    assert applied.state.object_id == "logs"


@pytest.mark.parametrize("command", ["plan", "show"])
@pytest.mark.parametrize("does", [HANG, DEAF])
async def test_one_that_hangs_before_the_effect_is_ended(
    tofu: StandIn, monkeypatch: pytest.MonkeyPatch, command: str, does: str
) -> None:
    monkeypatch.setattr(run, "PLAN_TIMEOUT_SECONDS", 1.0)
    tofu.commands[command] = does
    with pytest.raises(RunnerFailed, match="no end after") as failed:
        await tofu.create()
    assert failed.value.hint
    assert tofu.left() == []


@pytest.mark.parametrize(
    ("command", "does"),
    [
        ("show", "print('no JSON')"),
        ("show", "print('[1, 2]')"),
        ("show", "print('{}')"),
        ("show", """print('{"format_version": "9.0"}')"""),
        ("show", "import os; os.write(1, bytes(range(256)))"),
        ("show", FLOOD),
        ("plan", FLOOD),
    ],
)
async def test_garbage_instead_of_a_plan_is_no_plan(tofu: StandIn, command: str, does: str) -> None:
    tofu.commands[command] = does
    with pytest.raises(RunnerFailed):
        await tofu.create()
    assert tofu.left() == []


@pytest.mark.parametrize("does", [HANG, DEAF])
async def test_one_that_hangs_in_the_effect_leaves_the_outcome_unknown(
    tofu: StandIn, monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    monkeypatch.setattr(effect, "APPLY_TIMEOUT_SECONDS", 1.0)
    tofu.commands["apply"] = does
    applied = await tofu.create()
    assert (applied.state, applied.outcome_known, tofu.left()) == (None, False, [KEY])
    assert applied.failure is not None
    assert "no end after" in applied.failure


@pytest.mark.parametrize(
    "does",
    [
        "pass",
        "print('Apply complete! Resources: 1 added')",
        saves(""),
        saves("{"),
        saves("[]"),
        saves(state()),
        saves(state("other")),
        saves(state("it", resource_type="fake_network")),
        saves(state("it", object_id=None)),
        saves(state("it", object_id="")),
    ],
)
async def test_success_that_the_state_does_not_show_is_none(tofu: StandIn, does: str) -> None:
    tofu.commands["apply"] = does
    known: list[bool] = []
    # A state that cannot be read is an error, which leaves the outcome as open.
    with suppress(RunnerFailed):
        known.append((await tofu.create()).outcome_known)
    assert (True in known, tofu.left()) == (False, [KEY])


async def test_one_that_prints_without_end_in_the_effect_leaves_its_workspace(tofu: StandIn) -> None:
    tofu.commands["apply"] = FLOOD
    with pytest.raises(RunnerFailed, match="wrote more than"):
        await tofu.create()
    assert tofu.left() == [KEY]


async def test_what_was_made_is_known_although_opentofu_does_not_start_to_read_it_again(
    tofu: StandIn,
) -> None:
    tofu.commands["apply"] = f"{saves(state('it'))}; import os; os.unlink({str(tofu.folder / 'tofu')!r})"
    applied = await tofu.create()
    assert (applied.failure, applied.outcome_known, tofu.left()) == (None, True, [])
    assert applied.state is not None
    assert applied.state.object_id == "logs"
