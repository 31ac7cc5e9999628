"""Use case: ask for several changes that are decided as one."""

from collections.abc import Sequence

from pydantic import JsonValue

from engine.core.auth.principals import Principal, Scope
from engine.core.operations.operation import Operation, OperationKind, Request
from engine.service.change_sets.reading import read_changes
from engine.service.propose import propose
from engine.service.services import Services


async def change_set(
    services: Services,
    principal: Principal,
    project: str,
    *,
    changes: Sequence[JsonValue],
    dry_run: bool = False,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Operation:
    """Record the request and return its operation; `run` checks the set as a whole and carries it out.

    `changes` are objects as docs/reference/change-sets.md describes them.

    Raises:
        Forbidden, NotFound, Conflict: see `propose`.
        InvalidInput: the changes are malformed; every problem is named.
    """
    principal.require(Scope.RESOURCES_WRITE)
    request = Request(
        kind=OperationKind.CHANGE_SET, changes=read_changes(changes), dry_run=dry_run, reason=reason
    )
    return await propose(services, principal, project, request, idempotency_key=idempotency_key)
