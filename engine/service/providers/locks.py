"""Use case: which packages of providers a project trusts, and whether they are at hand."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import NotFound
from engine.core.projects import Project, ProviderLock
from engine.core.providers.names import suggestion
from engine.service.locking import visit_project
from engine.service.services import Services


class ReportedProviderLock(BaseModel):
    """A provider's lock in a project.

    Attributes:
        constraints: what the version was chosen by; empty where nobody gave any.
        hashes: a package must have one of them to be started.
        installed: a package of that version is at hand; its hash is asked for before each start.
    """

    model_config = ConfigDict(frozen=True)

    provider: str
    version: str
    constraints: str
    hashes: tuple[str, ...]
    installed: bool


async def provider_locks(
    services: Services, principal: Principal, project_name: str, addresses: Sequence[str] = ()
) -> tuple[ReportedProviderLock, ...]:
    """Return a project's locks by address, of the named providers or of all.

    Raises:
        Forbidden: the principal lacks `projects:read`.
        InvalidInput: an address or the project's name is malformed.
        NotFound: there is no such project, or it has no lock of a named provider.
        NotSetUp: the mirror cannot be read.
    """
    principal.require(Scope.PROJECTS_READ)
    async with services.store.transaction() as transaction:
        project = await visit_project(services, transaction, principal, project_name)
    at_hand = {package.pin for package in services.mirror.packages()}
    found = selected_locks(project, addresses)
    return tuple(_reported(address, lock, at_hand) for address, lock in found.items())


def selected_locks(project: Project, addresses: Sequence[str]) -> dict[str, ProviderLock]:
    """Return the locks of the named providers, or all of them, by address.

    Raises:
        InvalidInput: an address is malformed.
        NotFound: the project has no lock of one.
    """
    locks = project.provider_locks
    names = [str(ProviderAddress.parse(address)) for address in addresses] or list(locks)
    for name in names:
        if name not in locks:
            raise NotFound(
                f"project {project.name} has no lock of {name}",
                field="provider",
                hint=suggestion(name, locks)
                or f"its first use locks it, or `intent provider lock {project.name} {name} --version V`",
            )
    return {name: locks[name] for name in sorted(names)}


def _reported(address: str, lock: ProviderLock, at_hand: set[ProviderPin]) -> ReportedProviderLock:
    pin = ProviderPin(address=ProviderAddress.parse(address), version=Version.parse(lock.version))
    return ReportedProviderLock(
        provider=address,
        version=lock.version,
        constraints=lock.constraints,
        hashes=lock.hashes,
        installed=pin in at_hand,
    )
