"""Use case: the operations of a project or of one resource, newest first."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import InvalidInput
from engine.core.limits import LIST_MAX
from engine.core.operations.operation import Operation
from engine.service.lookup import find_project
from engine.service.services import Services


class HistoryLine(BaseModel):
    """One operation in a list."""

    model_config = ConfigDict(frozen=True)

    operation_id: str
    created_at: str
    kind: str
    state: str
    resource_id: str
    resource_type: str
    actor: str
    client: str
    summary: str
    error: str


class History(BaseModel):
    """Operations, newest first."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    project: str
    operations: tuple[HistoryLine, ...]


async def history(
    services: Services, principal: Principal, project_name: str, *, resource_id: str | None = None, limit: int
) -> History:
    """Return at most `limit` operations of a project.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        InvalidInput: the limit is not 1 to 500.
        NotFound: there is no such project.
    """
    principal.require(Scope.RESOURCES_READ)
    if not 1 <= limit <= LIST_MAX:
        raise InvalidInput(f"limit must be 1 to {LIST_MAX}", field="limit", hint="ask for fewer")
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        found = await transaction.operations.list(project.id, resource_id, limit)
    return History(project=project.name, operations=tuple(history_line(operation) for operation in found))


def history_line(operation: Operation) -> HistoryLine:
    """Return one operation as a line."""
    return HistoryLine(
        operation_id=operation.id,
        created_at=operation.created_at.isoformat(),
        kind=operation.kind.value,
        state=operation.state.value,
        resource_id=operation.resource_id,
        resource_type=operation.resource_type,
        actor=operation.actor.subject,
        client=operation.actor.client,
        summary=operation.plan_summary.summary if operation.plan_summary is not None else "",
        error=operation.error.message if operation.error is not None else "",
    )
