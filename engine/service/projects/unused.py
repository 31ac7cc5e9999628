"""The refusal to remove a configuration of a provider under what is made with it."""

from collections.abc import Collection
from typing import Final

from engine.core.addrs import ConfiguredProvider, ProviderAddress
from engine.core.errors import Conflict
from engine.core.limits import LIST_MAX
from engine.core.operations.operation import Request
from engine.core.operations.states import FINAL_STATES, OperationState
from engine.core.projects import Project
from engine.ports.store import Transaction

_UNSETTLED: Final = frozenset(OperationState) - FINAL_STATES


async def require_unused(transaction: Transaction, project: Project, removed: Collection[str]) -> None:
    """Do nothing where no resource, and no operation that has not ended, names one of these configurations.

    The configuration without a name may go: it is then empty, and the environment says everything.

    Raises:
        Conflict: naming what uses one.
    """
    aliased = {key for key in removed if ConfiguredProvider.parse(key).alias}
    if not aliased:
        return
    users = [(str(r.configured), r.resource_id) for r in await transaction.resources.list(project.id)]
    unsettled = await transaction.operations.list(project.id, None, LIST_MAX, _UNSETTLED)
    for operation in unsettled:
        for request in (operation.request, *operation.request.changes):
            name = request.resource_id or request.resource_type
            users.append((_named(request), f"{name} (operation {operation.id})"))
    for key in sorted(aliased):
        found = sorted({name for used, name in users if used == key})
        if found:
            raise Conflict(
                f"{key} is in use: {', '.join(found)}",
                field="provider_config",
                hint="change its settings instead, or delete or eject these and end these operations first",
                facts={"users": [*found]},
            )


def _named(request: Request) -> str:
    if not request.provider:
        return ""
    provider = ConfiguredProvider(
        address=ProviderAddress.parse(request.provider), alias=request.provider_alias
    )
    return str(provider)
