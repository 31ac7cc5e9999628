"""Use case: remove the workspaces of operations that are settled."""

from pydantic import BaseModel, ConfigDict

from engine.core.errors import InvalidInput, NotFound, NotSetUp, RunnerFailed
from engine.core.operations.operation import Operation
from engine.core.operations.states import FINAL_STATES
from engine.service.lookup import find_operation
from engine.service.services import Services


class Tidied(BaseModel):
    """Workspaces, by the key of their job.

    Attributes:
        removed: those of operations that have ended.
        kept: those that could not be removed now: something of their effect lives.
        unknown: those of no operation of this database. Another one may use the same folder: they are kept.
    """

    model_config = ConfigDict(frozen=True)

    removed: tuple[str, ...]
    kept: tuple[str, ...]
    unknown: tuple[str, ...]


async def tidy_workspaces(services: Services) -> Tidied:
    """Remove what is left of operations that have ended, and say what else is there.

    The workspace of an operation that has not ended is never touched: it may be all that tells of an effect.

    Raises:
        NotSetUp: the place of the workspaces cannot be read.
        StoreFailed: the database cannot be read; nothing more is removed.
    """
    removed: list[str] = []
    kept: list[str] = []
    unknown: list[str] = []
    for key in await services.leftovers.keys():
        operation = await _operation(services, key)
        if operation is None:
            unknown.append(key)
        elif operation.state in FINAL_STATES:
            (removed if await _discarded(services, key) else kept).append(key)
    return Tidied(removed=tuple(removed), kept=tuple(kept), unknown=tuple(unknown))


async def _operation(services: Services, key: str) -> Operation | None:
    async with services.store.transaction() as transaction:
        try:
            return await find_operation(transaction, key)
        except (InvalidInput, NotFound):
            return None


async def _discarded(services: Services, key: str) -> bool:
    try:
        await services.runner.discard(key)
    except (RunnerFailed, NotSetUp):
        return False
    return True
