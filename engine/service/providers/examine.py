"""Use case: what doctor says of the whole provider cache, hashing every package anew. It changes nothing."""

from collections.abc import Collection

from engine.core.addrs import ProviderPin
from engine.core.errors import Forbidden, IntegrityFailed, NotSetUp
from engine.core.providers.allow import AllowList
from engine.ports.inventory import PackageInventory
from engine.ports.mirror import ProviderPackage
from engine.service.doctor import Check

_NAME = "provider cache"


async def examine_cache(
    inventory: PackageInventory, allow: AllowList, platform: str, wanted: Collection[ProviderPin]
) -> Check:
    """Return what the record names, what nobody signed, what the allow-list refuses and what was left.

    It is ill where a package that may be used is not as it was installed, of whatever platform.
    `wanted` is what set-up brings; of it, too, it is said what the allow-list keeps away.
    """
    try:
        packages = inventory.packages()
        leftovers = await inventory.sweep(dry_run=True)
        changed = [(one, why) for one in packages if (why := await _changed(inventory, one)) is not None]
    except NotSetUp as failure:
        return Check(name=_NAME, ok=False, found="", missing=failure.message, mend=failure.hint)
    here = [package for package in packages if package.platform == platform]
    parts = [f"{len(here)} {'package' if len(here) == 1 else 'packages'} for {platform}"]
    if len(packages) > len(here):
        parts.append(f"{len(packages) - len(here)} for other platforms")
    if unsigned := [package for package in packages if package.signer is None]:
        parts.append(f"{len(unsigned)} of them without a signature (mirrors, packages with pinned hashes)")
    pins = {package.pin for package in packages} | set(wanted)
    for pin in sorted(pins, key=str):
        pattern = allow.decisive(pin.address)
        if pattern.refuses:
            parts.append(f"{pin} is not used: {pattern} of the allow-list refuses it")
    if leftovers:
        size = sum(leftover.size_bytes for leftover in leftovers) / 1e6
        parts.append(f"{size:.1f} MB of unfinished runs, which `intent provider prune` removes")
    found = "; ".join(parts)
    if not changed:
        return Check(name=_NAME, ok=True, found=found)
    return Check(
        name=_NAME,
        ok=False,
        found=found,
        missing="; ".join(why for _, why in changed),
        mend="; ".join(_command(package, platform) for package, _ in changed),
    )


async def _changed(inventory: PackageInventory, package: ProviderPackage) -> str | None:
    """Return how a package differs from what was installed; None where it does not, or is never used."""
    try:
        await inventory.verify(package)
    except IntegrityFailed as failure:
        return failure.message
    except Forbidden:
        pass
    return None


def _command(package: ProviderPackage, here: str) -> str:
    foreign = "" if package.platform == here else f" --platform {package.platform}"
    return f"intent provider install {package.pin.address}@{package.pin.version}{foreign}"
