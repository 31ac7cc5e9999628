"""Use case: make room in the provider cache, but never of what somebody may still need."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import InvalidInput
from engine.core.limits import PENDING_MAX
from engine.core.operations.states import FINAL_STATES, OperationState
from engine.ports.inventory import Leftover, PackageInventory
from engine.ports.mirror import ProviderPackage
from engine.ports.store import Transaction
from engine.service.providers.packages import CachedPackage
from engine.service.services import Services

FORMAT_VERSION: Final = "1.0"


class KeptPackage(BaseModel):
    """One package that stays, and why."""

    model_config = ConfigDict(frozen=True)

    provider: str
    version: str
    platform: str
    because: str


class PruneReport(BaseModel):
    """What was removed, or would be.

    Attributes:
        freed_bytes: of packages and leftovers together.
    """

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = FORMAT_VERSION
    dry_run: bool
    removed: tuple[CachedPackage, ...]
    kept: tuple[KeptPackage, ...]
    leftovers: tuple[Leftover, ...]
    freed_bytes: int


async def prune_packages(
    services: Services,
    principal: Principal,
    inventory: PackageInventory,
    wanted: Collection[ProviderPin],
    *,
    keep: int,
    dry_run: bool,
) -> PruneReport:
    """Remove packages that nothing needs, and what unfinished runs left.

    Kept are the `keep` newest releases of each provider and platform (pre-releases where there are fewer),
    `wanted` (what set-up brings), and every version that a project's lock, a resource or a request that has
    not ended names.

    Raises:
        Forbidden: the principal may not look at projects or resources.
        InvalidInput: `keep` is negative.
        NotSetUp: the cache cannot be read or written.
        StoreFailed: the database cannot be read: then nothing is removed.
    """
    principal.require(Scope.PROJECTS_READ)
    principal.require(Scope.RESOURCES_READ)
    if keep < 0:
        raise InvalidInput("keep is a number of versions", field="keep", hint="give 0 or more")
    async with services.store.transaction() as transaction:
        needed = {**dict.fromkeys(wanted, "set-up brings it"), **await _needed(transaction)}
    kept, going = _sorted_out(inventory.packages(), needed, keep)
    removed = [CachedPackage.of(package, await inventory.size(package)) for package in going]
    if going and not dry_run:
        await inventory.remove(going)
    leftovers = await inventory.sweep(dry_run=dry_run)
    return PruneReport(
        dry_run=dry_run,
        removed=tuple(removed),
        kept=tuple(kept),
        leftovers=tuple(leftovers),
        freed_bytes=sum(one.size_bytes for one in removed) + sum(one.size_bytes for one in leftovers),
    )


async def _needed(transaction: Transaction) -> Mapping[ProviderPin, str]:
    found: dict[ProviderPin, str] = {}
    for project in await transaction.projects.list():
        for address, lock in project.provider_locks.items():
            found.setdefault(_pin(address, lock.version), f"project {project.name} locks it")
        for resource in await transaction.resources.list(project.id):
            because = f"{resource.resource_id} of project {project.name} uses it"
            found.setdefault(resource.pin, because)
    open_states = set(OperationState) - FINAL_STATES
    for operation in await transaction.operations.list(None, None, PENDING_MAX, open_states):
        asked = (operation.request.provider, operation.request.provider_version)
        for address, version in ((operation.provider, operation.provider_version), asked):
            if address and version:
                found.setdefault(_pin(address, version), f"operation {operation.id} has not ended")
    return found


def _pin(address: str, version: str) -> ProviderPin:
    return ProviderPin(address=ProviderAddress.parse(address), version=Version.parse(version))


def _sorted_out(
    packages: Sequence[ProviderPackage], needed: Mapping[ProviderPin, str], keep: int
) -> tuple[Sequence[KeptPackage], Sequence[ProviderPackage]]:
    kept, going = [], []
    seen: Counter[tuple[str, str]] = Counter()
    # The inventory gives the newest release first, and pre-releases last.
    for package in packages:
        line = (package.pin.address.full, package.platform)
        seen[line] += 1
        newest = "it is the newest" if keep == 1 else f"it is one of the {keep} newest"
        because = needed.get(package.pin) or (newest if seen[line] <= keep else None)
        if because is None:
            going.append(package)
            continue
        kept.append(
            KeptPackage(
                provider=str(package.pin.address),
                version=str(package.pin.version),
                platform=package.platform,
                because=because,
            )
        )
    return kept, going
