"""Plays one run: an engine acts, is struck, another recovers; then cloud and database are compared."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import anyio

from engine.adapters.store.unit_of_work import open_store
from engine.core.audit import verify
from engine.core.errors import IntegrityFailed
from engine.core.limits import LEASE_SECONDS, LIST_MAX
from engine.core.operations.operation import OperationKind
from engine.core.values import JsonObject
from server.demo.cloud import MockCloud
from tests.crash.children import PROJECT, RESOURCE, Asked, Passed, Place, act, mend
from tests.crash.gate import Gate, open_gate
from tests.crash.judge import Finding, Left, Remembered, Wish, honestly_unknown, judge
from tests.crash.processes import Child, await_tofu, left_in, strike
from tests.crash.script import Act, Blow, Script
from tests.crash.subjects import SUBJECTS, Subject, client
from tests.integration.folder_processes import ended

_RECOVERIES_MAX: Final = 5
# How long a recovery that begins at once meets a call that is still held.
_AT_ONCE_SECONDS: Final = 3.0
_URGED_SECONDS: Final = 0.3
_EXIT_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Result:
    """What a run came to.

    Attributes:
        points, calls: what an engine passed that was not killed, and what the cloud was asked.
        trail: what happened, in words.
    """

    script: Script
    findings: Sequence[Finding]
    unknown: bool
    points: Sequence[str]
    calls: Sequence[str]
    trail: Sequence[str]


@dataclass
class _Stage:
    """Where a run is played."""

    script: Script
    gate: Gate
    place: Place
    trail: list[str] = field(default_factory=list)
    recoveries: int = 0

    @property
    def work(self) -> Path:
        return self.place.home / "work"


def play(script: Script, cloud: MockCloud, schemas: Path, folder: Path) -> Result:
    """Play a run in an empty folder; `schemas` is the cache of schemas that runs share."""
    home = folder / "home"
    home.mkdir()
    (home / "schemas").symlink_to(schemas)
    with open_gate(cloud.url) as gate:
        settings = MockCloud(url=gate.url, pid=cloud.pid).provider_settings
        stage = _Stage(script, gate, Place(home, folder / "intent.db", settings))
        try:
            return _play(stage)
        finally:
            strike(stage.work, "", signal.SIGKILL)


def _play(stage: _Stage) -> Result:
    script, gate, subject = stage.script, stage.gate, SUBJECTS[stage.script.subject]
    boto = client(subject, gate.url)
    first, asked = _requests(script, subject, f"crash-{gate.account}", boto)
    child = Child(act, stage.place, first, asked, script.point)
    try:
        if child.hear() != "armed":
            raise AssertionError(f"{script}: the engine did not come so far that it could be struck")
        before = subject.look(boto)
        gate.watch(script.call, script.side, late=script.late)
        child.say("go")
        begun = _strike_while_held(stage, child) if script.call else []
        heard = child.hear()
        calls = tuple(gate.calls)
    finally:
        child.end()
    stage.trail.append(f"the engine ended with {child.exit_code}")
    passed = heard if isinstance(heard, Passed) else Passed(())
    stage.trail += [f"it raised {error}" for error in passed.raised]
    raised = _recover(stage, begun)
    wanted = {**(first[0].config if first else {}), **asked.config}
    wish = Wish(asked.kind, wanted if script.act is not Act.IMPORT else {}, before)
    cloud, remembered = subject.look(boto), anyio.run(_remembered, stage.place, len(first))
    workspaces = sorted(path.name for path in stage.work.iterdir()) if stage.work.exists() else []
    left = Left(workspaces, left_in(stage.work), raised)
    operation = remembered.operation
    stage.trail.append(f"cloud {dict(cloud)}")
    if operation is not None:
        stage.trail.append(f"operation {operation.id} {operation.state} {operation.error}")
    return Result(
        script,
        judge(wish, cloud, remembered, left),
        honestly_unknown(remembered),
        passed.points,
        calls,
        stage.trail,
    )


def _requests(script: Script, subject: Subject, name: str, boto: Any) -> tuple[list[Asked], Asked]:
    """Return what is fulfilled first, and what is then asked for."""
    create = Asked(OperationKind.CREATE, subject.resource_type, subject.create(name))
    match script.act:
        case Act.CREATE:
            return [], create
        case Act.IMPORT:
            import_id = subject.make(boto, name)
            return [], Asked(OperationKind.IMPORT, subject.resource_type, {}, import_id)
        case Act.DELETE:
            return [create], Asked(OperationKind.DELETE, subject.resource_type, {})
        case _:
            config: JsonObject = subject.update if script.act is Act.UPDATE else subject.replace(name)
            return [create], Asked(OperationKind.UPDATE, subject.resource_type, config)


def _strike_while_held(stage: _Stage, child: Child) -> list[str]:
    """Wait for the call and deal the blows; return what a recovery raised that began meanwhile."""
    raised: list[str] = []
    if not child.wait_or(stage.gate.arrived.wait):
        stage.trail.append("the call never came")
        return raised
    stage.trail.append(f"held {stage.gate.calls[-1]}; running: {sorted(left_in(stage.work).values())}")
    for blow in stage.script.blows:
        _deal(stage, child, blow)
    if stage.script.at_once and Blow.ENGINE in stage.script.blows:
        child.end()
        recovery = _begin_recovery(stage)
        heard = recovery.hear(_AT_ONCE_SECONDS)
        stage.gate.release()
        raised = _end_recovery(stage, recovery, heard if heard is not None else recovery.hear())
    stage.gate.release()
    return raised


def _deal(stage: _Stage, child: Child, blow: Blow) -> None:
    match blow:
        case Blow.ENGINE:
            child.kill()
        case Blow.TOFU:
            strike(stage.work, "tofu", signal.SIGKILL)
        case Blow.PROVIDER:
            strike(stage.work, "terraform-provider", signal.SIGKILL)
        case Blow.ASKED:
            strike(stage.work, "tofu", signal.SIGINT)
        case Blow.URGED:
            # Two signals at once would be one.
            ended(strike(stage.work, "tofu", signal.SIGINT), _URGED_SECONDS)
            ended(strike(stage.work, "tofu", signal.SIGINT), _EXIT_SECONDS)


def _recover(stage: _Stage, raised: Sequence[str]) -> Sequence[str]:
    """Recover until nothing is left to wait for; return what the last recovery raised."""
    if not stage.script.at_once:
        await_tofu(stage.work)
    while stage.recoveries < _RECOVERIES_MAX:
        recovery = _begin_recovery(stage)
        raised = _end_recovery(stage, recovery, recovery.hear())
        if not {"still_applying", "died"} & set(raised):
            return raised
        await_tofu(stage.work)
    return raised


def _begin_recovery(stage: _Stage) -> Child:
    stage.recoveries += 1
    deadly = stage.script.again if stage.recoveries == 1 else 0
    return Child(mend, stage.place, (LEASE_SECONDS + 1.0) * stage.recoveries, deadly)


def _end_recovery(stage: _Stage, recovery: Child, heard: object | None) -> list[str]:
    recovery.end()
    if isinstance(heard, Passed):
        stage.trail.append(f"recovery {stage.recoveries} passed {len(heard.points)} points: {heard.raised}")
        return list(heard.raised)
    stage.trail.append(f"recovery {stage.recoveries} ended with {recovery.exit_code}")
    return ["died" if recovery.exit_code == -signal.SIGKILL else f"a bug: exit code {recovery.exit_code}"]


async def _remembered(place: Place, before: int) -> Remembered:
    """Read what the database holds; `before` operations came before the one that was struck."""
    async with open_store(f"sqlite:///{place.database}") as store, store.transaction() as transaction:
        project = await transaction.projects.find(PROJECT)
        assert project is not None
        operations = await transaction.operations.list(project.id, RESOURCE, LIST_MAX)
        resource = await transaction.resources.find(project.id, RESOURCE)
        try:
            verify(await transaction.audit.entries(), await transaction.audit.head())
            audit = ""
        except IntegrityFailed as broken:
            audit = broken.message
    struck = operations[0] if len(operations) > before else None
    return Remembered(struck, operations[1:] if struck else operations, resource, audit)
