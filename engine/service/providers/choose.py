"""Use case: choose the version of a provider to install, among what every place offers."""

from collections.abc import Iterable, Sequence
from typing import Final

from engine.core.addrs import ProviderAddress, Version
from engine.core.errors import NotFound, NotSetUp, RegistryFailed
from engine.core.providers.requirements import Operator, Requirements
from engine.ports.artifacts import Progress, Step, StepKind
from engine.ports.registry import OfferedVersion
from engine.service.providers.depot import Depot

# What OpenTofu 1.6 and newer can speak to; https://opentofu.org/docs/internals/provider-registry-protocol/.
_SPOKEN = frozenset({"5", "6"})
_SHOWN = 5
UNREACHED: Final = (
    "try again where the registry can be reached (HTTPS_PROXY names a proxy), name a mirror in "
    "INTENT_PROVIDERS_MIRRORS, or use what is installed with INTENT_OFFLINE=true"
)


async def choose_version(
    depot: Depot,
    address: ProviderAddress,
    requirements: Requirements | None,
    platform: str,
    progress: Progress,
) -> Version:
    """Return the version that is named, or the newest release for the platform that meets the requirements.

    One that is named and installed is not asked for. Where places could not be asked, one that is named may
    be theirs, and else one that is installed may do.

    Raises:
        NotFound: there is no such provider, no version fits, or none for the platform; names what there is.
        NotSetUp: no place could be asked, and none that is installed fits; `facts["sources"]` says why.
    """
    named = _named(requirements)
    there = [one.pin.version for one in depot.packages(platform) if one.pin.address == address]
    if named is not None and named in there:
        return named
    offered, reasons = await _offered(depot, address, progress)
    best = _best(requirements, (one.version for one in offered if _usable(one, platform)))
    if best is not None:
        return best
    if named is not None and reasons:
        return named
    if offered:
        raise _unfit(address, requirements, platform, offered)
    if not reasons:
        raise NotFound(
            f"no place has a provider {address}",
            field="provider",
            hint=f"search for it: intent provider search {address.name}",
        )
    best = _best(requirements, there)
    if best is None:
        raise NotSetUp(
            f"no place could be asked for the versions of {address}",
            hint=UNREACHED,
            facts={"sources": dict(reasons)},
        )
    text = f"no place could be asked for versions; {best} is there"
    progress.report(Step(kind=StepKind.NOTICE, subject=str(address), text=text))
    return best


def _unfit(
    address: ProviderAddress,
    requirements: Requirements | None,
    platform: str,
    offered: Sequence[OfferedVersion],
) -> NotFound:
    """Return the error of a provider without a version that fits; names the platforms where one lacks."""
    fitting = [one for one in offered if _spoken(one) and _best(requirements, (one.version,)) is not None]
    platforms = sorted({name for one in fitting for name in one.platforms})
    if platforms:
        wanted = f"{address} {requirements}" if requirements else str(address)
        return NotFound(
            f"{wanted} has no package for the platform {platform}",
            field="platform",
            hint=f"there are packages for {', '.join(platforms)}",
            facts={"platforms": list(platforms)},
        )
    newest = sorted((one.version for one in offered), key=lambda version: version.preference, reverse=True)
    return NotFound(
        f"no version of {address} for {platform} fits {requirements or 'as a release'}",
        field="constraint",
        hint=f"the newest are {', '.join(map(str, newest[:_SHOWN]))}",
        facts={"versions": [str(version) for version in newest[:_SHOWN]]},
    )


async def _offered(
    depot: Depot, address: ProviderAddress, progress: Progress
) -> tuple[Sequence[OfferedVersion], dict[str, str]]:
    """Return what all places offer together, and why some could not be asked."""
    offered: list[OfferedVersion] = []
    reasons: dict[str, str] = {}
    for supplier in depot.suppliers:
        try:
            offered += await supplier.versions(address)
        except NotFound:
            # Another place may have it; where none has, that is what is said.
            continue
        except (RegistryFailed, NotSetUp) as failure:
            reasons[supplier.name] = failure.message
            progress.report(
                Step(
                    kind=StepKind.UNAVAILABLE,
                    subject=str(address),
                    text=f"{supplier.name}: {failure.message}",
                    untrusted=failure.untrusted,
                )
            )
    return offered, reasons


def _named(requirements: Requirements | None) -> Version | None:
    match () if requirements is None else requirements.parts:
        case (part,) if part.operator is Operator.EQUAL:
            return part.version
    return None


def _usable(offered: OfferedVersion, platform: str) -> bool:
    return _spoken(offered) and (not offered.platforms or platform in offered.platforms)


def _spoken(offered: OfferedVersion) -> bool:
    protocols = {protocol.partition(".")[0] for protocol in offered.protocols}
    return not protocols or bool(protocols & _SPOKEN)


def _best(requirements: Requirements | None, versions: Iterable[Version]) -> Version | None:
    if requirements is not None:
        return requirements.choose(versions)
    return max((version for version in versions if not version.prerelease), default=None)
