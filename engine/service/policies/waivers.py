"""Use case: list waivers, also those whose time is over."""

from datetime import datetime
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.waivers import Waiver
from engine.service.lookup import find_project
from engine.service.services import Services

_AS_IT_IS: Final = ("id", "policy", "resource_id", "resource_type", "owner", "reason", "created_by")


class ListedWaiver(BaseModel):
    """A waiver; its times are in ISO 8601."""

    model_config = ConfigDict(frozen=True)

    id: str
    policy: str
    project: str
    resource_id: str
    resource_type: str
    owner: str
    reason: str
    created_at: str
    created_by: str
    expires_at: str
    expired: bool

    @classmethod
    def of(cls, waiver: Waiver, project: str, at: datetime) -> Self:
        """Return a waiver as it stands at a moment; `project` is the name of its project."""
        texts = {name: getattr(waiver, name) for name in _AS_IT_IS}
        return cls(
            **texts,
            project=project,
            created_at=waiver.created_at.isoformat(),
            expires_at=waiver.expires_at.isoformat(),
            expired=at >= waiver.expires_at,
        )


class WaiverList(BaseModel):
    """Waivers, oldest first."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    waivers: tuple[ListedWaiver, ...]


async def list_waivers(
    services: Services, principal: Principal, project_name: str | None = None
) -> WaiverList:
    """Return the waivers of a project, of all projects where none is named.

    Raises:
        Forbidden: the principal lacks `policies:read`.
        InvalidInput, NotFound: there is no such project.
    """
    principal.require(Scope.POLICIES_READ)
    now = services.clock.now()
    async with services.store.transaction() as transaction:
        project = None if project_name is None else await find_project(transaction, project_name)
        names = {each.id: each.name for each in await transaction.projects.list()}
        found = await transaction.waivers.list(None if project is None else project.id)
    return WaiverList(
        waivers=tuple(ListedWaiver.of(waiver, names[waiver.project_id], now) for waiver in found)
    )
