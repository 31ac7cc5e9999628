"""Use case: install providers, a person's or CI's command. No question and no operation ever gets here."""

from collections.abc import Sequence

from engine.core.addrs import ProviderAddress, ProviderPin
from engine.core.providers.packages import parse_platform
from engine.core.providers.requirements import Requirements
from engine.ports.artifacts import Progress, Wanted
from engine.service.providers.choose import choose_version
from engine.service.providers.depot import Depot, package_name
from engine.service.setup import SetUpReport, set_up


async def install_providers(
    depot: Depot, wanted: Sequence[str], platforms: Sequence[str], progress: Progress
) -> SetUpReport:
    """Install each provider, `ADDRESS` or `ADDRESS@CONSTRAINT`, for this platform or the ones that are named.

    Of the versions that fit, the newest without a pre-release is taken. What is there already is checked.

    Raises:
        InvalidInput: an address, constraint or platform is malformed.
        Forbidden: the allow-list refuses a provider; nothing was downloaded.
        NotFound: no version fits; names the newest ones there are.
        NotSetUp: no place could give one; `facts["sources"]` says why, place by place.
        IntegrityFailed: a place gave something that is not what was signed or promised.
    """
    parsed = [_parse(text) for text in wanted]
    targets = [parse_platform(platform) for platform in platforms] or [depot.platform]
    for address, _ in parsed:
        depot.allow.check(address)
    chosen: dict[str, Wanted] = {}
    for address, requirements in parsed:
        for platform in targets:
            version = await choose_version(depot, address, requirements, platform, progress)
            pin = ProviderPin(address=address, version=version)
            name = package_name(pin, platform, depot.platform)
            chosen[name] = Wanted(
                name=name,
                shelf=depot.shelf(pin, platform),
                sources=[supplier.source(pin, platform) for supplier in depot.suppliers],
                mend=f"look at the versions and platforms with `intent provider versions {address}`, "
                "or name a mirror that has it in INTENT_PROVIDERS_MIRRORS",
            )
    return await set_up(list(chosen.values()), depot.workspace, progress)


def _parse(text: str) -> tuple[ProviderAddress, Requirements | None]:
    address, separator, constraint = text.partition("@")
    return ProviderAddress.parse(address), Requirements.parse(constraint) if separator else None
