"""A provider as a project uses it: its version, and the packages that the project trusts. First use locks."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.audit import AuditEvent
from engine.core.errors import Conflict, NotFound, NotSetUp
from engine.core.operations.operation import Operation
from engine.core.projects import Project, ProviderLock
from engine.core.providers.locks import version_for, with_package
from engine.core.resources import Resource
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.service.locking import writes
from engine.service.lookup import find_project_by_id
from engine.service.services import Services


@dataclass(frozen=True)
class Pinned:
    """A provider as a project uses it.

    Attributes:
        before: the project's lock as it was read, None where it had none.
        lock: what that comes to with the package at hand.
    """

    pin: ProviderPin
    before: ProviderLock | None
    lock: ProviderLock


async def pinned(
    services: Services,
    project: Project,
    address: ProviderAddress,
    living: Iterable[Resource],
    asked: Version | None = None,
) -> Pinned:
    """Return the provider at the version that the project uses, its package compared with the lock.

    `living` are the project's resources. Where the project has no lock and has used none, the version is the
    one asked for, or else the newest release at hand. Nothing is locked by asking.

    Raises:
        Conflict: another version is asked for than the project's.
        NotFound, NotSetUp: that version is not at hand.
        Forbidden: the allow-list refuses the provider.
        IntegrityFailed: the package is not one that the lock names, or not the one that was installed.
    """
    before = project.provider_locks.get(str(address))
    version = version_for(project, address, versions_of(address, living), asked)
    try:
        package = services.mirror.resolve(address, version)
    except (NotFound, NotSetUp) as missing:
        if version is None or (before is None and asked is not None):
            raise
        raise _not_at_hand(project, ProviderPin(address=address, version=version), missing) from missing
    lock = with_package(before, package.pin, package.hashes)
    # INVARIANT: compared with the files as they lie there, before the provider is asked anything: whoever
    # changes a package can change the record of it too.
    await services.mirror.verify(package, lock.hashes)
    return Pinned(pin=package.pin, before=before, lock=lock)


async def keep_pinned(services: Services, operation: Operation, found: Pinned) -> None:
    """Lock a provider that a project uses for the first time, where the operation may change something.

    Two who do so at once lock once: the second finds what the first has locked.

    Raises:
        Conflict: the lock was moved meanwhile.
        NotFound: the project was deleted meanwhile.
    """
    if found.lock != found.before and writes(operation.request):
        async with services.store.transaction() as transaction:
            project = await find_project_by_id(transaction, operation.project_id)
            await save_locks(services, transaction, project, (found,), operation.actor.key)


async def save_locks(
    services: Services, transaction: Transaction, project: Project, found: Iterable[Pinned], by: str
) -> Project:
    """Store the locks that are new to a project, each with its audit row, and return the project.

    Raises:
        Conflict: one was moved since it was read.
    """
    for each in found:
        address = str(each.pin.address)
        present = project.provider_locks.get(address)
        if present == each.lock:
            continue
        if present != each.before:
            raise Conflict(
                f"the lock of {address} in project {project.name} was moved meanwhile",
                field="provider_version",
                hint="make the request again",
            )
        await transaction.audit.append(_event(services, project, by, each))
        locks = {**project.provider_locks, address: each.lock}
        project = project.model_copy(update={"provider_locks": locks})
        await transaction.projects.save(project)
    return project


def versions_of(address: ProviderAddress, living: Iterable[Resource]) -> frozenset[Version]:
    """Return the versions of a provider that wrote some of these resources."""
    return frozenset(resource.pin.version for resource in living if resource.pin.address == address)


def _not_at_hand(project: Project, pin: ProviderPin, missing: NotFound | NotSetUp) -> NotFound | NotSetUp:
    """Return the error of a version that the project uses: another one that is installed would be refused."""
    hint = (
        f"run `intent provider install {pin.address}@{pin.version}`, which project {project.name} uses, "
        f"or else move it to another: `intent provider lock {project.name} {pin.address} --version VERSION`"
    )
    return type(missing)(missing.message, field=missing.field, hint=hint, facts=missing.facts)


def _event(services: Services, project: Project, by: str, found: Pinned) -> AuditEvent:
    facts: JsonObject = {
        "provider": str(found.pin.address),
        "version": found.lock.version,
        "before": "" if found.before is None else found.before.version,
        "constraints": found.lock.constraints,
        "hashes": list(found.lock.hashes),
    }
    return AuditEvent(
        at=services.clock.now(),
        actor=by,
        event="provider.locked",
        project_id=project.id,
        subject=project.name,
        facts=facts,
    )
