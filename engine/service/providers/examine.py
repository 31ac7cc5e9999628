"""Use case: what doctor says of the provider cache as a whole. It hashes nothing and changes nothing."""

from collections.abc import Collection

from engine.core.addrs import ProviderPin
from engine.core.errors import NotSetUp
from engine.core.providers.allow import AllowList
from engine.ports.inventory import PackageInventory
from engine.service.doctor import Check

_NAME = "provider cache"


async def examine_cache(
    inventory: PackageInventory, allow: AllowList, platform: str, wanted: Collection[ProviderPin]
) -> Check:
    """Return what the record names, what nobody signed, what the allow-list refuses and what was left.

    `wanted` is what set-up brings; of it, too, it is said what the allow-list keeps away.
    """
    try:
        packages = inventory.packages()
        leftovers = await inventory.sweep(dry_run=True)
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
    return Check(name=_NAME, ok=True, found="; ".join(parts))
