"""Providers by the network mirror protocol. A mirror is trusted only for what its own hashes say.

The protocol: https://opentofu.org/docs/internals/provider-network-mirror-protocol/. It knows no signatures.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import anyio
from pydantic import BaseModel, JsonValue

from engine.adapters.registry.arriving import Arrival
from engine.adapters.registry.http import Downloads
from engine.adapters.registry.offers import absolute, place_of, read
from engine.adapters.registry.suppliers import Parts, asked_for
from engine.adapters.registry.unpacking import unpacked
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import IntegrityFailed, InvalidInput, RegistryFailed
from engine.core.providers.hashes import archive_hash, is_package_hash, package_hash
from engine.ports.artifacts import Fetched, Progress, Source, Step, StepKind
from engine.ports.registry import OfferedVersion


class _Index(BaseModel):
    versions: Mapping[str, JsonValue]


class _Archive(BaseModel):
    url: str
    hashes: tuple[str, ...] | None = ()


class _Archives(BaseModel):
    archives: Mapping[str, _Archive]


class NetworkMirror:
    """The `Supplier` port for one mirror; `url` is its base, with a slash at the end."""

    def __init__(self, url: str, downloads: Downloads, parts: Parts) -> None:
        self.url = url
        self.downloads = downloads
        self._parts = parts

    @property
    def name(self) -> str:
        """The place in words."""
        return f"network mirror {place_of(self.url)}"

    async def versions(self, address: ProviderAddress) -> Sequence[OfferedVersion]:
        """Read the index of a provider; see the port."""
        with asked_for(address, self.name):
            document = await self.downloads.document(f"{self.url}{address.full}/index.json")
        found = (_version(text) for text in read(_Index, document).versions)
        return [OfferedVersion(version=version) for version in found if version is not None]

    def source(self, pin: ProviderPin, platform: str) -> Source:
        """Return the mirror's package; see the port."""
        return _MirroredSource(self, pin, platform, self._parts(pin, platform))


class _MirroredSource:
    def __init__(self, mirror: NetworkMirror, pin: ProviderPin, platform: str, parts: Path) -> None:
        self._mirror = mirror
        self._pin = pin
        self._platform = platform
        self._parts = parts

    @property
    def name(self) -> str:
        """The mirror in words."""
        return self._mirror.name

    async def fetch(self, scratch: Path, progress: Progress) -> Fetched:
        """Look up, download and compare; see the port."""
        subject, downloads = str(self._pin), self._mirror.downloads
        progress.report(Step(kind=StepKind.FETCHING, subject=subject, text=f"{self.name}: looking it up"))
        url, known = await self._look_up()
        if not known:
            text = f"{self.name} gives no hash: what it gives is taken as it is"
            progress.report(Step(kind=StepKind.NOTICE, subject=subject, text=text))
        hashes: list[str] = []

        def accept(sha256: str) -> None:
            _check(self._pin, "zh:", archive_hash(sha256), known)
            hashes[:] = [archive_hash(sha256)]

        place = self._parts / f"mirrored_{self._pin.version}_{self._platform}.zip"
        hashed = any(one.startswith("zh:") for one in known)
        archive = await Arrival(place, subject, progress).of(downloads, url, accept, known=hashed)
        fetched = await anyio.to_thread.run_sync(unpacked, archive, scratch, self._pin.address)
        _check(self._pin, "h1:", package_hash(fetched.files), known)
        # The archive is the very one whose hash was compared; a mirror vouches for no other.
        return fetched.model_copy(update={"source": self.name, "archives": tuple(hashes)})

    async def _look_up(self) -> tuple[str, Sequence[str]]:
        """Return the URL of the archive and the hashes that the mirror gives of it."""
        address = self._pin.address.full
        document = await self._mirror.downloads.document(
            f"{self._mirror.url}{address}/{self._pin.version}.json", fresh=0.0
        )
        found = read(_Archives, document).archives.get(self._platform)
        if found is None:
            raise RegistryFailed(f"does not have {self._pin} for {self._platform}")
        known = [one for one in found.hashes or () if is_package_hash(one)]
        if found.hashes and not known:
            raise IntegrityFailed(f"{self.name} gives hashes of {self._pin} that the engine does not know")
        return absolute(document.url, found.url), known


def _version(text: str) -> Version | None:
    """Return a version; None for one that is none, which cannot be asked for either."""
    try:
        return Version.parse(text)
    except InvalidInput:
        return None


def _check(pin: ProviderPin, scheme: str, found: str, known: Collection[str]) -> None:
    """Compare with the hashes of one scheme, where there are any.

    Raises:
        IntegrityFailed: none of them is the one that was found.
    """
    expected = [one for one in known if one.startswith(scheme)]
    if expected and found not in expected:
        raise IntegrityFailed(
            f"the package of {pin} is not the one whose hash the mirror gives",
            hint="nothing was installed; do not trust that mirror until it is mended",
            facts={"found": found, "expected": list(expected[:10])},
        )
