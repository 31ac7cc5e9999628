"""Where a project stands in its time, and which of its resources were found to differ, as shown."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from engine.core.durations import spelt
from engine.core.errors import ResourceMissing
from engine.core.lifetimes import lifetime_words
from engine.core.operations.operation import Operation
from engine.core.projects import AtExpiry, Project
from engine.core.resources import Resource
from engine.core.schedules import OFF
from engine.service.sightings import current_sightings


class Lifetime(BaseModel):
    """A project's times.

    Attributes:
        words: where it stands in its time; empty where it has no end and is not archived.
        warned: the warnings that were given of this end, in hours before it.
        refresh_every: how often its resources are compared with the cloud; `off` for never.
    """

    model_config = ConfigDict(frozen=True)

    words: str
    expires_at: str | None
    at_expiry: AtExpiry
    warned: tuple[int, ...]
    archived_at: str | None
    destroyed_at: str | None
    refresh_every: str


class DriftedResource(BaseModel):
    """A resource that was found to differ from what is remembered of it.

    Attributes:
        operation_id: the refresh that found it last, with the values.
        changed: the paths that differ, at most 20.
        missing: the cloud no longer has the object.
    """

    model_config = ConfigDict(frozen=True)

    resource_id: str
    since: str
    seen_at: str
    operation_id: str
    changed: tuple[str, ...]
    missing: bool


def lifetime_of(project: Project, at: datetime) -> Lifetime:
    """Return a project's times as they are shown at a moment."""
    return Lifetime(
        words=lifetime_words(project, at),
        expires_at=_spelt(project.expires_at),
        at_expiry=project.at_expiry,
        warned=project.warned,
        archived_at=_spelt(project.archived_at),
        destroyed_at=_spelt(project.destroyed_at),
        refresh_every=spelt(timedelta(seconds=project.refresh_seconds)) if project.refresh_seconds else OFF,
    )


def drifted_of(project: Project, living: Sequence[Resource]) -> tuple[DriftedResource, ...]:
    """Return which of the living resources were found to differ."""
    return tuple(
        DriftedResource(
            resource_id=resource_id,
            since=seen.since.isoformat(),
            seen_at=seen.seen_at.isoformat(),
            operation_id=seen.operation_id,
            changed=seen.changed,
            missing=seen.missing,
        )
        for resource_id, seen in sorted(current_sightings(project, living).items())
    )


def missing_of(looked: Sequence[Operation]) -> Collection[str]:
    """Return the resources whose object the newest operation that looked for it did not find."""
    found: dict[str, bool] = {}
    for operation in looked:
        refused = operation.error is not None and operation.error.code == ResourceMissing.code
        if operation.planned_at is not None or refused:
            # What made it anew has settled the matter.
            lost = operation.missing and operation.applied_at is None
            found.setdefault(operation.resource_id, refused or lost)
    return {name for name, gone in found.items() if gone}


def _spelt(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
