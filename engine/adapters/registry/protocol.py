"""Providers from a registry, signed. The protocol is `offers`'; which are wanted is the callers' business."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import anyio

from engine.adapters.registry.arriving import Arrival
from engine.adapters.registry.checks import check_sha256, checksum_of, checksums
from engine.adapters.registry.http import Downloads
from engine.adapters.registry.offers import OfferedPackage, ProviderProtocol, place_asked
from engine.adapters.registry.signed import signed_checksums, unsigned_checksums
from engine.adapters.registry.unpacking import unpacked
from engine.core.addrs import ProviderPin
from engine.core.errors import IntegrityFailed
from engine.core.providers.allow import Unsigned
from engine.core.providers.hashes import archive_hash
from engine.ports.artifacts import Fetched, Progress, Step, StepKind

_SETTING: Final = "INTENT_PROVIDERS_UNSIGNED"


@dataclass(frozen=True)
class Registries:
    """How registries are asked for packages.

    Attributes:
        downloads: shared by the run, so that an unreachable host costs its time-out once.
        hosts: other URLs to speak to for some registry hosts, as OpenTofu's `host` blocks do.
        unsigned: what becomes of a provider that a registry gives no signing key for.
    """

    downloads: Downloads
    hosts: Mapping[str, str] = field(default_factory=dict)
    unsigned: Unsigned = Unsigned.REFUSE


class RegistrySource:
    """The `Source` port for one provider version on one platform, from the registry in its address.

    Args:
        pin: the provider and version.
        platform: such as `linux_amd64`.
        registries: how they are asked.
        parts: where an archive lies until it is complete and checked; in the scratch folder where absent.
    """

    def __init__(
        self, pin: ProviderPin, platform: str, registries: Registries, parts: Path | None = None
    ) -> None:
        self._pin = pin
        self._platform = platform
        self._registries = registries
        self._parts = parts
        # INVARIANT: made of what was parsed, never taken from an answer: no other version's archive passes.
        self._filename = f"terraform-provider-{pin.address.name}_{pin.version}_{platform}.zip"

    @property
    def name(self) -> str:
        """The registry in words."""
        return f"registry {place_asked(self._pin.address, self._registries.hosts)}"

    async def fetch(self, scratch: Path, progress: Progress) -> Fetched:
        """Look up, check the signature, then download and compare; see the port."""
        subject, downloads = str(self._pin), self._registries.downloads
        progress.report(Step(kind=StepKind.FETCHING, subject=subject, text=f"{self.name}: looking it up"))
        protocol = ProviderProtocol(downloads, self._registries.hosts)
        package = await protocol.package(self._pin, self._platform)
        if package.filename != self._filename:
            raise IntegrityFailed(
                f"the registry answers with another file than {self._filename}", untrusted=package.filename
            )
        sums, signer = await self._checksums(package, progress)
        expected = checksum_of(sums, self._filename)
        check_sha256(f"{self._filename} in the registry's answer", package.sha256, expected)
        arrival = Arrival((self._parts or scratch) / self._filename, subject, progress)
        archive = await arrival.of(
            downloads, package.url, lambda found: check_sha256(self._filename, found, expected)
        )
        # What nobody signed vouches for no other archive than this one.
        known = {expected} if signer is None else set(checksums(sums).values())
        archives = tuple(sorted(map(archive_hash, known)))
        return await anyio.to_thread.run_sync(self._unpacked, archive, scratch, archives, signer)

    async def _checksums(self, package: OfferedPackage, progress: Progress) -> tuple[bytes, str | None]:
        """Return the list of checksums and the fingerprint of its signer; None where it may lack one."""
        subject, downloads = str(self._pin), self._registries.downloads
        if not package.keys and self._registries.unsigned is Unsigned.ALLOW:
            text = f"nobody signed the checksums; {_SETTING} lets that pass"
            progress.report(Step(kind=StepKind.NOTICE, subject=subject, text=text))
            return await unsigned_checksums(downloads, package), None
        if not package.keys or not package.signature_url:
            raise IntegrityFailed(
                f"the registry gives {self._pin} without a signing key or a signature",
                hint=f"where a provider has no key, who runs the engine may set {_SETTING}=allow",
            )
        sums, signer = await signed_checksums(downloads, package)
        text = f"the checksums are signed by {signer[-16:]}"
        progress.report(Step(kind=StepKind.CHECKED, subject=subject, text=text))
        return sums, signer

    def _unpacked(
        self, archive: Path, scratch: Path, archives: tuple[str, ...], signer: str | None
    ) -> Fetched:
        fetched = unpacked(archive, scratch, self._pin.address)
        return fetched.model_copy(update={"source": self.name, "archives": archives, "signer": signer})
