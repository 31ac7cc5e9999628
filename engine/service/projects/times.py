"""What a caller may set of a project's times, and setting it. What the times mean is the core's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.core.auth.principals import Principal
from engine.core.errors import Conflict, InvalidInput
from engine.core.lifetimes import closed, limited, parse_ttl, reopened, require_open, unlimited
from engine.core.projects import AtExpiry, Project
from engine.core.schedules import parse_refresh_every
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.service.projects.withdraw import withdraw_destruction
from engine.service.services import Services


@dataclass(frozen=True)
class Times:
    """What is to be set; what is None or False stays as it is.

    Attributes:
        ttl: how long the project is to live from now, as `7d`.
        endless: it is to have no end.
        at_expiry: what becomes of it at its end.
        refresh_every: how often its resources are compared with the cloud, as `6h`; `off` for never.
        unarchive: it is to take changes again, without an end unless `ttl` gives it one.
    """

    ttl: str | None = None
    endless: bool = False
    at_expiry: AtExpiry | None = None
    refresh_every: str | None = None
    unarchive: bool = False


UNTIMED: Final = Times()


def retimed(project: Project, times: Times, at: datetime, by: str) -> Project:
    """Return the project with its times set at a moment by a person.

    Raises:
        InvalidInput: a time is malformed or out of bounds, or both an end and none are asked for.
        Conflict: the project takes no changes and is not to be opened again, or is to be and does.
    """
    if times.ttl is not None and times.endless:
        raise InvalidInput(
            "a project has a time to live or none, not both", field="ttl", hint="give --ttl or --no-ttl"
        )
    if times.unarchive:
        project = _reopened(project, at)
    require_open(project, at)
    if times.ttl is not None:
        project = limited(project, parse_ttl(times.ttl), at)
    if times.endless:
        project = unlimited(project)
    if times.at_expiry is not None:
        project = project.model_copy(update={"at_expiry": times.at_expiry})
    if times.ttl is not None or times.at_expiry is not None:
        project = project.model_copy(update={"expiry_by": by})
    if times.refresh_every is not None:
        schedule = {"refresh_seconds": parse_refresh_every(times.refresh_every), "refresh_since": at}
        project = project.model_copy(update=schedule)
    return project


async def set_times(
    services: Services, transaction: Transaction, principal: Principal, project: Project, times: Times
) -> Project:
    """Return the project with its times set now; opening it withdraws what of its destruction has not begun.

    A deletion that is under way is refused before its effect (`engine.service.projects.openness`).

    Raises:
        InvalidInput, Conflict: see `retimed`.
    """
    timed = retimed(project, times, services.clock.now(), principal.subject)
    if times.unarchive:
        await withdraw_destruction(services, transaction, principal, project.id)
    return timed


def facts_of_times(project: Project) -> JsonObject:
    """Return a project's times as an audit row says them; empty where it has none."""
    ends: JsonObject = {}
    if project.expires_at is not None:
        ends = {"expires_at": project.expires_at.isoformat(), "at_expiry": project.at_expiry.value}
    return {**ends, "refresh_seconds": project.refresh_seconds} if project.refresh_seconds else ends


def _reopened(project: Project, at: datetime) -> Project:
    if closed(project, at):
        return reopened(project)
    raise Conflict(
        f"project {project.name} is not archived", field="project", hint="it takes changes as it is"
    )
