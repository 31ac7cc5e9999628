"""A project's time: when it ends, when that is warned of, and what an ended project still takes.

A project takes no changes from the moment at which it expires, whether anything has noticed that or not. Who
notices archives it. Carrying out what follows is `engine.service.upkeep`'s business.
"""

from datetime import datetime, timedelta
from typing import Final

from engine.core.durations import parse_bounded, spelt
from engine.core.errors import Conflict, InvalidInput
from engine.core.limits import EXPIRY_RETRY_SECONDS, EXPIRY_WARNING_HOURS, TTL_MAX_DAYS, TTL_MIN_SECONDS
from engine.core.projects import AtExpiry, Project

_TTL_MIN: Final = timedelta(seconds=TTL_MIN_SECONDS)
_RETRY: Final = timedelta(seconds=EXPIRY_RETRY_SECONDS)
_TTL_MAX: Final = timedelta(days=TTL_MAX_DAYS)


def parse_ttl(text: str, field: str = "ttl") -> timedelta:
    """Return how long a project is to live, or to live longer: 1 minute to 3,660 days.

    Raises:
        InvalidInput: naming `field`: it is no length of time (`engine.core.durations`), or out of bounds.
    """
    return parse_bounded(text, field, _TTL_MIN, _TTL_MAX)


def expired(project: Project, at: datetime) -> bool:
    """Tell whether a project's time is over at a moment."""
    return project.expires_at is not None and at >= project.expires_at


def closed(project: Project, at: datetime) -> bool:
    """Tell whether a project takes no changes at a moment: it is archived, or its time is over."""
    return project.archived_at is not None or expired(project, at)


def destroying(project: Project) -> bool:
    """Tell whether the resources of a project that was archived are to be destroyed, and are not all yet."""
    ended = project.archived_at is not None and project.destroyed_at is None
    return ended and project.at_expiry is AtExpiry.DESTROY


def require_open(project: Project, at: datetime) -> None:
    """Do nothing where a project takes changes.

    Raises:
        Conflict: it is archived, or its time is over.
    """
    if closed(project, at):
        since = project.archived_at or project.expires_at
        why = "has expired" if project.archived_at is None else "is archived"
        raise Conflict(
            f"project {project.name} takes no changes: it {why}",
            field="project",
            hint=f"`intent project update {project.name} --unarchive` opens it again",
            facts={"since": since.isoformat() if since is not None else None},
        )


def limited(project: Project, ttl: timedelta, at: datetime) -> Project:
    """Return the project with so long to live from a moment on; warnings of an earlier end count no more."""
    return project.model_copy(update={"expires_at": at + ttl, "warned": ()})


def unlimited(project: Project) -> Project:
    """Return the project without an end."""
    return project.model_copy(update={"expires_at": None, "warned": ()})


def extended(project: Project, by: timedelta, at: datetime) -> Project:
    """Return the project with its end moved by a length of time.

    Raises:
        Conflict: it has no end, or is archived.
        InvalidInput: that end would be over already, or more than 3,660 days ahead.
    """
    if project.archived_at is not None or project.expires_at is None:
        reopened = f"`intent project update {project.name} --unarchive --ttl {spelt(by)}` opens it again"
        raise Conflict(
            f"project {project.name} {'is archived' if project.archived_at else 'has no end to be moved'}",
            field="project",
            hint=reopened if project.archived_at else "`intent project update --ttl` gives it one",
        )
    moved = project.expires_at + by
    if not at < moved <= at + _TTL_MAX:
        raise InvalidInput(
            f"project {project.name} would then expire at {moved.isoformat(timespec='seconds')}",
            field="by",
            hint=f"the end must lie in the future, at most {TTL_MAX_DAYS} days ahead",
        )
    return project.model_copy(update={"expires_at": moved, "warned": ()})


def archived(project: Project, at: datetime) -> Project:
    """Return the project archived at a moment."""
    return project.model_copy(update={"archived_at": at, "destroyed_at": None})


def reopened(project: Project) -> Project:
    """Return an archived project open again, without an end."""
    return unlimited(project).model_copy(update={"archived_at": None, "destroyed_at": None})


def attempt(project: Project, at: datetime) -> int:
    """Return which try to destroy a resource this is: the first at once, then after 1, 3, 7, 15, … hours.

    What a policy denies or the cloud refuses is tried again, but ever more seldom.
    """
    since = at - project.archived_at if project.archived_at is not None else timedelta()
    return (max(since, timedelta()) // _RETRY + 1).bit_length()


def due_warning(project: Project, at: datetime) -> int | None:
    """Return which warning is to be given at a moment, in hours before the end; None where none is.

    Of several that have been reached only the last counts: who has ten minutes left is told once. One that
    was given, and those before it, are never given again for the same end, wherever the clock goes.
    """
    if project.expires_at is None or closed(project, at):
        return None
    left = project.expires_at - at
    reached = [hours for hours in EXPIRY_WARNING_HOURS if left <= timedelta(hours=hours)]
    nearest = min(reached, default=None)
    given = min(project.warned, default=None)
    if nearest is None or (given is not None and given <= nearest):
        return None
    return nearest


def lifetime_words(project: Project, at: datetime) -> str:
    """Return in words where a project stands in its time; empty where it has no end and is not archived."""
    then = "is destroyed" if project.at_expiry is AtExpiry.DESTROY else "is archived"
    if project.destroyed_at is not None:
        return f"destroyed at {_shown(project.destroyed_at)}, archived"
    if project.archived_at is not None:
        under_way = "; its resources are being destroyed" if destroying(project) else ""
        return f"archived since {_shown(project.archived_at)}{under_way}"
    if project.expires_at is None:
        return ""
    if expired(project, at):
        return f"expired at {_shown(project.expires_at)}; it {then} by the next upkeep"
    return f"expires in {spelt(project.expires_at - at)}, at {_shown(project.expires_at)}, and {then} then"


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
