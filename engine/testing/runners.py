"""A runner on a cloud in memory: plans, applies, reads and recovers as OpenTofu does, and fails as told."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal

from engine.core.addrs import ProviderPin
from engine.core.errors import NotFound, ProviderFailed
from engine.core.operations.steps import EffectEvent
from engine.core.plans.plan import Action, Plan
from engine.core.providers.schema import TypeSchema, sensitive_marks
from engine.core.state import InstanceState
from engine.core.values import JsonObject, differences
from engine.ports.mirror import ProviderMirror
from engine.ports.runner import Applied, Job, Listener, Progress, Run
from engine.testing.clouds import FakeCloud
from engine.testing.plans import plan_change
from engine.testing.schemas import RESOURCES

# Before a plan is made, when it is made, before a rehearsal, before the effect of an apply, and after it.
Moment = Literal["plan", "planned", "rehearse", "apply", "applied"]
Hook = Callable[[Job], Awaitable[None]]
_PRIVATE: Final = "cHJpdmF0ZQ=="
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
        workspaces: what is left for each job that is open or not settled.
    """

    def __init__(self, cloud: FakeCloud, mirror: ProviderMirror) -> None:
        self.cloud = cloud
        self.hooks: dict[Moment, Hook] = {}
        self.fault: Fault | None = None
        self.workspaces: dict[str, InstanceState | None] = {}
        self._mirror = mirror

    @asynccontextmanager
    async def open(self, job: Job, progress: Progress) -> AsyncIterator[Run]:
        """Open a job; see the port."""
        await self._mirror.verify(self._mirror.resolve(job.pin.address, job.pin.version))
        self.workspaces[job.key] = job.state
        run = FakeRun(self, job, progress)
        finished = False
        try:
            yield run
            finished = True
        finally:
            if not run.applying or (finished and run.outcome_known):
                self.workspaces.pop(job.key, None)

    async def recover(self, job: Job) -> Applied | None:
        """Read the object that the workspace names; see the port."""
        left = self.workspaces.get(job.key, job.state)
        if left is not None:
            return Applied(state=self.read(job, left))
        return Applied(state=None) if job.kind == "delete" else None

    async def discard(self, key: str) -> None:
        """Forget the workspace."""
        self.workspaces.pop(key, None)

    async def read_data_source(
        self, pin: ProviderPin, data_source_type: str, config: JsonObject, settings: JsonObject, key: str
    ) -> JsonObject:
        """Read the object of that name; see the port."""
        del settings, key
        await self._mirror.verify(self._mirror.resolve(pin.address, pin.version))
        found = self.cloud.read(data_source_type, str(config["name"]))
        if found is None:
            raise ProviderFailed("the provider refused", untrusted=f"there is no {config['name']}")
        return found

    async def preview(
        self, files: Mapping[str, str], pins: Sequence[ProviderPin], key: str
    ) -> Mapping[str, JsonObject]:
        """Find that no resource of the files would change."""
        del pins, key
        found = _RESOURCE_BLOCK.findall("\n".join(files.values()))
        return {f"{kind}.{name}": {"actions": ["no-op"], "before": {}, "after": {}} for kind, name in found}

    def read(self, job: Job, state: InstanceState) -> InstanceState | None:
        """Return the state of an object as the cloud has it now."""
        attributes = self.cloud.read(job.resource_type, state.object_id)
        return None if attributes is None else state.model_copy(update={"attributes": attributes})

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
        self._address = f"{job.resource_type}.{job.name}"
        self._progress = progress
        self._schema: TypeSchema = RESOURCES[job.resource_type]
        self._plan: Plan | None = None

    async def plan(self) -> Plan:
        """Plan; see the port."""
        await self._runner.reach("plan", self._job)
        plan = self._planned()
        self._plan = plan.model_copy(
            update={
                "before_sensitive": sensitive_marks(self._schema.block, plan.before),
                "after_sensitive": sensitive_marks(self._schema.block, plan.after),
            }
        )
        await self._runner.reach("planned", self._job)
        return self._plan

    async def rehearse(self, config: JsonObject) -> Plan:
        """Plan what the import found against a configuration; see the port."""
        await self._runner.reach("rehearse", self._job)
        after = self._cloud.read(self._job.resource_type, self._job.import_id)
        state = None if after is None else InstanceState(attributes=after)
        job = self._job.model_copy(update={"kind": "update", "config": config, "state": state})
        return plan_change(job, state, self._address)

    async def apply(self, listener: Listener | None = None) -> Applied:
        """Apply the plan, with the fault that was asked for; see the port."""
        if self._plan is None:
            raise AssertionError("nothing was planned")
        self.applying = True
        await self._progress(f"{self._plan.address}: applying")
        await self._say(listener, "apply_start", None)
        await self._runner.reach("apply", self._job)
        fault, self._runner.fault = self._runner.fault, None
        failure = None if fault is None else fault.words
        state = self._job.state
        try:
            if fault is None or fault.effect:
                state = self._effect(self._plan)
        except ProviderFailed as refused:
            failure = refused.untrusted
            # A replacement may have removed the old object before.
            state = None if state is None else self._runner.read(self._job, state)
        if failure is not None and state is not None and self._job.kind == "create":
            state = state.model_copy(update={"status": "tainted"})
        if fault is None or fault.known:
            await self._say(listener, "apply_complete" if failure is None else "apply_errored", state)
        self._runner.workspaces[self._job.key] = state
        if fault is not None and not fault.trace:
            del self._runner.workspaces[self._job.key]
        await self._runner.reach("applied", self._job)
        self.outcome_known = fault is None or fault.known
        return Applied(state=state, failure=failure, outcome_known=self.outcome_known)

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

    def _planned(self) -> Plan:
        job, address = self._job, self._address
        if job.kind == "import":
            after = self._cloud.read(job.resource_type, job.import_id)
            if after is None:
                raise NotFound(f"the cloud has no {job.resource_type} with this id", field="import_id")
            return Plan(address=address, actions=(Action.IMPORT,), after=after)
        now = None if job.state is None else self._runner.read(job, job.state)
        if job.kind != "refresh":
            return plan_change(job, now, address)
        before = {} if job.state is None else job.state.attributes
        after = None if now is None else now.attributes
        drift = () if after is None else differences(before, after)
        actions = (Action.REFRESH,) if drift or after is None else (Action.NO_OP,)
        return Plan(
            address=address, actions=actions, before=before, after=after, drift=drift, missing=after is None
        )

    def _effect(self, plan: Plan) -> InstanceState | None:
        job, state = self._job, self._job.state
        attributes = plan.after
        object_id = state.object_id if state is not None else None
        if Action.DELETE in plan.actions and object_id is not None:
            self._cloud.delete(job.resource_type, object_id)
        if Action.CREATE in plan.actions:
            attributes = self._cloud.create(job.resource_type, plan.after or {})
        elif Action.UPDATE in plan.actions and object_id is not None:
            attributes = self._cloud.update(job.resource_type, object_id, plan.after or {})
        if attributes is None:
            return None
        kept = InstanceState(attributes={}) if state is None or plan.replaces else state
        return kept.model_copy(
            update={
                "attributes": attributes,
                "schema_version": self._schema.version,
                "private": _PRIVATE,
                "status": None,
            }
        )
