"""The OpenTofu binary with all that its sessions share: provider binding, environment, places to run in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.adapters.tofu.binding import ProviderBinding
from engine.adapters.tofu.environment import child_environment
from engine.adapters.tofu.session import Session
from engine.adapters.tofu.slots import Slots
from engine.ports.mirror import ProviderPackage
from engine.ports.runner import Progress


async def silence(_text: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Toolchain:
    """One OpenTofu and how it is run.

    Attributes:
        locate: returns the binary, checked; asked before each session, so that a start costs nothing.
        caller: the environment of the engine's caller; children are given what the allow-list names.
        slots: bounds how many children run at once.
    """

    locate: Callable[[], Awaitable[Path]]
    binding: ProviderBinding
    caller: Mapping[str, str]
    slots: Slots

    async def session(
        self,
        folder: Path,
        packages: Sequence[ProviderPackage],
        progress: Progress = silence,
        *,
        credentials: bool = True,
    ) -> Session:
        """Bind the providers and return a session in the folder.

        Without `credentials` the children get none of the caller's, nor the way to any: a schema needs none.

        Raises:
            NotSetUp: OpenTofu is not installed.
            IntegrityFailed: OpenTofu or a provider's binary is not the one that was installed.
        """
        tofu = await self.locate()
        bound = await self.binding.bind(packages, folder)
        environment = {**child_environment(self.caller, credentials=credentials), **bound}
        return Session(tofu, folder, environment, self.slots, progress)
