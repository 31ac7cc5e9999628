"""Providers by the provider registry protocol, always signed. Which are wanted is the manifest's business.

The protocol: https://opentofu.org/docs/internals/provider-registry-protocol/ (discovery, versions, download).
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin

import anyio
from pydantic import BaseModel, Field, ValidationError

from engine.adapters.registry.checks import check_sha256, checksum_of, executable_in, extract, fresh_folder
from engine.adapters.registry.http import Downloads
from engine.adapters.registry.openpgp import check_signature, parse_key
from engine.core.addrs import ProviderPin
from engine.core.errors import IntegrityFailed, RegistryFailed
from engine.ports.artifacts import Fetched, Progress, Step, StepKind

_Answer = TypeVar("_Answer", bound=BaseModel)


class _Discovery(BaseModel):
    providers: str = Field(alias="providers.v1")


class _Platform(BaseModel):
    os: str
    arch: str


class _Version(BaseModel):
    version: str
    platforms: tuple[_Platform, ...] = ()


class _Versions(BaseModel):
    versions: tuple[_Version, ...]


class _Key(BaseModel):
    ascii_armor: str


class _Keys(BaseModel):
    gpg_public_keys: tuple[_Key, ...] = ()


class _Download(BaseModel):
    # INVARIANT: names a file in a scratch folder, so it is a plain name.
    filename: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$")
    download_url: str
    shasum: str
    shasums_url: str
    shasums_signature_url: str
    signing_keys: _Keys = _Keys()


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
        self._root = (hosts or {}).get(pin.address.host, f"https://{pin.address.host}")

    @property
    def name(self) -> str:
        """The registry in words."""
        return f"registry {self._pin.address.host}"

    async def fetch(self, scratch: Path, progress: Progress) -> Fetched:
        """Look up, check the signature, then download and compare; see the port."""
        subject = str(self._pin)
        progress.report(Step(kind=StepKind.FETCHING, subject=subject, text=f"{self.name}: looking it up"))
        download, base = await self._look_up()
        expected = await self._signed_checksum(download, base, progress)
        folder = await anyio.to_thread.run_sync(fresh_folder, scratch)
        archive = folder / download.filename
        url = urljoin(base, download.download_url)
        check_sha256(download.filename, await self._downloads.file(url, archive, subject, progress), expected)
        text = f"{download.filename} has SHA-256 {expected}"
        progress.report(Step(kind=StepKind.CHECKED, subject=subject, text=text))
        return await anyio.to_thread.run_sync(self._unpack, archive)

    async def _look_up(self) -> tuple[_Download, str]:
        """Return the download document and the URL it came from."""
        address, version = self._pin.address, str(self._pin.version)
        discovery = f"{self._root}/.well-known/terraform.json"
        services = _read(_Discovery, await self._downloads.text(discovery))
        root = urljoin(discovery, services.providers)
        folder = f"{root.rstrip('/')}/{address.namespace}/{address.name}"
        offered = _read(_Versions, await self._downloads.text(f"{folder}/versions"))
        platforms = [
            f"{platform.os}_{platform.arch}"
            for one in offered.versions
            if one.version.removeprefix("v") == version
            for platform in one.platforms
        ]
        if self._platform not in platforms:
            raise RegistryFailed(f"does not have {self._pin} for {self._platform}")
        url = f"{folder}/{version}/download/{self._platform.replace('_', '/')}"
        return _read(_Download, await self._downloads.text(url)), url

    async def _signed_checksum(self, download: _Download, base: str, progress: Progress) -> str:
        armored = [key.ascii_armor for key in download.signing_keys.gpg_public_keys if key.ascii_armor]
        if not armored:
            raise IntegrityFailed(f"the registry gives {self._pin} without a signing key")
        sums = await self._downloads.text(urljoin(base, download.shasums_url))
        signature = await self._downloads.text(urljoin(base, download.shasums_signature_url))
        signer = check_signature(sums, signature, [parse_key(key.encode()) for key in armored])
        text = f"the checksums are signed by {signer[-16:]}"
        progress.report(Step(kind=StepKind.CHECKED, subject=str(self._pin), text=text))
        signed = checksum_of(sums, download.filename)
        check_sha256(f"{download.filename} in the registry's answer", download.shasum, signed)
        return signed

    def _unpack(self, archive: Path) -> Fetched:
        name, version = re.escape(self._pin.address.name), re.escape(str(self._pin.version))
        pattern = re.compile(rf"terraform-provider-{name}(_v?{version}(_x[0-9]+)?)?(\.exe)?")
        member = executable_in(archive, pattern)
        executable = fresh_folder(archive.parent) / member
        return Fetched(executable=executable, sha256=extract(archive, member, executable), source=self.name)


def _read(model: type[_Answer], answer: bytes) -> _Answer:
    try:
        return model.model_validate_json(answer)
    except ValidationError as failure:
        raise RegistryFailed(
            "answered something else than the protocol says", untrusted=str(failure)
        ) from failure
