"""What is known of an effect whose worker was lost: where was looked, what each place said, which told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from engine.core.limits import RECOVERY_RETRY_MAX_SECONDS, RECOVERY_RETRY_SECONDS


class Source(StrEnum):
    """Where the outcome of a lost effect is looked for, in the order in which they are asked.

    `not_begun`: the workspace, which says that OpenTofu was never started. `errored_state` and `state`: what
    OpenTofu saved; the first is what it could not put in its place, so it is the newer one. `event`: the id
    that an event of the journal named. `remembered`: the object of the last version. `natural_id`: the id
    that the configuration itself tells. `person`: somebody has looked and says which object it is.
    """

    NOT_BEGUN = "not_begun"
    ERRORED_STATE = "errored_state"
    STATE = "state"
    EVENT = "event"
    REMEMBERED = "remembered"
    NATURAL_ID = "natural_id"
    PERSON = "person"


class Finding(StrEnum):
    """What a place said: an object, one that the cloud does not show, nothing, or one that is not ours.

    `gone` of an object that was only just made may also mean that the cloud does not list it yet.
    """

    FOUND = "found"
    GONE = "gone"
    NOTHING = "nothing"
    UNREADABLE = "unreadable"
    OTHER = "other"


class Look(BaseModel):
    """One place that was asked.

    Attributes:
        object_id: the object that it named, also where that does not exist or is not ours.
    """

    model_config = ConfigDict(frozen=True)

    source: Source
    finding: Finding
    object_id: str | None = None


class Interruption(BaseModel):
    """What is known of a lost effect; it stays with the operation after it was settled.

    Attributes:
        event_ids: the objects that the journal's events name, newest first.
        looks: what the last reconciliation asked, in its order.
        found_by: the place that told the outcome; None while it is unknown.
        attempts: how often it was looked for without an outcome.
        looked_at: when that was last begun.
        problem: the code of what kept the last attempt from an answer; None where no place told.
        retry_by: who has looked and says that nothing was done; empty where nobody has.
        retry_token: the fencing token of the operation when that was said; it holds for no later one.
    """

    model_config = ConfigDict(frozen=True)

    event_ids: tuple[str, ...] = ()
    looks: tuple[Look, ...] = ()
    found_by: Source | None = None
    attempts: int = 0
    looked_at: datetime | None = None
    problem: str | None = None
    retry_by: str = ""
    retry_token: int | None = None

    def shown_by(self, hidden: Callable[[str], str]) -> Self:
        """Return this with the id of every object as `hidden` tells it."""
        looks = tuple(
            look if look.object_id is None else look.model_copy(update={"object_id": hidden(look.object_id)})
            for look in self.looks
        )
        return self.model_copy(update={"looks": looks, "event_ids": tuple(map(hidden, self.event_ids))})

    def due(self, at: datetime) -> bool:
        """Tell whether it is time to look again unasked: never where all places were asked and none told."""
        if self.looked_at is None:
            return True
        if self.problem is None:
            return False
        wait = min(RECOVERY_RETRY_SECONDS * 2 ** min(self.attempts, 10), RECOVERY_RETRY_MAX_SECONDS)
        return at >= self.looked_at + timedelta(seconds=wait)
