"""What only an import needs: that nothing stands for the object yet, and the configuration to keep for it."""

from dataclasses import replace

from engine.core.errors import EngineError
from engine.core.operations.operation import OperationKind
from engine.core.plans.plan import Plan
from engine.core.providers.check import complete
from engine.core.providers.settled import settled_config
from engine.ports.runner import Run
from engine.service.prepare import Prepared


def require_unmanaged(prepared: Prepared, plan: Plan) -> None:
    """Do nothing unless the operation is an import of an object that a resource stands for already.

    Raises:
        Conflict: naming that resource.
    """
    if prepared.kind is OperationKind.IMPORT:
        prepared.known.require_unmanaged(prepared.job.resource_type, plan.after or {})


async def settle(run: Run, prepared: Prepared, plan: Plan) -> Prepared:
    """Return what was prepared, for an import with a configuration whose plan changes nothing.

    What the first try would change is what the provider's defaults say otherwise, such as a feature that is
    on unless it is turned off: that is named then, too.
    """
    if prepared.kind is not OperationKind.IMPORT:
        return prepared
    attributes = plan.after or {}
    config = settled_config(prepared.block, attributes)
    try:
        rehearsed = await run.rehearse(complete(prepared.block, config))
    except EngineError:
        # An import changes nothing outside: what the provider refuses is told when it is updated.
        return replace(prepared, config=config)
    differing = {path.split(".", 1)[0] for path in rehearsed.changed}
    return replace(prepared, config=settled_config(prepared.block, attributes, keep=differing))
