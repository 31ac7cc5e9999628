"""One command at work: settings, who acts, the services; and every failure of these as an exit code."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import anyio
from pydantic import ValidationError

from engine.core.auth.principals import Principal, person
from engine.core.errors import InvalidInput
from engine.ports.runner import Progress
from engine.service.services import Services
from server.bootstrap import open_services
from server.cli.output import Screen, reporting
from server.cli.progress import progress_line
from server.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True)
class Session:
    """What a command works with; `progress` hears what to show while it works."""

    services: Services
    person: Principal
    progress: Progress
    screen: Screen
    settings: Settings


def run(
    screen: Screen,
    work: Callable[[Session], Awaitable[T]],
    *,
    doing: str = "working",
    credentials: Mapping[str, str] = MappingProxyType({}),
) -> T:
    """Open the services, do the work and return what it returns.

    `credentials` take the place of those of the caller's environment.

    Raises:
        typer.Exit: with the code of the error that was printed.
    """
    with reporting(screen):
        return anyio.run(_work, screen, work, doing, credentials)


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        InvalidInput: naming the variable whose value cannot be taken.
    """
    try:
        return Settings.load()
    except ValidationError as wrong:
        problems = {f"INTENT_{problem['loc'][0]}".upper(): problem["msg"] for problem in wrong.errors()}
        raise InvalidInput(
            "; ".join(f"{name}: {why}" for name, why in problems.items()),
            field=next(iter(problems)),
            hint="correct the variable in the environment, or unset it",
        ) from None


async def _work(
    screen: Screen, work: Callable[[Session], Awaitable[T]], doing: str, credentials: Mapping[str, str]
) -> T:
    settings = load_settings()
    actor = _actor(settings)
    async with progress_line(screen, doing) as progress, open_services(settings, credentials) as services:
        return await work(Session(services, actor, progress, screen, settings))


def _actor(settings: Settings) -> Principal:
    try:
        return person(settings.person)
    except (KeyError, OSError):
        raise InvalidInput(
            "the operating system does not know who you are",
            field="INTENT_ACTOR",
            hint="name yourself in INTENT_ACTOR",
        ) from None
