"""Use case: hash every package of the provider cache anew and compare. It changes nothing."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress
from engine.core.errors import Forbidden, IntegrityFailed, NotFound
from engine.ports.inventory import Leftover, PackageInventory
from engine.ports.mirror import ProviderPackage

FORMAT_VERSION: Final = "1.0"


class VerifiedPackage(BaseModel):
    """One package after it was looked at.

    Attributes:
        reason: what is wrong; None when all is well.
        hint: the way out.
    """

    model_config = ConfigDict(frozen=True)

    provider: str
    version: str
    platform: str
    ok: bool
    signer: str | None
    reason: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.provider} {self.version} {self.platform}"


class VerifyReport(BaseModel):
    """All packages. `ok` is true when every one of them is.

    Attributes:
        leftovers: what lies beside them and is used by nothing.
    """

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = FORMAT_VERSION
    ok: bool
    packages: tuple[VerifiedPackage, ...]
    leftovers: tuple[Leftover, ...] = ()


async def verify_packages(inventory: PackageInventory, provider: str = "") -> VerifyReport:
    """Look at every package, or at those of one provider.

    Raises:
        InvalidInput: the address is malformed.
        NotFound: no package of that provider is installed.
        NotSetUp: the cache cannot be read.
    """
    packages = inventory.packages()
    if provider:
        address = ProviderAddress.parse(provider)
        packages = [package for package in packages if package.pin.address == address]
        if not packages:
            raise NotFound(
                f"no package of {address} is installed",
                field="provider",
                hint=f"run `intent provider install {address}`",
            )
    looked_at = tuple([await _verified(inventory, package) for package in packages])
    leftovers = () if provider else tuple(await inventory.sweep(dry_run=True))
    return VerifyReport(ok=all(one.ok for one in looked_at), packages=looked_at, leftovers=leftovers)


async def _verified(inventory: PackageInventory, package: ProviderPackage) -> VerifiedPackage:
    reason = hint = None
    try:
        await inventory.verify(package)
    except (IntegrityFailed, Forbidden) as failure:
        reason, hint = failure.message, failure.hint
    return VerifiedPackage(
        provider=str(package.pin.address),
        version=str(package.pin.version),
        platform=package.platform,
        ok=reason is None,
        signer=package.signer,
        reason=reason,
        hint=hint,
    )
