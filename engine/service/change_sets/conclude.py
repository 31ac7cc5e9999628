"""What became of a change set that was applied as far as it goes: finished, or stopped with a true report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from engine.core.auth.principals import Principal, PrincipalKind
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import OperationEvent, OperationState
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.service.change_sets.members import is_done, newest_members
from engine.service.journal import advance
from engine.service.services import Services


@dataclass(frozen=True)
class Standing:
    """The changes of a set by how far they came, as resource ids in the order of the request."""

    done: tuple[str, ...]
    unknown: tuple[str, ...]
    failed: tuple[str, ...]
    not_begun: tuple[str, ...]

    @classmethod
    def of(cls, change_set: Operation, members: Mapping[str, Operation]) -> Self:
        """Return how far a set came; a change without an operation has not begun."""
        names = [change.resource_id for change in change_set.request.changes]
        found = [members[name] for name in names if name in members]
        done = tuple(each.resource_id for each in found if is_done(each))
        unknown = tuple(e.resource_id for e in found if e.state is OperationState.INTERRUPTED)
        failed = tuple(
            e.resource_id for e in found if e.state in (OperationState.FAILED, OperationState.DENIED)
        )
        settled = {*done, *unknown, *failed}
        return cls(done, unknown, failed, tuple(name for name in names if name not in settled))

    @property
    def facts(self) -> JsonObject:
        """The standing as JSON."""
        return {name: list(names) for name, names in vars(self).items()}

    @property
    def summary(self) -> str:
        """The standing in one line: `2 of 5 changes are done; failed: web; not begun: db, dns`."""
        total = sum(map(len, vars(self).values()))
        parts = [f"{len(self.done)} of {total} changes are done"]
        said = {"outcome not known": self.unknown, "failed": self.failed, "not begun": self.not_begun}
        parts += [f"{word}: {', '.join(names)}" for word, names in said.items() if names]
        return "; ".join(parts)


async def conclude(services: Services, change_set: Operation) -> Operation:
    """Move a set of which nothing runs to FINISHED where every change of it is done, else to STOPPED.

    It is APPLYING, or INTERRUPTED and its changes were reconciled.

    Raises:
        Conflict: somebody else has taken it up, or moved it, meanwhile.
    """
    lost = change_set.state is OperationState.INTERRUPTED
    done = OperationEvent.RECOVER if lost else OperationEvent.APPLIED
    async with services.store.transaction() as transaction:
        members = await newest_members(transaction, change_set)
        standing = Standing.of(change_set, members)
        if len(standing.done) == len(change_set.request.changes):
            return await advance(services, transaction, change_set, done, error=None)
        error = _stopped(standing, members)
        return await advance(
            services, transaction, change_set, OperationEvent.STOP, facts=standing.facts, error=error
        )


async def left(transaction: Transaction, change_set: Operation, by: Principal) -> OperationError:
    """Return what is said of a set that somebody leaves as it is: what is done stays so."""
    members = await newest_members(transaction, change_set)
    stopped = _stopped(Standing.of(change_set, members), members)
    who = "the engine" if by.kind is PrincipalKind.SYSTEM else by.subject
    return stopped.model_copy(
        update={
            "message": f"{who} left this change set as it is: {stopped.message}",
            "hint": "make a new change set of what is missing",
        }
    )


def _stopped(standing: Standing, members: Mapping[str, Operation]) -> OperationError:
    errors = [
        members[name].error
        for name in (*standing.failed, *standing.unknown, *standing.not_begun)
        if name in members
    ]
    first = next((error for error in errors if error is not None), None)
    why = f": {first.message}" if first is not None else ""
    return OperationError(
        code="change_set_stopped",
        message=f"{standing.summary}{why}",
        hint="settle what is not known, then resume it"
        if standing.unknown
        else "mend what keeps it, then resume it, or cancel it to leave it so",
        facts=standing.facts,
        untrusted_detail=first.untrusted_detail if first is not None else None,
    )
