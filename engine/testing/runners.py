"""A runner on a cloud in memory: plans, applies, reads and recovers as OpenTofu does, and fails as told."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal

from engine.core.errors import Conflict, ProviderFailed, RunnerFailed
from engine.core.operations.interruption import Source
from engine.core.operations.steps import EffectEvent
from engine.core.plans.plan import Action, Plan
from engine.core.state import InstanceState
from engine.core.values import JsonObject
from engine.ports.mirror import ProviderMirror, Trusted
from engine.ports.questions import Question
from engine.ports.runner import (
    NO_CLUES,
    Applied,
    Clues,
    Job,
    Listener,
    Progress,
    Recovered,
    Run,
    Stop,
)
from engine.testing.clouds import FakeCloud
from engine.testing.effects import effect, planned, rehearsed
from engine.testing.searches import read, search, told

# Before a plan is made, when it is made, before a rehearsal; before an apply begins, before its effect, then.
Moment = Literal["plan", "planned", "rehearse", "begin", "apply", "applied"]
Hook = Callable[[Job], Awaitable[None]]
_RESOURCE_BLOCK: Final = re.compile(r'^resource "([a-z_]+)" "([\w-]+)"', re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """How the next apply goes wrong.

    Attributes:
        words: what the provider says.
        effect: True where the cloud is changed nevertheless; a created object is then tainted.
        known: False where contact is lost.
        trace: True where a lost apply leaves the state behind that a recovery needs.
    """

    words: str = "the cloud is on fire"
    effect: bool = False
    known: bool = True
    trace: bool = True


class FakeRunner:
    """Implements `engine.ports.runner.Runner` for the provider `testing/fake`.

    Attributes:
        hooks: called at their moment, with the job; they may wait, change the cloud, or raise: an EngineError
            is the provider's refusal, anything else the death of the worker.
        fault: how the next apply goes wrong, None for well.
        questions: what data sources were asked.
        workspaces: what is left for each job that is open or not settled.
        orphans: the keys of jobs whose apply goes on although its engine is gone.
    """

    def __init__(self, cloud: FakeCloud, mirror: ProviderMirror) -> None:
        self.cloud = cloud
        self.hooks: dict[Moment, Hook] = {}
        self.fault: Fault | None = None
        self.questions: list[Question] = []
        self.workspaces: dict[str, InstanceState | None] = {}
        self.orphans: set[str] = set()
        self.owners: dict[str, FakeRun] = {}
        self.begun: set[str] = set()
        self._mirror = mirror

    @asynccontextmanager
    async def open(self, job: Job, progress: Progress) -> AsyncIterator[Run]:
        """Open a job; see the port."""
        await self._verify(job.provider)
        await self.discard(job.key)
        run = FakeRun(self, job, progress)
        self.workspaces[job.key] = job.state
        self.owners[job.key] = run
        finished = False
        try:
            yield run
            finished = True
        finally:
            if self.owners.get(job.key) is run and (not run.applying or (finished and run.outcome_known)):
                self._forget(job.key)

    async def recover(self, job: Job, clues: Clues = NO_CLUES) -> Recovered:
        """Take the workspace away and ask what is left, then the cloud; see the port."""
        begun = job.key in self.begun or job.key not in self.workspaces
        self._take(job.key, stop=clues.stop)
        if not begun and job.kind != "refresh" and not clues.person_id:
            return told((), Source.NOT_BEGUN, job.state, None)
        left = self.workspaces.get(job.key)
        if left is None and job.kind == "delete" and job.key in self.workspaces:
            return told((), Source.STATE, None, None)
        return search(self.cloud, job, clues, left)

    async def discard(self, key: str) -> None:
        """Forget the workspace; see the port."""
        self._take(key, stop=False)
        self._forget(key)

    def _take(self, key: str, *, stop: bool) -> None:
        if key in self.orphans and not stop:
            raise RunnerFailed(f"OpenTofu is still applying {key}", hint="wait a little")
        self.orphans.discard(key)
        self.owners.pop(key, None)

    def _forget(self, key: str) -> None:
        self.workspaces.pop(key, None)
        self.owners.pop(key, None)
        self.begun.discard(key)

    async def keys(self) -> Sequence[str]:
        """Return the keys of what is left; see `engine.ports.leftovers`."""
        return sorted(self.workspaces)

    async def read_data_source(self, question: Question) -> JsonObject:
        """Read the object of that name; see the port."""
        self.questions.append(question)
        await self._verify(question.provider)
        name = str(question.config["name"])
        found = self.cloud.read(question.data_source_type, name)
        if found is None:
            raise ProviderFailed("the provider refused", untrusted=f"there is no {name}")
        return found

    async def preview(
        self, files: Mapping[str, str], providers: Sequence[Trusted], *, key: str, project_id: str
    ) -> Mapping[str, JsonObject]:
        """Find that no resource of the files would change."""
        del key, project_id
        for provider in providers:
            await self._verify(provider)
        found = _RESOURCE_BLOCK.findall("\n".join(files.values()))
        return {f"{kind}.{name}": {"actions": ["no-op"], "before": {}, "after": {}} for kind, name in found}

    async def _verify(self, provider: Trusted) -> None:
        pin = provider.pin
        await self._mirror.verify(self._mirror.resolve(pin.address, pin.version), provider.hashes)

    async def reach(self, moment: Moment, job: Job) -> None:
        """Call the hook of a moment."""
        if moment in self.hooks:
            await self.hooks[moment](job)


class FakeRun:
    """Implements `engine.ports.runner.Run`."""

    def __init__(self, runner: FakeRunner, job: Job, progress: Progress) -> None:
        self.applying = False
        self.outcome_known = True
        self._runner = runner
        self._cloud = runner.cloud
        self._job = job
        self._progress = progress
        self._plan: Plan | None = None

    async def plan(self) -> Plan:
        """Plan; see the port."""
        await self._runner.reach("plan", self._job)
        self._plan = planned(self._cloud, self._job)
        await self._runner.reach("planned", self._job)
        return self._plan

    async def rehearse(self, config: JsonObject) -> Plan:
        """Plan what the import found against a configuration; see the port."""
        await self._runner.reach("rehearse", self._job)
        return rehearsed(self._cloud, self._job, config)

    async def apply(self, listener: Listener | None = None, *, stop: Stop | None = None) -> Applied:
        """Apply the plan, with the fault that was asked for; see the port."""
        if self._plan is None:
            raise AssertionError("nothing was planned")
        self._job.require_known()
        await self._runner.reach("begin", self._job)
        if self._runner.owners.get(self._job.key) is not self:
            raise Conflict("another worker has taken this operation over", field="operation_id")
        self.applying = True
        self._runner.begun.add(self._job.key)
        await self._progress(f"{self._plan.address}: applying")
        if stop is not None and stop.is_set():
            return Applied(state=self._job.state, failure="asked to stop", stopped=True)
        await self._say(listener, "apply_start", None)
        await self._runner.reach("apply", self._job)
        # As with OpenTofu, a call in flight is finished; one that was asked to stop may still go wrong.
        stopped = stop is not None and stop.is_set()
        fault, self._runner.fault = self._runner.fault, None
        failure = None if fault is None else fault.words
        state = self._job.state
        try:
            if fault is None or fault.effect:
                state = effect(self._cloud, self._job, self._plan)
        except ProviderFailed as refused:
            failure = refused.untrusted
            # A replacement may have removed the old object before.
            state = None if state is None else read(self._cloud, self._job, state)
        if failure is not None and state is not None and self._job.kind == "create":
            state = state.model_copy(update={"status": "tainted"})
        if fault is None or fault.known:
            await self._say(listener, "apply_complete" if failure is None else "apply_errored", state)
        self._runner.workspaces[self._job.key] = state
        if fault is not None and not fault.trace:
            del self._runner.workspaces[self._job.key]
        await self._runner.reach("applied", self._job)
        self.outcome_known = fault is None or fault.known
        return Applied(
            state=state,
            failure=failure,
            stopped=stopped and failure is not None,
            outcome_known=self.outcome_known,
        )

    async def _say(self, listener: Listener | None, said: str, left: InstanceState | None) -> None:
        """Tell of each effect of the plan; its start names the object that was, its end the one that is."""
        if self._plan is None or listener is None:
            return
        for action in self._plan.actions:
            named = self._job.state if said == "apply_start" else left
            nameless = (Action.CREATE, "apply_start"), (Action.DELETE, "apply_complete")
            if (action, said) in nameless or said == "apply_errored":
                named = None
            if action in (Action.CREATE, Action.UPDATE, Action.DELETE):
                object_id = None if named is None else named.object_id
                await listener(EffectEvent(type=said, action=action.value, object_id=object_id))
