"""Which version of a provider a project uses, and which packages of it. Keeping a lock is done elsewhere."""

from collections.abc import Collection, Sequence
from typing import Final

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import Conflict, IntegrityFailed
from engine.core.projects import Project, ProviderLock

# `intent provider install` does not replace a package that is as it was installed.
WAY_TO_LOCKED: Final = (
    "import a lock file that names the installed package (`intent provider list` shows where it is from), or "
    "remove its folder from the cache and install it from where the lock's package is from "
    "(INTENT_PROVIDERS_MIRRORS)"
)
_SHOWN: Final = 2


def version_for(
    project: Project, address: ProviderAddress, used: Collection[Version], asked: Version | None = None
) -> Version | None:
    """Return the version that a project uses of a provider, None for any: it has used none yet.

    Without a lock it is the newest that wrote one of its resources, or else what is asked for. `used` are the
    versions that wrote its resources.

    Raises:
        Conflict: another version is asked for, or a newer one than the locked wrote a resource.
    """
    newest, lock = max(used, default=None), project.provider_locks.get(str(address))
    held = newest if lock is None else Version.parse(lock.version)
    if held is None:
        return asked
    command = f"`intent provider lock {project.name} {address} --version"
    if asked is not None and asked != held:
        moved_to = f"move the whole project to it: {command} {asked}`"
        if newest is not None and asked < newest:
            moved_to = f"use another project for {asked}: it cannot read what {newest} wrote in this one"
        raise Conflict(
            f"project {project.name} uses {address} {held}, not {asked}",
            field="provider_version",
            hint=f"leave the version out, or {moved_to}",
            facts={"version": str(held)},
        )
    if newest is not None and held < newest:
        raise _outdated(project, address, held, newest, f"{command} {newest}`")
    return held


def require_readable(
    project: Project, address: ProviderAddress, used: Collection[Version], version: Version
) -> None:
    """Do nothing where a version can read what the project's resources were written by.

    Raises:
        Conflict: a newer one wrote a resource: providers read what older ones wrote, never the reverse.
    """
    newest = max(used, default=version)
    if version < newest:
        raise _outdated(project, address, version, newest, f"name {newest} or a newer version")


def with_package(lock: ProviderLock | None, pin: ProviderPin, hashes: tuple[str, ...]) -> ProviderLock:
    """Return what a lock comes to once it meets the package at hand, which has those hashes.

    A first lock trusts it. One that came from elsewhere must name it, and takes what it does not know yet.
    One that has met a package stays as it is.

    Raises:
        IntegrityFailed: a lock from elsewhere names other packages.
    """
    if lock is None:
        return ProviderLock(version=str(pin.version), hashes=hashes)
    if not lock.unseen:
        return lock
    if lock.hashes and not {*lock.hashes} & {*hashes}:
        raise IntegrityFailed(
            f"the installed {pin} is not a package that the lock names; "
            f"it has {_some(hashes)}, the lock names {_some(lock.hashes)}",
            hint=WAY_TO_LOCKED,
            facts={"locked": list(lock.hashes[:10]), "found": list(hashes[:10])},
        )
    known = tuple(sorted({*lock.hashes, *hashes}))
    return lock.model_copy(update={"hashes": known, "unseen": False})


def moved(
    before: ProviderLock | None, pin: ProviderPin, hashes: tuple[str, ...], constraints: str
) -> ProviderLock:
    """Return the lock at a package that a person chose, by constraints where there are any.

    At the version that is locked already it takes what it does not know yet of that package.

    Raises:
        IntegrityFailed: that version is locked, and names other packages.
    """
    if before is None or before.version != str(pin.version):
        return ProviderLock(version=str(pin.version), constraints=constraints, hashes=hashes)
    met = with_package(before.model_copy(update={"unseen": True}), pin, hashes)
    return met.model_copy(update={"constraints": constraints or before.constraints})


def _some(hashes: Sequence[str]) -> str:
    more = len(hashes) - _SHOWN
    return ", ".join(hashes[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _outdated(
    project: Project, address: ProviderAddress, version: Version, newest: Version, hint: str
) -> Conflict:
    return Conflict(
        f"{address} {version} cannot read what {newest} wrote in project {project.name}",
        field="provider_version",
        hint=hint,
        facts={"version": str(version), "written_by": str(newest)},
    )
