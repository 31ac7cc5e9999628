"""OpenTofu from its official releases: checksums signed by the pinned key."""

from pathlib import Path

import anyio

from engine.adapters.registry.checks import check_sha256, checksum_of, extract, fresh_folder
from engine.adapters.registry.http import Downloads
from engine.adapters.registry.manifest import ReleasePin
from engine.adapters.registry.openpgp import check_signature, parse_key
from engine.core.errors import IntegrityFailed
from engine.ports.artifacts import Fetched, Progress, Step, StepKind

_SUBJECT = "OpenTofu"


class ReleaseSource:
    """The `Source` port for one release on one platform."""

    def __init__(self, pin: ReleasePin, platform: str, downloads: Downloads) -> None:
        self._pin = pin
        self._platform = platform
        self._downloads = downloads

    @property
    def name(self) -> str:
        """The release in words."""
        return f"official release {self._pin.version}"

    async def fetch(self, scratch: Path, progress: Progress) -> Fetched:
        """Check the signature first, then download and compare; see the port."""
        version = self._pin.version
        folder = f"{self._pin.downloads}/v{version}"
        archive_name = f"tofu_{version}_{self._platform}.zip"
        progress.report(
            Step(kind=StepKind.FETCHING, subject=_SUBJECT, text=f"{self.name}: checksums and signature")
        )
        sums = await self._downloads.text(f"{folder}/tofu_{version}_SHA256SUMS")
        signature = await self._downloads.text(f"{folder}/tofu_{version}_SHA256SUMS.gpgsig")
        key = parse_key(await self._downloads.text(self._pin.key))
        # INVARIANT: the key is fetched, its identity is not: only the pinned fingerprint is accepted.
        if key.fingerprint.upper() != self._pin.key_fingerprint:
            raise IntegrityFailed(
                "the signing key is not the pinned one",
                facts={"found": key.fingerprint.upper(), "expected": self._pin.key_fingerprint},
            )
        signer = check_signature(sums, signature, [key])
        text = f"the checksums are signed by {signer[-16:]}"
        progress.report(Step(kind=StepKind.CHECKED, subject=_SUBJECT, text=text))
        room = await anyio.to_thread.run_sync(fresh_folder, scratch)
        archive = room / archive_name
        expected = checksum_of(sums, archive_name)
        check_sha256(
            archive_name,
            await self._downloads.file(f"{folder}/{archive_name}", archive, _SUBJECT, progress),
            expected,
        )
        progress.report(
            Step(kind=StepKind.CHECKED, subject=_SUBJECT, text=f"{archive_name} has SHA-256 {expected}")
        )
        executable = archive.with_name("tofu")
        sha256 = await anyio.to_thread.run_sync(extract, archive, "tofu", executable)
        return Fetched(executable=executable, sha256=sha256, source=self.name)
