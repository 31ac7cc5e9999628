"""Keeping the journal of operations: steps and what OpenTofu says in them, within a transaction of the store.

As in `engine.ports.store`, every method raises StoreFailed where the database cannot be read or written.

INVARIANT: a write compares the fencing token of the operation, as stored, with the one that it is given, in
the same transaction. A worker from which the operation was taken writes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.core.operations.steps import EffectEvent, Step, StepEvent, StepKind, StepOutcome


class Journal(Protocol):
    """Steps by operation and number, each with its events; none is ever removed.

    `begin`, `end` and `note` raise NotFound where the operation is not stored, and Conflict where its stored
    fencing token is another.
    """

    async def begin(
        self, operation_id: str, kind: StepKind, *, worker: str, fencing_token: int, at: datetime
    ) -> Step:
        """Keep a new step, open, under the next number of the operation, and return it."""
        ...

    async def end(self, step: Step, outcome: StepOutcome, *, fencing_token: int, at: datetime) -> Step:
        """Close a step, also one of an earlier worker, and return it; raises as `note` does."""
        ...

    async def note(self, step: Step, event: EffectEvent, *, fencing_token: int, at: datetime) -> StepEvent:
        """Keep what OpenTofu said in a step under the step's next number, and return it.

        Raises:
            NotFound, Conflict: as above; Conflict also where the step is not open.
        """
        ...

    async def steps(self, operation_id: str) -> Sequence[Step]:
        """Return the steps of an operation in their order."""
        ...

    async def events(self, operation_id: str) -> Sequence[StepEvent]:
        """Return the events of all steps of an operation, by step and number."""
        ...
