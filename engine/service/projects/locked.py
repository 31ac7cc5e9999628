"""What is published of the lock on a project."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import PrincipalKind
from engine.core.locks import ProjectLock


class ReportedLock(BaseModel):
    """Who keeps others from writing to a project: since when, until when unless they call, and why."""

    model_config = ConfigDict(frozen=True)

    holder: str
    kind: PrincipalKind
    client: str
    reason: str
    since: str
    expires_at: str


def reported_lock(lock: ProjectLock | None, at: datetime) -> ReportedLock | None:
    """Return what is published of a lock, None for one that has lapsed."""
    if lock is None or not lock.holds(at):
        return None
    return ReportedLock(
        holder=lock.subject,
        kind=lock.kind,
        client=lock.client,
        reason=lock.reason,
        since=lock.since.isoformat(),
        expires_at=lock.expires_at.isoformat(),
    )
