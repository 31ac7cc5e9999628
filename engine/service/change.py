"""Planning, deciding and applying one change, once its operation has been taken up."""

from collections.abc import Awaitable, Callable

from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent, OperationState
from engine.core.plans.plan import Plan
from engine.ports.runner import Progress
from engine.service.adopted import adopt, require_unmanaged
from engine.service.decide import decide
from engine.service.effect import carry_through
from engine.service.journal import advance
from engine.service.lease import Holding
from engine.service.planned import as_decided, decides_nothing, marked, recorded, require_decided
from engine.service.prepare import Prepared, prepare
from engine.service.save import save_unchanged
from engine.service.services import Services

Gate = Callable[[Services, Operation, Prepared, Plan], Awaitable[Operation]]


async def change(
    services: Services, operation: Operation, progress: Progress, holding: Holding, gate: Gate = decide
) -> Operation:
    """Carry a PLANNING operation to its next resting state; `gate` decides about its plan.

    Raises:
        EngineError: whatever made it impossible; the caller records it.
    """
    prepared = await prepare(services, operation)
    with prepared.secrets(prepared.job.state).kept_out_of_errors():
        return await _carry_out(services, operation, prepared, progress, holding, gate)


async def _carry_out(  # noqa: PLR0917 - the work, who hears of it, what may stop it, and who decides
    services: Services,
    operation: Operation,
    prepared: Prepared,
    progress: Progress,
    holding: Holding,
    gate: Gate,
) -> Operation:
    async with services.runner.open(prepared.job, progress) as run:
        plan = as_decided(marked(await run.plan(), prepared), operation)
        require_unmanaged(prepared, plan)
        require_decided(plan, operation)
        fields = recorded(plan, prepared)
        if decides_nothing(plan, operation):
            return await save_unchanged(services, operation, prepared, fields)
        async with services.store.transaction() as transaction:
            planned = await advance(services, transaction, operation, OperationEvent.PLANNED, **fields)
        decided = await gate(services, planned, prepared, plan)
        if decided.state is not OperationState.APPLYING:
            return decided
        prepared = await adopt(run, prepared, plan)
        return await carry_through(services, decided, prepared, run, plan=plan, holding=holding)
