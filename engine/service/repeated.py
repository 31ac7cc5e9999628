"""Requests asked once more whose body follows from what is stored: that has changed since, they have not.

Where the body is the caller's own, `propose` tells whether it is the same as before.
"""

from collections.abc import Callable

from engine.core.auth.principals import Principal
from engine.core.operations.operation import Operation, Request
from engine.core.projects import Project
from engine.ports.store import Transaction


async def asked_before(
    transaction: Transaction,
    project: Project,
    principal: Principal,
    idempotency_key: str | None,
    same: Callable[[Request], bool],
) -> Operation | None:
    """Return the operation that this key of the principal made, where `same` knows its request; else None."""
    if idempotency_key is None:
        return None
    earlier = await transaction.operations.find_by_key(project.id, principal.key, idempotency_key)
    return earlier if earlier is not None and same(earlier.request) else None
