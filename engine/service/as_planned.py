"""Whether what was found of a lost effect is what was planned, by what was stored of the plan."""

from pydantic import JsonValue

from engine.core.operations.operation import Operation, OperationKind
from engine.core.values import Difference, JsonObject, differences, equivalent, redact_differences, true_paths
from engine.ports.runner import Applied
from engine.service.prepare import Prepared


def as_planned(operation: Operation, prepared: Prepared, applied: Applied) -> bool:
    """Tell whether the object is as planned."""
    if operation.kind is OperationKind.REFRESH:
        # Whatever is read now is what was to be remembered.
        return True
    if operation.kind is OperationKind.DELETE:
        return applied.state is None
    if applied.state is None or applied.state.tainted:
        return False
    changed = operation.plan_summary.changed if operation.plan_summary is not None else ()
    attributes = applied.state.attributes
    return all(
        equivalent(attributes.get(name), _planned(operation, prepared, attributes, name)) for name in changed
    )


def not_as_asked(operation: Operation, prepared: Prepared, attributes: JsonObject) -> tuple[Difference, ...]:
    """Return where an object differs from the configuration that was asked for, secrets redacted."""
    names = prepared.job.config
    asked = {name: _planned(operation, prepared, attributes, name) for name in names}
    got = {name: attributes.get(name) for name in names}
    marks = prepared.secrecy.marks
    return redact_differences(differences(asked, got), marks(asked), marks(got))


def _planned(operation: Operation, prepared: Prepared, attributes: JsonObject, name: str) -> JsonValue:
    marks = prepared.secrecy.marks({name: attributes.get(name)})
    # The plan was stored without its secrets; the configuration has them.
    source = prepared.job.config if true_paths(marks) else operation.proposed_state or {}
    return source.get(name)
