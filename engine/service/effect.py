"""An effect from its beginning to its outcome. Whether it may begin was decided before."""

import anyio

from engine.core.operations.operation import Operation
from engine.core.plans.plan import Plan
from engine.ports.runner import Run
from engine.service.lease import Holding
from engine.service.prepare import Prepared
from engine.service.save import save_outcome
from engine.service.services import Services
from engine.service.steps import EffectJournal


async def carry_through(
    services: Services, operation: Operation, prepared: Prepared, run: Run, *, plan: Plan, holding: Holding
) -> Operation:
    """Apply the plan of an APPLYING operation, journal what is said meanwhile, and keep what came of it.

    Raises:
        EngineError: see `engine.ports.runner.Run.apply`, `EffectJournal.begin_saving` and `save_outcome`.
    """
    # INVARIANT: an effect that has begun is followed to its outcome, whoever stops waiting for it.
    with anyio.CancelScope(shield=True):
        holding.begun = True
        journal = EffectJournal(services, operation, prepared.secrets())
        applied = await run.apply(journal.hear, stop=holding.stop)
        await journal.begin_saving(applied)
        outcome = await save_outcome(services, operation, prepared, plan, applied)
    return outcome  # noqa: RET504 - to mypy a cancel scope may swallow what a return within it says
