"""Fakes of the set-up ports: a progress that remembers, shelves and sources that do as they are told."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.core.errors import EngineError
from engine.ports.artifacts import Fetched, Installed, Progress, Step, StepKind


@dataclass
class Heard:
    """The `Progress` port: keeps every step."""

    steps: list[Step] = field(default_factory=list)

    def report(self, step: Step) -> None:
        """Keep a step; see the port."""
        self.steps.append(step)

    def texts(self, kind: StepKind) -> list[str]:
        """Return what was said with steps of one kind."""
        return [step.text for step in self.steps if step.kind is kind]


@dataclass
class FakeShelf:
    """The `Shelf` port in memory.

    Attributes:
        finds: what the next calls of `find` return or raise; the last one stays.
        placed: what was placed.
    """

    finds: list[Installed | EngineError | None]
    placed: list[Fetched] = field(default_factory=list)

    async def find(self, progress: Progress) -> Installed | None:
        """Return or raise what was laid down; see the port."""
        del progress  # a fake has nothing to say
        found = self.finds.pop(0) if len(self.finds) > 1 else self.finds[0]
        if isinstance(found, EngineError):
            raise found
        return found

    async def place(self, fetched: Fetched) -> Installed:
        """Remember what was placed; see the port."""
        self.placed.append(fetched)
        there = Installed(
            version="1.0.0", executable=fetched.executable, sha256=fetched.sha256, source=fetched.source
        )
        self.finds = [there]
        return there


@dataclass
class FakeSource:
    """The `Source` port: gives an executable of no content, or raises."""

    name: str
    failure: EngineError | None = None
    calls: int = 0

    async def fetch(self, scratch: Path, progress: Progress) -> Fetched:
        """Count the call, then return or raise; see the port."""
        self.calls += 1
        progress.report(Step(kind=StepKind.FETCHING, subject="fake", text=self.name))
        if self.failure is not None:
            raise self.failure
        return Fetched(executable=scratch / "fake", sha256="0" * 64, source=self.name)


@dataclass
class FakeWorkspace:
    """The `Workspace` port without a lock; counts how often it was needed."""

    folder: Path
    reserved: int = 0

    @asynccontextmanager
    async def reserve(self, names: Sequence[str], progress: Progress) -> AsyncIterator[Path]:
        """Give the folder; see the port."""
        del names, progress  # a fake never waits
        self.reserved += 1
        yield self.folder


@dataclass(frozen=True)
class FakeMachine:
    """The `Machine` port: says what it was told."""

    python: str = "3.11.7"
    clients: Mapping[str, str | None] = field(default_factory=lambda: {"npm": "npm", "pip": "pip"})
    regorus: Sequence[str] = ("gordon-to-regorus",)
    reason: str | None = None

    def python_version(self) -> str:
        """Return the version; see the port."""
        return self.python

    def programs(self) -> Mapping[str, str | None]:
        """Return the clients; see the port."""
        return self.clients

    def distributions(self, module: str) -> Sequence[str]:
        """Return the distributions of regorus; see the port."""
        return self.regorus if module == "regorus" else ()

    def unwritable(self, folder: Path) -> str | None:
        """Return the same reason for every folder; see the port."""
        return None if self.reason is None else f"{folder} {self.reason}"
