"""When each resource is compared with the cloud: once in every slot of the project's interval.

Slots are counted from 1970, so that every engine counts alike, each resource's shifted by an amount of its
own, so that a project's resources do not all fall due at one moment. Only the present slot is ever looked at:
slots that passed while no engine ran are not caught up.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from engine.core.digest import digest
from engine.core.durations import parse_bounded
from engine.core.limits import REFRESH_EVERY_MAX_DAYS, REFRESH_EVERY_MIN_SECONDS
from engine.core.projects import Project

OFF: Final = "off"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EVERY_MIN: Final = timedelta(seconds=REFRESH_EVERY_MIN_SECONDS)
_EVERY_MAX: Final = timedelta(days=REFRESH_EVERY_MAX_DAYS)
_DIGITS: Final = 16


def parse_refresh_every(text: str) -> int:
    """Return an interval in seconds, 15 minutes to 30 days; 0 for `off`.

    Raises:
        InvalidInput: it is neither, or out of bounds.
    """
    if text == OFF:
        return 0
    return int(parse_bounded(text, "refresh_every", _EVERY_MIN, _EVERY_MAX).total_seconds())


def due_slot(project: Project, resource_id: str, changed_at: datetime, at: datetime) -> int | None:
    """Return the slot in which a resource is to be compared with the cloud now; None where it is not.

    Args:
        project: it says how often.
        resource_id: the resource.
        changed_at: when its newest version was kept; it is as good as compared in that slot.
        at: the present moment.
    """
    if not project.refresh_seconds or project.refresh_since is None:
        return None
    begins = max(project.refresh_since, changed_at)
    slot = _slot(project, resource_id, at)
    return slot if slot > _slot(project, resource_id, begins) else None


def _slot(project: Project, resource_id: str, at: datetime) -> int:
    every = timedelta(seconds=project.refresh_seconds)
    named = digest([project.id, resource_id]).rpartition(":")[2]
    shift = timedelta(seconds=int(named[:_DIGITS], 16) % project.refresh_seconds)
    return (at - _EPOCH - shift) // every
