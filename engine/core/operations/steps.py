"""The journal of an operation: what its workers were about to do, and what OpenTofu said meanwhile."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class StepKind(StrEnum):
    """What a worker does in a step."""

    PLAN = "plan"
    APPLY = "apply"
    IMPORT = "import"
    SAVE = "save"


class StepOutcome(StrEnum):
    """How a step ended, as far as its worker can tell: `lost` where it cannot."""

    DONE = "done"
    FAILED = "failed"
    LOST = "lost"


class Step(BaseModel):
    """One step; it is committed, open, before anything of it is done.

    Attributes:
        number: counts the steps of the operation from 1, over all its workers.
        fencing_token: of the lease under which it was begun.
        worker: who began it, `host:pid:start`.
        outcome: None while it is open.
    """

    model_config = ConfigDict(frozen=True)

    operation_id: str
    number: int
    kind: StepKind
    fencing_token: int
    worker: str
    begun_at: datetime
    ended_at: datetime | None = None
    outcome: StepOutcome | None = None


class EffectEvent(BaseModel):
    """What OpenTofu says while it applies ("Machine-Readable UI": `hook` events).

    Attributes:
        type: `apply_start`, `apply_progress`, `apply_complete` or `apply_errored`.
        action: `create`, `update` or `delete`.
        object_id: the provider's id of the object where the event names it: this may be all that is ever
            known of an object whose state was not saved.
        secret: whether that id holds a secret, as that of an object named by one does; it is then not shown.
    """

    model_config = ConfigDict(frozen=True)

    type: str
    action: str
    object_id: str | None = None
    secret: bool = False

    @property
    def made(self) -> str | None:
        """The id of the object that it says was made, where it says that."""
        return self.object_id if (self.type, self.action) == ("apply_complete", "create") else None


class StepEvent(BaseModel):
    """An event of a step, as it came.

    Attributes:
        step: number of the step.
        number: counts the events of the step from 1.
    """

    model_config = ConfigDict(frozen=True)

    operation_id: str
    step: int
    number: int
    at: datetime
    event: EffectEvent
