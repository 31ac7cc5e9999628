"""Planning every change of a set while nothing of it is done; each is kept under its lease until decided."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import anyio

from engine.core.change_sets import hoped_for
from engine.core.errors import EngineError
from engine.core.limits import CHANGE_SET_PARALLEL_MAX
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent, OperationState
from engine.core.plans.plan import Plan
from engine.core.resources import Resource
from engine.core.state import InstanceState
from engine.ports.runner import Progress
from engine.service.change_sets.examine import Examined
from engine.service.fail import fail
from engine.service.journal import advance
from engine.service.known import Outlook
from engine.service.lease import claim, held
from engine.service.planned import decides_nothing, marked, recorded
from engine.service.prepare import Prepared, prepare
from engine.service.services import Services

_STARTS: Final[Mapping[OperationState, OperationEvent]] = {
    OperationState.QUEUED: OperationEvent.PLAN,
    OperationState.READY_FOR_EXECUTION: OperationEvent.RESUME,
}


@dataclass(frozen=True)
class Draft:
    """One change of a set, planned and waiting for the decision; its operation is DECIDING."""

    operation: Operation
    prepared: Prepared
    plan: Plan

    @property
    def idle(self) -> bool:
        """True where nothing would change: no policy is asked then."""
        return decides_nothing(self.plan, self.operation)

    def promise(self, services: Services) -> Resource | None:
        """Return the resource as it will be, as far as that is known; None where it will be gone."""
        if self.plan.after is None and not self.plan.nothing_to_do:
            return None
        after = self.plan.after if self.plan.after is not None else self.plan.before
        job, present = self.prepared.job, self.prepared.known.present
        if after is None and present is not None and present.state is not None:
            after = present.state.attributes
        return Resource(
            project_id=self.operation.project_id,
            resource_id=job.name,
            resource_type=job.resource_type,
            provider=str(job.pin.address),
            provider_version=str(job.pin.version),
            provider_alias=self.prepared.provider_alias,
            config=self.prepared.config or {},
            state=InstanceState(attributes=hoped_for(job.name, after, self.plan.unknown)),
            sensitive=self.plan.after_sensitive,
            depends_on=self.prepared.depends_on,
            version=self.prepared.known.base_serial + 1,
            operation_id=self.operation.id,
            created_at=services.clock.now(),
        )


Drafts = Mapping[str, Draft]


class Drafting:
    """Plans the members of one set."""

    def __init__(
        self,
        services: Services,
        members: Mapping[str, Operation],
        examined: Examined,
        by: str,
        progress: Progress,
    ) -> None:
        self._services = services
        self._members = members
        self._examined = examined
        self._by = by
        self._progress = progress
        self._slots = anyio.CapacityLimiter(CHANGE_SET_PARALLEL_MAX)
        self._ended = {name: anyio.Event() for name in members}
        self._decided = anyio.Event()
        self._drafts: dict[str, Draft] = {}
        self._errors: dict[str, EngineError] = {}

    @property
    def drafts(self) -> Drafts:
        """Every member as it was planned, in their order; there once all of them are."""
        return {name: self._drafts[name] for name in self._members}

    async def until(self, decide: Callable[[Drafts], Awaitable[Operation]]) -> Operation:
        """Plan all, and return what `decide` makes of the plans while all of them are held.

        Raises:
            EngineError: what kept a change from being planned, or what `decide` raised.
        """
        failure: EngineError | None = None
        decided: Operation | None = None
        async with anyio.create_task_group() as tasks:
            for name in self._members:
                tasks.start_soon(self._hold, name)
            for ended in self._ended.values():
                await ended.wait()
            try:
                self._require_planned()
                decided = await decide(self.drafts)
            except EngineError as error:
                # Raised below: out of a task group it would come wrapped.
                failure = error
            finally:
                self._decided.set()
        if failure is not None or decided is None:
            raise failure or AssertionError("nothing was decided")
        return decided

    async def _hold(self, name: str) -> None:
        """Plan one change once those that it needs are planned, and hold it until the set is decided."""
        try:
            for other in self._examined.needs[name]:
                await self._ended[other].wait()
            if self._errors:
                return
            async with self._slots:
                claimed = await self._claimed(name)
            if claimed is None:
                return
            async with held(self._services, claimed):
                async with self._slots:
                    await self._plan(claimed)
                self._ended[name].set()
                if name in self._drafts:
                    await self._decided.wait()
        except EngineError as error:
            self._errors[name] = error
        finally:
            self._ended[name].set()

    async def _claimed(self, name: str) -> Operation | None:
        member = self._members[name]
        try:
            return await claim(self._services, member, _STARTS[member.state], self._by)
        except EngineError as error:
            self._errors[name] = error
            return None

    async def _plan(self, member: Operation) -> None:
        name = member.resource_id
        needed = (self._drafts[other].promise(self._services) for other in self._examined.needs[name])
        promised = {resource.resource_id: resource for resource in needed if resource is not None}
        outlook = Outlook(promised=promised, edges=self._examined.edges)
        try:
            self._drafts[name] = await _drafted(self._services, member, outlook, self._progress)
        except EngineError as error:
            self._errors[name] = error
            await fail(self._services, member, error)

    def _require_planned(self) -> None:
        if not self._errors:
            return
        name, first = next(iter(self._errors.items()))
        more = f", and {len(self._errors) - 1} more changes" if len(self._errors) > 1 else ""
        raise type(first)(
            f"{name} cannot be planned{more}: {first.message}",
            field=first.field,
            hint=first.hint,
            facts={**first.facts, "changes": [*sorted(self._errors)]},
            untrusted=first.untrusted,
        )


async def _drafted(services: Services, member: Operation, outlook: Outlook, progress: Progress) -> Draft:
    prepared = await prepare(services, member, outlook)
    with prepared.secrets(prepared.job.state).kept_out_of_errors():
        async with services.runner.open(prepared.job, progress) as run:
            plan = marked(await run.plan(), prepared)
    async with services.store.transaction() as transaction:
        fields = recorded(plan, prepared)
        planned = await advance(services, transaction, member, OperationEvent.PLANNED, **fields)
    return Draft(operation=planned, prepared=prepared, plan=plan)
