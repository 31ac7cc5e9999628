"""Providers from a registry, always signed. The protocol is `offers`'; which are wanted, the manifest's."""

import re
from collections.abc import Mapping
from pathlib import Path

import anyio

from engine.adapters.registry.checks import check_sha256, checksum_of, executable_in, extract, fresh_folder
from engine.adapters.registry.http import Downloads
from engine.adapters.registry.offers import OfferedPackage, ProviderProtocol
from engine.adapters.registry.openpgp import check_signature, parse_key
from engine.core.addrs import ProviderPin
from engine.core.errors import IntegrityFailed
from engine.core.limits import REGISTRY_SIGNATURE_MAX_BYTES, REGISTRY_SUMS_MAX_BYTES
from engine.ports.artifacts import Fetched, Progress, Step, StepKind


class RegistrySource:
    """The `Source` port for one provider version on one platform, from the registry in its address.

    Args:
        pin: the provider and version.
        platform: such as `linux_amd64`.
        downloads: shared by the run, so that an unreachable host costs its time-out once.
        hosts: other URLs to speak to for some registry hosts, as OpenTofu's `host` blocks do.
    """

    def __init__(
        self, pin: ProviderPin, platform: str, downloads: Downloads, hosts: Mapping[str, str] | None = None
    ) -> None:
        self._pin = pin
        self._platform = platform
        self._downloads = downloads
        self._protocol = ProviderProtocol(downloads, hosts)

    @property
    def name(self) -> str:
        """The registry in words."""
        return f"registry {self._pin.address.host}"

    async def fetch(self, scratch: Path, progress: Progress) -> Fetched:
        """Look up, check the signature, then download and compare; see the port."""
        subject = str(self._pin)
        progress.report(Step(kind=StepKind.FETCHING, subject=subject, text=f"{self.name}: looking it up"))
        package = await self._protocol.package(self._pin, self._platform)
        expected = await self._signed_checksum(package, progress)
        folder = await anyio.to_thread.run_sync(fresh_folder, scratch)
        archive = folder / package.filename
        arrived = await self._downloads.file(package.url, archive, subject, progress)
        check_sha256(package.filename, arrived, expected)
        text = f"{package.filename} has SHA-256 {expected}"
        progress.report(Step(kind=StepKind.CHECKED, subject=subject, text=text))
        return await anyio.to_thread.run_sync(self._unpack, archive)

    async def _signed_checksum(self, package: OfferedPackage, progress: Progress) -> str:
        if not package.keys or not package.signature_url:
            raise IntegrityFailed(f"the registry gives {self._pin} without a signing key")
        sums = await self._downloads.text(package.sums_url, REGISTRY_SUMS_MAX_BYTES)
        signature = await self._downloads.text(package.signature_url, REGISTRY_SIGNATURE_MAX_BYTES)
        keys = [parse_key(key.encode()) for key in package.keys]
        signer = check_signature(sums, signature, keys)
        text = f"the checksums are signed by {signer[-16:]}"
        progress.report(Step(kind=StepKind.CHECKED, subject=str(self._pin), text=text))
        signed = checksum_of(sums, package.filename)
        check_sha256(f"{package.filename} in the registry's answer", package.sha256, signed)
        return signed

    def _unpack(self, archive: Path) -> Fetched:
        name, version = re.escape(self._pin.address.name), re.escape(str(self._pin.version))
        pattern = re.compile(rf"terraform-provider-{name}(_v?{version}(_x[0-9]+)?)?(\.exe)?")
        member = executable_in(archive, pattern)
        executable = fresh_folder(archive.parent) / member
        return Fetched(executable=executable, sha256=extract(archive, member, executable), source=self.name)
