"""The OpenTofu binary with all that its sessions share: provider binding, environment, places to run in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from engine.adapters.tofu.binding import ProviderBinding
from engine.adapters.tofu.environment import child_environment
from engine.adapters.tofu.session import Session
from engine.adapters.tofu.slots import Slots
from engine.ports.integrations import Integrations
from engine.ports.mirror import Trusted
from engine.ports.runner import Progress

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


async def silence(_text: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Toolchain:
    """One OpenTofu and how it is run.

    Attributes:
        locate: returns the binary, checked; asked before each session, so that a start costs nothing.
        caller: the environment of the engine's caller; children are given what any program needs of it.
        integrations: tell what the runs of a project are given beside that.
        slots: bounds how many children run at once.
    """

    locate: Callable[[], Awaitable[Path]]
    binding: ProviderBinding
    caller: Mapping[str, str]
    integrations: Integrations
    slots: Slots

    async def session(
        self,
        folder: Path,
        providers: Sequence[Trusted],
        progress: Progress = silence,
        *,
        given: Mapping[str, str] = NOTHING,
    ) -> Session:
        """Bind the providers and return a session in the folder.

        `given` are the variables by which providers reach their clouds; a schema needs none.

        Raises:
            NotSetUp: OpenTofu is not installed.
            IntegrityFailed: OpenTofu is not the one that was installed.
            NotFound, NotSetUp, Forbidden, IntegrityFailed: a provider cannot be bound; see `ProviderBinding`.
        """
        tofu = await self.locate()
        bound = await self.binding.bind(providers, folder)
        environment = {**child_environment(self.caller, given), **bound}
        return Session(tofu, folder, environment, self.slots, progress)
