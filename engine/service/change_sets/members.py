"""The changes of a set as operations: which of them is done, which is to be done, and by which operation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.core.errors import Conflict
from engine.core.operations.operation import Operation, OperationError, OperationKind, Request, UpdateMode
from engine.core.operations.states import FINAL_STATES, RUNNING_STATES, OperationEvent, OperationState
from engine.ports.store import Transaction
from engine.service.journal import advance, audit
from engine.service.lease import lapsed
from engine.service.services import Services
from engine.service.take_away import take_away

_UNBEGUN: Final = frozenset({OperationState.QUEUED, OperationState.READY_FOR_EXECUTION})
_WITHOUT_EFFECT: Final = _UNBEGUN | {OperationState.PLANNING, OperationState.DECIDING}
NOT_BEGUN: Final = OperationError(
    code="cancelled",
    message="its change set ended before this change had begun",
    hint="see the change set",
)


@dataclass(frozen=True)
class Task:
    """A change that is not done.

    Attributes:
        place: its position in the request.
        request: what is to be done now; a creation that was left half done is taken up as an update.
        operation: what carries it out; None where that is yet to be made.
    """

    place: int
    request: Request
    operation: Operation | None


async def newest_members(transaction: Transaction, change_set: Operation) -> Mapping[str, Operation]:
    """Return the newest operation of each change of a set that has one, by resource id."""
    oldest_first = await transaction.change_sets.list(change_set.id)
    return {member.resource_id: member for member in oldest_first}


def is_done(member: Operation) -> bool:
    """Tell whether a change has been carried out."""
    return member.state is OperationState.FINISHED and not member.request.dry_run


async def tasks_of(services: Services, change_set: Operation) -> Sequence[Task]:
    """Return what is not done of a set, in the order of its request.

    Raises:
        Conflict: somebody works on a part of it, or the outcome of one is not known.
    """
    async with services.store.transaction() as transaction:
        newest = await newest_members(transaction, change_set)
        living = {r.resource_id for r in await transaction.resources.list(change_set.project_id)}
        found = []
        for place, change in enumerate(change_set.request.changes):
            last = newest.get(change.resource_id)
            if last is not None and last.state in RUNNING_STATES and lapsed(services, last):
                last = await take_away(services, transaction, last)
            half_made = change.resource_id in living and await _made_by(transaction, change_set, change)
            request = _now(change, last, present=change.resource_id in living, half_made=half_made)
            if request is not None:
                usable = last if last is not None and last.state not in FINAL_STATES else None
                found.append(Task(place=place, request=request, operation=usable))
    _require_free([task.operation for task in found if task.operation is not None])
    return found


async def enlist(
    services: Services, change_set: Operation, tasks: Sequence[Task], steps: Mapping[str, int]
) -> Mapping[str, Operation]:
    """Return the operation of each task by resource id; those that are missing are made.

    `steps` says when the turn of each is.
    """
    members: dict[str, Operation] = {}
    async with services.store.transaction() as transaction:
        for task in tasks:
            member = task.operation or _member(services, change_set, task.request, steps)
            if task.operation is None:
                await transaction.operations.add(member)
                await audit(services, transaction, member, "operation.proposed", change_set.actor)
            members[member.resource_id] = member
    return members


async def give_up(services: Services, transaction: Transaction, change_set: Operation) -> None:
    """Cancel every change of a set that has not begun its effect; nothing for what is no set."""
    if change_set.kind is not OperationKind.CHANGE_SET:
        return
    for member in (await newest_members(transaction, change_set)).values():
        if member.state in _WITHOUT_EFFECT:
            await advance(services, transaction, member, OperationEvent.CANCEL, error=NOT_BEGUN)


async def _made_by(transaction: Transaction, change_set: Operation, change: Request) -> bool:
    """Tell whether a set made the resource that there is, as far as it is made."""
    if change.kind is not OperationKind.CREATE:
        return False
    own = {member.id for member in await transaction.change_sets.list(change_set.id)}
    versions = await transaction.resources.versions(change_set.project_id, change.resource_id)
    ended = max((version.version for version in versions if version.gone), default=0)
    return any(v.version == ended + 1 and v.operation_id in own for v in versions)


def _now(change: Request, last: Operation | None, *, present: bool, half_made: bool) -> Request | None:
    """Return what is to be done for a change as the resource is now; None where nothing is."""
    if last is None:
        return change
    if is_done(last) or (change.kind is OperationKind.DELETE and not present):
        return None
    if half_made:
        # It exists, half made: an update of its whole configuration replaces it.
        return change.model_copy(
            update={"kind": OperationKind.UPDATE, "mode": UpdateMode.REPLACE, "provider_version": ""}
        )
    return change


def _member(
    services: Services, change_set: Operation, change: Request, steps: Mapping[str, int]
) -> Operation:
    whole = change_set.request
    request = change.model_copy(update={"dry_run": whole.dry_run, "reason": change.reason or whole.reason})
    return Operation(
        id=services.ids.new(),
        project_id=change_set.project_id,
        request=request,
        request_digest=request.digest,
        actor=change_set.actor,
        session=change_set.session,
        change_set_id=change_set.id,
        change_set_step=steps[request.resource_id],
        resource_type=request.resource_type,
        provider=request.provider,
        provider_version=request.provider_version,
        provider_alias=request.provider_alias,
        created_at=services.clock.now(),
    )


def _require_free(members: Sequence[Operation]) -> None:
    for member in members:
        if member.state is OperationState.INTERRUPTED:
            raise Conflict(
                f"the outcome of {member.kind.value} {member.resource_id} is not known",
                field="operation_id",
                hint=f"`intent operation resume {member.id}` reconciles it, then resume the change set",
                facts={"operation_id": member.id, "resource_id": member.resource_id},
            )
        if member.state not in _UNBEGUN:
            raise Conflict(
                f"operation {member.id} on {member.resource_id} is being worked on",
                field="operation_id",
                hint="wait for it, then resume the change set",
                facts={"operation_id": member.id, "resource_id": member.resource_id},
            )
