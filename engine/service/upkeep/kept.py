"""Keeping what upkeep makes of a project, with its audit row, in one transaction."""

from datetime import datetime

from engine.core.audit import AuditEvent
from engine.core.auth.principals import system
from engine.core.projects import Project
from engine.core.values import JsonObject
from engine.ports.store import Transaction


async def keep(
    transaction: Transaction, project: Project, event: str, at: datetime, facts: JsonObject
) -> None:
    """Replace a project and write what happened to it; its end is added to the facts.

    Raises:
        NotFound: the project was deleted meanwhile.
    """
    ends = project.expires_at.isoformat() if project.expires_at is not None else None
    await transaction.projects.save(project)
    await transaction.audit.append(
        AuditEvent(
            at=at,
            actor=system().key,
            event=event,
            project_id=project.id,
            subject=project.name,
            facts={**facts, "expires_at": ends, "at_expiry": project.at_expiry.value},
        )
    )
