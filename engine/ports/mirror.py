"""The provider binaries that are at hand. Fetching them is set-up's business, not a port of the use cases."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, ProviderPin, Version


class ProviderPackage(BaseModel):
    """One unpacked provider in the mirror, for the platform that the engine runs on.

    Attributes:
        folder: holds the package's files and nothing else.
        executable: the file to run.
        sha256: hexadecimal SHA-256 of the executable as it was verified at installation.
        files: hexadecimal SHA-256 of each file at installation, by its path below the folder.
        hashes: what a lock file may hold of this version, sorted: `h1:` of this platform's files, and `zh:`
            of every archive that the signed checksums name.
        source: where it came from, in words.
        signer: fingerprint of the key that signed its checksums; None where nobody did.
    """

    model_config = ConfigDict(frozen=True)

    pin: ProviderPin
    platform: str
    folder: Path
    executable: Path
    sha256: str
    files: Mapping[str, str] = {}
    hashes: tuple[str, ...] = ()
    source: str = "unknown"
    signer: str | None = None


class Trusted(BaseModel):
    """A provider to start.

    Attributes:
        hashes: of the project's lock: the package must have one of them; None where no project asks.
    """

    model_config = ConfigDict(frozen=True)

    pin: ProviderPin
    hashes: tuple[str, ...] | None = None


class ProviderMirror(Protocol):
    """Finds installed providers and vouches for them."""

    def packages(self) -> Sequence[ProviderPackage]:
        """Return every installed package for this platform, by address, newest release first.

        Pre-releases come behind all releases of their provider: nobody gets one who did not name it, unless
        there is nothing else.

        Raises:
            NotSetUp: the mirror's folder or its record of installations cannot be read.
        """
        ...

    def resolve(self, address: ProviderAddress, version: Version | None) -> ProviderPackage:
        """Return the package of that version, or the newest release; a pre-release where there is none.

        Raises:
            Forbidden: the allow-list refuses the provider; names the pattern and the setting.
            NotFound: the mirror has no such provider or version; names what it has.
            NotSetUp: the mirror is empty or has nothing for this platform; names the command that mends it.
        """
        ...

    async def verify(self, package: ProviderPackage, accepted: Collection[str] | None = None) -> None:
        """Hash every file of the package and compare; called before every start of a provider.

        Compared is with what was installed and, where `accepted` is given, with the hashes of a project's
        lock: the `h1:` hash of the files as they lie there must be one of them.

        Raises:
            Forbidden: the allow-list refuses the provider.
            IntegrityFailed: a file is gone, was added, cannot be read or is not the one that was installed,
                or the lock holds other hashes.
        """
        ...
