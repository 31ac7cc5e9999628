"""Records to rows and back, without loss. Which rows are read or written is the repositories' business."""

from datetime import UTC, datetime
from typing import Final, TypeVar

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError
from sqlalchemy import RowMapping

from engine.adapters.store.tables import (
    AuditRow,
    DecisionRow,
    OperationRow,
    ProjectRow,
    ResourceRow,
)
from engine.core.audit import AuditEntry
from engine.core.digest import canonical_json
from engine.core.errors import StoreFailed
from engine.core.operations.operation import Operation
from engine.core.policy.decision import Decision
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.core.values import JsonObject

_Record = TypeVar("_Record", bound=BaseModel)
_OBJECT: Final = TypeAdapter(JsonObject)


def encode(record: BaseModel) -> str:
    """Return a record as canonical JSON.

    Raises:
        StoreFailed: it holds what JSON cannot say: NaN, an infinity, half a surrogate pair.
    """
    return encode_value(record.model_dump(mode="json"))


def encode_value(value: JsonValue) -> str:
    """Return a JSON value as canonical text; raises as `encode` does."""
    try:
        return canonical_json(value).decode()
    except ValueError:
        # Without the cause: its text may quote the value.
        raise StoreFailed(
            "a value cannot be kept: it holds NaN, an infinity or half a surrogate pair",
            hint="leave that value out of the configuration",
        ) from None


def decode(record: type[_Record], document: str) -> _Record:
    """Return the record that a document holds.

    Raises:
        StoreFailed: the document is not one that `encode` made.
    """
    try:
        return record.model_validate_json(document)
    except ValidationError as error:
        raise _unreadable(record.__name__, error) from None


def decode_object(text: str) -> JsonObject:
    """Return the JSON object that `encode_value` wrote.

    Raises:
        StoreFailed: the text is none.
    """
    try:
        return _OBJECT.validate_json(text)
    except ValidationError as error:
        raise _unreadable("JSON object", error) from None


def moment(at: datetime) -> str:
    """Return an aware time as text in UTC that sorts as time does, with microseconds.

    Raises:
        StoreFailed: the time is naive.
    """
    if at.utcoffset() is None:
        raise StoreFailed("a time without its zone cannot be kept")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def project_row(project: Project) -> ProjectRow:
    """Return the row of a project."""
    return ProjectRow(id=project.id, name=project.name, document=encode(project))


def resource_row(resource: Resource) -> ResourceRow:
    """Return the row of one version of a resource."""
    return ResourceRow(
        project_id=resource.project_id,
        resource_id=resource.resource_id,
        version=resource.version,
        gone=resource.gone,
        document=encode(resource),
    )


def operation_row(operation: Operation) -> OperationRow:
    """Return the row of an operation."""
    return OperationRow(
        id=operation.id,
        project_id=operation.project_id,
        resource_id=operation.resource_id,
        kind=operation.kind.value,
        state=operation.state.value,
        actor_key=operation.actor.key,
        idempotency_key=operation.idempotency_key,
        fencing_token=operation.fencing_token,
        created_at=moment(operation.created_at),
        document=encode(operation),
        change_set_id=operation.change_set_id,
    )


def decision_row(
    decision_id: str, operation_id: str, decision: Decision, policy_input: JsonObject
) -> DecisionRow:
    """Return the row of a decision."""
    return DecisionRow(
        id=decision_id,
        operation_id=operation_id,
        document=encode(decision),
        policy_input=encode_value(policy_input),
    )


def audit_row(entry: AuditEntry) -> AuditRow:
    """Return the row of an audit entry."""
    columns = entry.model_dump(exclude={"at", "facts"})
    return AuditRow(**columns, at=moment(entry.at), facts=encode_value(entry.facts))


def audit_entry(row: RowMapping) -> AuditEntry:
    """Return the audit entry that a row of the table holds.

    Raises:
        StoreFailed: the row is not one that `audit_row` made.
    """
    try:
        return AuditEntry.model_validate({**row, "facts": _OBJECT.validate_json(row["facts"])})
    except ValidationError as error:
        raise _unreadable("AuditEntry", error) from None


def _unreadable(kind: str, error: ValidationError) -> StoreFailed:
    return StoreFailed(
        f"a stored {kind} cannot be read: {error.error_count()} members are not as they were written",
        hint="the database was changed from outside or by a newer version; compare it with a backup",
    )
