"""Use case: install providers, a person's or CI's command. No question and no operation ever gets here."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, ProviderPin
from engine.core.errors import EngineError
from engine.core.operations.operation import OperationError
from engine.core.providers.packages import parse_platform
from engine.core.providers.requirements import Requirements
from engine.ports.artifacts import Progress, Wanted
from engine.service.providers.choose import UNREACHED, choose_version
from engine.service.providers.depot import Depot, package_name
from engine.service.setup import SetUpItem, SetUpReport, set_up


class Failed(BaseModel):
    """A provider that was not installed: what was asked for, and why it is not there."""

    model_config = ConfigDict(frozen=True)

    wanted: str
    error: OperationError


class InstallReport(SetUpReport):
    """What is there now, and what is not, each in the order in which it was wanted."""

    errors: tuple[Failed, ...] = ()


async def install_providers(
    depot: Depot, wanted: Sequence[str], platforms: Sequence[str], progress: Progress
) -> InstallReport:
    """Install each provider, `ADDRESS` or `ADDRESS@CONSTRAINT`, for this platform or the ones that are named.

    Of the versions that fit, the newest without a pre-release is taken. What is there already is checked.
    Where several are wanted, one that fails keeps no other from being tried, and is reported.

    Raises:
        InvalidInput: a platform is malformed, or the only address or its constraint.
        Forbidden: the allow-list refuses the only provider; nothing was downloaded.
        NotFound: no version of the only one fits; names the newest ones there are.
        NotSetUp: no place could give the only one; `facts["sources"]` says why, place by place.
        IntegrityFailed: a place gave something for it that is not what was signed or promised.
    """
    targets = [parse_platform(platform) for platform in platforms] or [depot.platform]
    items: dict[str, SetUpItem] = {}
    errors = []
    for text in wanted:
        try:
            for item in await _install(depot, text, targets, progress):
                items.setdefault(item.name, item)
        except EngineError as failure:
            if len(wanted) == 1:
                raise
            errors.append(Failed(wanted=text, error=OperationError.of(failure)))
    return InstallReport(items=tuple(items.values()), errors=tuple(errors))


async def _install(
    depot: Depot, text: str, targets: Sequence[str], progress: Progress
) -> Sequence[SetUpItem]:
    address, requirements = _parse(text)
    depot.allow.check(address)
    chosen: dict[str, Wanted] = {}
    for platform in targets:
        version = await choose_version(depot, address, requirements, platform, progress)
        pin = ProviderPin(address=address, version=version)
        name = package_name(pin, platform, depot.platform)
        chosen[name] = Wanted(
            name=name,
            shelf=depot.shelf(pin, platform),
            sources=[supplier.source(pin, platform) for supplier in depot.suppliers],
            mend=UNREACHED,
        )
    return (await set_up(list(chosen.values()), depot.workspace, progress)).items


def _parse(text: str) -> tuple[ProviderAddress, Requirements | None]:
    address, separator, constraint = text.partition("@")
    return ProviderAddress.parse(address), Requirements.parse(constraint) if separator else None
