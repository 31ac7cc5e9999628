"""Commands that are imported when they are called: `intent --help` needs neither the database nor OpenTofu.

The only place of the product that imports by name. Which commands there are stands in `main`.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_group


@dataclass(frozen=True)
class Deferred:
    """Where a command is found.

    Attributes:
        module: has `app`, a Typer application that is named like the command or holds a command of that name.
        panel: the heading under which help lists it.
        text: what help says about it, one line.
    """

    module: str
    panel: str
    text: str


def load(name: str) -> ModuleType:
    """Import a module by its name."""
    return importlib.import_module(name)


def deferred_group(commands: Mapping[str, Deferred]) -> type[TyperGroup]:
    """Return a group whose stand-ins are replaced by these commands when one is called."""

    class DeferredGroup(TyperGroup):
        """A group that loads a command when it is resolved, not when it is listed."""

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - Typer's own types are private
            """Return name, command and remaining arguments."""
            name, _, rest = super().resolve_command(ctx, args)
            if name is None:
                return None, None, rest
            loaded = get_group(load(commands[name].module).app)
            return name, loaded if loaded.name == name else loaded.commands[name], rest

    return DeferredGroup


def stand_in() -> NoReturn:
    """Stand in a listing for a command that is loaded before it runs.

    Raises:
        typer.Abort: always.
    """
    raise typer.Abort
