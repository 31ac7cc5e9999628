"""Use case: list what the provider cache holds."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.ports.inventory import PackageInventory
from engine.ports.mirror import ProviderPackage

FORMAT_VERSION: Final = "1.0"


class CachedPackage(BaseModel):
    """One package of the cache, as it is shown.

    Attributes:
        source: where it came from, in words.
        signer: fingerprint of the key that signed its checksums; None where nobody did.
        hashes: what a lock file may hold of it.
    """

    model_config = ConfigDict(frozen=True)

    provider: str
    version: str
    platform: str
    size_bytes: int
    source: str
    signer: str | None
    hashes: tuple[str, ...]

    @classmethod
    def of(cls, package: ProviderPackage, size_bytes: int) -> "CachedPackage":
        """Return a package as it is shown."""
        return cls(
            provider=str(package.pin.address),
            version=str(package.pin.version),
            platform=package.platform,
            size_bytes=size_bytes,
            source=package.source,
            signer=package.signer,
            hashes=package.hashes,
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.version} {self.platform}"


class PackageList(BaseModel):
    """Everything that is installed, by address and platform, newest release first."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = FORMAT_VERSION
    packages: tuple[CachedPackage, ...]


async def list_packages(inventory: PackageInventory) -> PackageList:
    """Return what is installed, for every platform. Nothing is hashed.

    Raises:
        NotSetUp: the cache cannot be read.
    """
    packages = [CachedPackage.of(one, await inventory.size(one)) for one in inventory.packages()]
    return PackageList(packages=tuple(packages))
