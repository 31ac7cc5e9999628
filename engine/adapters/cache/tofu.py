"""Finding OpenTofu on this machine and keeping the one that set-up brought. It runs no plans."""

import json
import os
import shutil
import subprocess  # only for CompletedProcess and its errors; children are started by anyio
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import anyio
from pydantic import BaseModel, ConfigDict, ValidationError

from engine.adapters.cache.files import check_hash, replace_executable, replace_text, sha256_of
from engine.core.addrs import Version
from engine.core.errors import IntegrityFailed, InvalidInput, NotSetUp
from engine.core.limits import VERSION_TIMEOUT_SECONDS
from engine.ports.artifacts import Fetched, Installed, Progress, Step, StepKind

_NAME: Final = "OpenTofu"
_PASSED_ON: Final = ("HOME", "PATH", "TMPDIR")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: Literal["1.0"] = "1.0"
    version: str
    sha256: str
    source: str


class TofuShelf:
    """The `Shelf` port for OpenTofu: the one that is named, else the one on PATH, else `<tools>/bin/tofu`.

    Args:
        tools: the folder whose `bin/` holds what set-up brought.
        minimum: the oldest version that is good enough.
        environment: where PATH is looked up; children get HOME, PATH and TMPDIR of it.
        named: an executable from the settings; then no other is looked for.
    """

    def __init__(
        self, tools: Path, *, minimum: Version, environment: Mapping[str, str], named: Path | None = None
    ) -> None:
        self._ours = (tools / "bin" / "tofu").absolute()
        self._minimum = minimum
        self._environment = environment
        self._named = named

    async def find(self, progress: Progress) -> Installed | None:
        """Return the OpenTofu to use after asking it for its version; see the port."""
        if self._named is not None:
            return await self._checked_named(self._named)
        if (on_path := self._on_path()) is not None:
            try:
                return await self._checked(on_path, "on PATH")
            except NotSetUp as failure:
                text = f"{failure.message}; it is not used"
                progress.report(Step(kind=StepKind.NOTICE, subject=_NAME, text=text))
        return await self._find_ours()

    async def place(self, fetched: Fetched) -> Installed:
        """Install into `<tools>/bin`; see the port."""
        version = await self._version(fetched.executable)
        record = _Record(version=str(version), sha256=fetched.sha256, source=fetched.source)
        # INVARIANT: file first, record last, and the record holds the hash: no mixture is trusted.
        await anyio.to_thread.run_sync(replace_executable, fetched.executable, self._ours)
        await anyio.to_thread.run_sync(
            replace_text, self._record_path, record.model_dump_json(indent=2) + "\n"
        )
        return self._installed(record)

    def _on_path(self) -> Path | None:
        found = shutil.which("tofu", path=self._environment.get("PATH", ""))
        if found is None or Path(found).resolve() == self._ours.resolve():
            return None
        return Path(found).absolute()

    @property
    def _record_path(self) -> Path:
        return self._ours.with_name("tofu.json")

    async def _find_ours(self) -> Installed | None:
        if not self._ours.exists():
            return None
        try:
            record = _Record.model_validate_json(self._record_path.read_bytes())
        except (OSError, ValidationError) as failure:
            raise IntegrityFailed(f"{self._ours} has no readable record of its installation") from failure
        await anyio.to_thread.run_sync(check_hash, self._ours, record.sha256)
        # The hash says that it is the file whose version was asked at installation.
        if Version.parse(record.version) < self._minimum:
            raise IntegrityFailed(f"{self._ours} is OpenTofu {record.version}, older than {self._minimum}")
        return self._installed(record)

    def _installed(self, record: _Record) -> Installed:
        return Installed(
            version=record.version, executable=self._ours, sha256=record.sha256, source=record.source
        )

    async def _checked_named(self, executable: Path) -> Installed:
        try:
            return await self._checked(executable, "named in the settings")
        except NotSetUp as failure:
            raise NotSetUp(
                failure.message,
                hint="name OpenTofu 1.6 or newer in INTENT_TOFU, or unset it and run `intent setup`",
                untrusted=failure.untrusted,
            ) from failure

    async def _checked(self, executable: Path, source: str) -> Installed:
        version = await self._version(executable)
        sha256 = await anyio.to_thread.run_sync(sha256_of, executable)
        return Installed(version=str(version), executable=executable, sha256=sha256, source=source)

    async def _version(self, executable: Path) -> Version:
        """Ask an executable for its version, so that a user's broken CLI configuration is not in the way."""
        environment = {name: self._environment[name] for name in _PASSED_ON if name in self._environment}
        environment["TF_CLI_CONFIG_FILE"] = os.devnull
        command = [str(executable), "version", "-json"]
        try:
            with anyio.fail_after(VERSION_TIMEOUT_SECONDS):
                done = await anyio.run_process(command, env=environment, stdin=subprocess.DEVNULL)
            version = Version.parse(json.loads(done.stdout)["terraform_version"])
        except (OSError, TimeoutError, subprocess.CalledProcessError) as failure:
            raise NotSetUp(
                f"{executable} does not run", hint="install OpenTofu 1.6 or newer", untrusted=str(failure)
            ) from failure
        except (InvalidInput, ValueError, KeyError, TypeError, AttributeError) as failure:
            raise NotSetUp(
                f"{executable} does not answer like OpenTofu", hint="install OpenTofu 1.6 or newer"
            ) from failure
        if version < self._minimum:
            raise NotSetUp(
                f"{executable} is version {version}, older than {self._minimum}",
                hint="install OpenTofu 1.6 or newer, or take `tofu` off PATH and run `intent setup`",
            )
        return version
