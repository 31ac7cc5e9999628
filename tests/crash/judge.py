"""What a run comes to: the cloud beside the database, each difference named. It asks neither of them itself.

- lost: an object is in the cloud, or gone from it, and the database neither knows nor says that it does not.
- doubled: the cloud has more than one object for the one resource.
- wrong: the database says what the cloud contradicts, or the engine left something undone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.states import FINAL_STATES, OperationState
from engine.core.resources import Resource
from engine.core.values import JsonObject, equivalent
from tests.crash.subjects import Objects

# What `resume` may answer: it does not know, somebody is still at work, or there was nothing to go on with.
_HONEST = frozenset({"outcome_unknown", "still_applying", "has_ended"})


class Fault(StrEnum):
    """What a run may find."""

    LOST = "lost"
    DOUBLED = "doubled"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One fault in words."""

    fault: Fault
    text: str


@dataclass(frozen=True)
class Remembered:
    """What the database holds after a run.

    Attributes:
        operation: the one that was struck; None where it was never recorded.
        others: those before it, which had ended well.
        resource: the newest version of the resource.
        audit: why the audit chain does not verify; empty where it does.
    """

    operation: Operation | None
    others: Sequence[Operation] = ()
    resource: Resource | None = None
    audit: str = ""


@dataclass(frozen=True)
class Left:
    """What a run left on the machine, and what went wrong while it was mended.

    Attributes:
        workspaces: names of the folders below `work`.
        processes: processes in them, by their number.
        raised: codes, or more, of what recovery raised in its last pass.
    """

    workspaces: Sequence[str] = ()
    processes: Mapping[int, str] = field(default_factory=dict)
    raised: Sequence[str] = ()


@dataclass(frozen=True)
class Wish:
    """What was asked for, and what there was.

    Attributes:
        wanted: compared attributes that the object has once the wish is fulfilled.
        before: what was in the cloud before.
    """

    kind: OperationKind
    wanted: JsonObject
    before: Objects


def honestly_unknown(remembered: Remembered) -> bool:
    """Tell whether the operation says, with its reason, that its outcome is not known."""
    operation = remembered.operation
    return (
        operation is not None
        and operation.state is OperationState.INTERRUPTED
        and operation.error is not None
        and bool(operation.error.hint)
    )


def judge(wish: Wish, cloud: Objects, remembered: Remembered, left: Left) -> list[Finding]:
    """Return what is wrong between cloud and database."""
    faults = [Finding(Fault.WRONG, text) for text in _undone(remembered, left)]
    if len(cloud) > 1:
        faults.append(Finding(Fault.DOUBLED, f"the cloud has {sorted(cloud)}"))
    if honestly_unknown(remembered):
        return faults
    faults += [Finding(Fault.LOST, text) for text in _lost(wish, cloud, remembered)]
    faults += [Finding(Fault.WRONG, text) for text in _contradicted(wish, cloud, remembered)]
    return faults


def _lost(wish: Wish, cloud: Objects, remembered: Remembered) -> Iterator[str]:
    known = _known(remembered)
    for object_id in cloud:
        imported = wish.kind is OperationKind.IMPORT and object_id in wish.before
        if object_id != known and not imported:
            yield f"{object_id} is in the cloud and not in the database, which knows {known}"
    if known is not None and known not in cloud:
        yield f"{known} is in the database and not in the cloud"
    if wish.kind is OperationKind.IMPORT and wish.before.keys() - cloud.keys():
        yield "what was to be imported is gone"


def _contradicted(wish: Wish, cloud: Objects, remembered: Remembered) -> Iterator[str]:
    resource, known = remembered.resource, _known(remembered)
    if resource is not None and resource.state is not None:
        for name, there in cloud.get(known or "", {}).items():
            stored = resource.state.attributes.get(name)
            if not equivalent(stored or None, there or None):
                yield f"{name} is {there!r} in the cloud and {stored!r} in the database"
    operation = remembered.operation
    if operation is None or operation.state is not OperationState.FINISHED:
        return
    if wish.kind is OperationKind.DELETE:
        if cloud or known is not None:
            yield f"FINISHED deleting; the cloud has {sorted(cloud)}, the database {known}"
        return
    if known is None or resource is None or resource.state is None or resource.state.tainted:
        yield f"FINISHED, and the database has {known}, tainted or not at all"
    found = cloud.get(known or "", {})
    for name, wanted in wish.wanted.items():
        if name in found and not equivalent(found[name], wanted):
            yield f"FINISHED, and {name} is {found[name]!r} in the cloud where {wanted!r} was asked for"


def _undone(remembered: Remembered, left: Left) -> Iterator[str]:
    operation = remembered.operation
    if remembered.audit:
        yield f"the audit chain does not verify: {remembered.audit}"
    for other in remembered.others:
        if other.state is not OperationState.FINISHED:
            yield f"an operation that had finished is {other.state}"
    yield from (f"recovery raised {raised}" for raised in left.raised if raised not in _HONEST)
    ends = {OperationState.FINISHED, OperationState.FAILED}
    if operation is not None and operation.state not in ends and not honestly_unknown(remembered):
        yield f"the operation rests in {operation.state} with the error {operation.error}"
    settled = {each.id for each in (operation, *remembered.others) if each and each.state in FINAL_STATES}
    for name in left.workspaces:
        if name in settled:
            yield f"the workspace of {name} is left"
    if left.processes and (operation is None or operation.state in FINAL_STATES):
        yield f"processes are left: {left.processes}"


def _known(remembered: Remembered) -> str | None:
    resource = remembered.resource
    return None if resource is None or resource.state is None else resource.state.object_id
