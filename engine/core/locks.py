"""The lock on a project: one principal's writes go through, those of all others wait. Storing it is not here.

A lock is a courtesy between sessions that lasts while its holder is at work: it lapses by itself, it says who
holds it and until when, and a person may break it. That nothing is made twice does not rest on it.
"""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.errors import Conflict, Forbidden
from engine.core.limits import LOCK_SECONDS
from engine.core.projects import Project
from engine.core.values import JsonObject


class ProjectLock(BaseModel):
    """A lock as stored.

    Attributes:
        holder: key of the principal that holds it; `subject`, `kind` and `client` are the same in parts.
        reason: why, in the holder's words.
        expires_at: when it lapses unless the holder calls before.
    """

    model_config = ConfigDict(frozen=True)

    project_id: str
    holder: str
    subject: str
    kind: PrincipalKind
    client: str
    reason: str = ""
    since: datetime
    expires_at: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether it has not lapsed."""
        return at < self.expires_at

    @property
    def said(self) -> str:
        """Who holds it since when and until when, in words."""
        since, until = (moment.isoformat(timespec="seconds") for moment in (self.since, self.expires_at))
        return f"{self.subject} ({self.kind.value}, {self.client}) since {since}, until {until}"

    @property
    def facts(self) -> JsonObject:
        """The same for programs."""
        return self.model_dump(mode="json", exclude={"project_id"})


def acquire(
    lock: ProjectLock | None, principal: Principal, *, project: Project, reason: str, at: datetime
) -> ProjectLock:
    """Return the lock of a project in a principal's hand; who holds it already keeps it for longer.

    Raises:
        Conflict: another principal holds it.
    """
    require_free(lock, principal.key, project=project, at=at)
    held = lock is not None and lock.holds(at)
    return ProjectLock(
        project_id=project.id,
        holder=principal.key,
        subject=principal.subject,
        kind=principal.kind,
        client=principal.client,
        reason=lock.reason if lock is not None and held and not reason else reason,
        since=lock.since if lock is not None and held else at,
        expires_at=_end(at),
    )


def require_free(lock: ProjectLock | None, key: str, *, project: Project, at: datetime) -> None:
    """Do nothing where the principal of that key may begin a write in a project.

    Raises:
        Conflict: another principal holds its lock; names who, since when, until when and the way out.
    """
    if lock is None or not lock.holds(at) or lock.holder == key:
        return
    raise Conflict(
        f"project {project.name} is locked by {lock.said}",
        field="project",
        hint=f"try again then: it lapses where its holder makes no call until then; "
        f"a person can end it with `intent project unlock {project.name} --force`",
        facts={"project": project.name, "lock": lock.facts},
    )


def extended(lock: ProjectLock | None, holder: str, at: datetime) -> ProjectLock | None:
    """Return the lock as a call of `holder` extends it; None where it does not: lapsed, or another's."""
    if lock is None or not lock.holds(at) or lock.holder != holder:
        return None
    return lock.model_copy(update={"expires_at": max(lock.expires_at, _end(at))})


def require_release(lock: ProjectLock, principal: Principal, *, project: Project, force: bool) -> None:
    """Do nothing where a principal may end a lock that holds: its own, or by force a person.

    Raises:
        Conflict: it is another's, and `force` was not given.
        Forbidden: it is another's, and the principal is no person or lacks `projects:write`.
    """
    if lock.holder == principal.key:
        return
    if principal.kind is not PrincipalKind.USER or Scope.PROJECTS_WRITE not in principal.scopes:
        raise Forbidden(
            f"project {project.name} is locked by {lock.said}; only a person may end another's lock",
            field="project",
            hint="wait until it lapses, or ask a person to call "
            f"`intent project unlock {project.name} --force`",
            facts={"project": project.name, "lock": lock.facts},
        )
    if not force:
        raise Conflict(
            f"project {project.name} is locked by {lock.said}",
            field="project",
            hint=f"`intent project unlock {project.name} --force` ends another's lock",
            facts={"project": project.name, "lock": lock.facts},
        )


def _end(at: datetime) -> datetime:
    return at + timedelta(seconds=LOCK_SECONDS)
