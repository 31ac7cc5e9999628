"""What remains of a project that is being destroyed, as far as it can be deleted now."""

from collections.abc import Sequence
from typing import Final

from engine.core.graph import creation_order
from engine.core.limits import CHANGE_SET_MAX, UPKEEP_OPERATIONS_MAX
from engine.core.operations.states import FINAL_STATES, RUNNING_STATES, OperationState
from engine.core.projects import Project
from engine.ports.store import Transaction
from engine.service.projects.openness import is_of_destruction

_UNSETTLED: Final = frozenset(OperationState) - FINAL_STATES
_BUSY: Final = RUNNING_STATES | {OperationState.INTERRUPTED}


async def remains(transaction: Transaction, project: Project, asker: str, key: str) -> Sequence[str] | None:
    """Return what is to be deleted now; None where nothing is left that is or may come to be.

    Nothing is while a set has not ended, or where the asker has asked with that idempotency key before. What
    somebody works on, or nobody knows the outcome of, is left for a later attempt with all it needs.
    """
    living = {r.resource_id: r.depends_on for r in await transaction.resources.list(project.id)}
    unsettled = await transaction.operations.list(project.id, None, UPKEEP_OPERATIONS_MAX, _UNSETTLED)
    if not living and not unsettled:
        return None
    asked = await transaction.operations.find_by_key(project.id, asker, key)
    if asked is not None or any(is_of_destruction(o) and o.change_set_id is None for o in unsettled):
        return ()
    kept = {operation.resource_id for operation in unsettled if operation.state in _BUSY}
    unneeded_first = tuple(reversed(creation_order(living)))
    for name in unneeded_first:
        kept.update(living[name] if name in kept else ())
    return [name for name in unneeded_first if name not in kept][:CHANGE_SET_MAX]
