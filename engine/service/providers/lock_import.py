"""Use case: take over which packages of providers to trust from a lock file."""

from collections.abc import Sequence

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import NotFound
from engine.core.projects import Project, ProviderLock
from engine.core.providers.lock_file import read_locks
from engine.core.providers.locks import require_readable, with_package
from engine.service.locking import project_to_change
from engine.service.pinned import Pinned, save_locks, versions_of
from engine.service.services import Services


async def import_locks(
    services: Services, principal: Principal, project_name: str, text: str, addresses: Sequence[str] = ()
) -> tuple[str, ...]:
    """Lock the named providers of a lock file, or all of them, as it says; return their addresses.

    It takes the place of what the project trusted of them. An installed package must be one that the file
    names; where none is installed, the first that is will have to be.

    Raises:
        Forbidden: the principal lacks `projects:write`, or the allow-list refuses an installed provider.
        InvalidInput: the text is no lock file, or an address is malformed.
        NotFound: there is no such project, or the file does not lock a named provider.
        Conflict: another principal has locked the project, a newer version wrote one of its resources, or
            a lock was moved meanwhile.
        IntegrityFailed: an installed package is not one that the file names.
        NotSetUp: the mirror cannot be read.
    """
    principal.require(Scope.PROJECTS_WRITE)
    wanted = _chosen(read_locks(text), addresses)
    async with services.store.transaction() as transaction:
        project = await project_to_change(services, transaction, principal, project_name)
    found = [await _found(services, project, address, lock) for address, lock in wanted.items()]
    async with services.store.transaction() as transaction:
        project = await project_to_change(services, transaction, principal, project_name)
        living = await transaction.resources.list(project.id)
        for each in found:
            used = versions_of(each.pin.address, living)
            require_readable(project, each.pin.address, used, each.pin.version)
        await save_locks(services, transaction, project, found, principal.key)
    return tuple(wanted)


def _chosen(locks: dict[str, ProviderLock], addresses: Sequence[str]) -> dict[str, ProviderLock]:
    names = [str(ProviderAddress.parse(address)) for address in addresses] or list(locks)
    for name in names:
        if name not in locks:
            raise NotFound(
                f"the lock file does not lock {name}",
                field="provider",
                hint=f"it locks {', '.join(sorted(locks)) or 'nothing'}",
            )
    return {name: locks[name] for name in sorted(names)}


async def _found(services: Services, project: Project, address: str, lock: ProviderLock) -> Pinned:
    pin = ProviderPin(address=ProviderAddress.parse(address), version=Version.parse(lock.version))
    before = project.provider_locks.get(address)
    unseen = lock.model_copy(update={"unseen": True})
    if not any(package.pin == pin for package in services.mirror.packages()):
        return Pinned(pin=pin, before=before, lock=unseen)
    package = services.mirror.resolve(pin.address, pin.version)
    met = with_package(unseen, pin, package.hashes)
    await services.mirror.verify(package, met.hashes)
    return Pinned(pin=pin, before=before, lock=met)
