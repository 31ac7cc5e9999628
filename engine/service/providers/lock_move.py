"""Use case: have a project use another version of a provider."""

from engine.core.addrs import ProviderAddress, Version
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import InvalidInput, NotFound
from engine.core.projects import ProviderLock
from engine.core.providers.locks import moved, require_readable
from engine.core.providers.requirements import Requirements, exactly
from engine.ports.mirror import ProviderPackage
from engine.service.locking import project_to_change
from engine.service.pinned import Pinned, save_locks, versions_of
from engine.service.services import Services


async def move_lock(
    services: Services,
    principal: Principal,
    project_name: str,
    provider: str,
    *,
    version: str = "",
    constraint: str = "",
) -> ProviderLock:
    """Lock a provider at a version, or at the newest installed one that a constraint allows.

    Its package at hand is trusted from now on; at the version that is locked already only where the lock
    names it. Resources are read by the new version with their next operation.

    Raises:
        Forbidden: the principal lacks `projects:write`, or the allow-list refuses the provider.
        InvalidInput: the address, the version or the constraint is malformed, or not exactly one is given.
        NotFound: there is no such project, or no such version is installed.
        Conflict: another principal has locked the project, a newer version wrote one of its resources, or
            the lock was moved meanwhile.
        IntegrityFailed: the package is not the one that was installed, or not one that the lock names.
        NotSetUp: the mirror cannot be read.
    """
    principal.require(Scope.PROJECTS_WRITE)
    address = ProviderAddress.parse(provider)
    if bool(version) == bool(constraint):
        raise InvalidInput(
            "give a version or a constraint, one of them",
            field="version",
            hint="for example --version 3.39.0",
        )
    allowed = Requirements.parse(constraint) if constraint else exactly(Version.parse(version))
    async with services.store.transaction() as transaction:
        project = await project_to_change(services, transaction, principal, project_name)
    package = _package(services, address, allowed)
    before = project.provider_locks.get(str(address))
    # INVARIANT: what a lock has named once is not exchanged by naming the same version again.
    held = before is not None and before.version == str(package.pin.version) and not before.unseen
    await services.mirror.verify(package, before.hashes if before is not None and held else None)
    lock = moved(before, package.pin, package.hashes, str(allowed) if constraint else "")
    async with services.store.transaction() as transaction:
        project = await project_to_change(services, transaction, principal, project_name)
        used = versions_of(address, await transaction.resources.list(project.id))
        require_readable(project, address, used, package.pin.version)
        found = Pinned(pin=package.pin, before=before, lock=lock)
        await save_locks(services, transaction, project, (found,), principal.key)
    return lock


def _package(services: Services, address: ProviderAddress, allowed: Requirements) -> ProviderPackage:
    installed = [package for package in services.mirror.packages() if package.pin.address == address]
    chosen = allowed.choose(package.pin.version for package in installed)
    if chosen is None:
        versions = [str(package.pin.version) for package in installed]
        raise NotFound(
            f"no installed {address} meets {allowed}; installed is {', '.join(versions) or 'none'}",
            field="version",
            hint=f"install one: `intent provider install {address}@VERSION`",
            facts={"versions": list(versions)},
        )
    return services.mirror.resolve(address, chosen)
