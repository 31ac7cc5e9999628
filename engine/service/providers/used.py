"""The version of a provider that questions are about which name a project: the one that the project uses."""

from dataclasses import dataclass

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.auth.principals import Principal, Scope
from engine.core.projects import Project
from engine.core.providers.locks import version_for
from engine.core.resources import Resource
from engine.service.locking import visit_project
from engine.service.pinned import pinned, versions_of
from engine.service.services import Services


@dataclass(frozen=True)
class Usage:
    """A provider in a project.

    Attributes:
        version: the one that the project uses, None before its first use.
    """

    project: Project
    living: tuple[Resource, ...]
    address: ProviderAddress
    version: Version | None

    async def pin(self, services: Services) -> ProviderPin:
        """Return that version as it is at hand, compared with the project's lock; raises as `pinned`."""
        return (await pinned(services, self.project, self.address, self.living)).pin


async def usage_of(
    services: Services, principal: Principal, project_name: str, address: ProviderAddress
) -> Usage:
    """Return how a project uses a provider.

    Raises:
        Forbidden: the principal lacks `projects:read`.
        InvalidInput, NotFound: there is no such project.
    """
    principal.require(Scope.PROJECTS_READ)
    async with services.store.transaction() as transaction:
        project = await visit_project(services, transaction, principal, project_name)
        listed = await transaction.resources.list(project.id)
    living = tuple(each for each in listed if not each.gone)
    version = version_for(project, address, versions_of(address, living))
    return Usage(project=project, living=living, address=address, version=version)
