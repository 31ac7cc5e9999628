"""Commands that are imported when they are called: `intent --help` needs neither the database nor OpenTofu.

Wrong usage is typer's to find; where a program reads the answer, it is told in the document of every error.

The only place of the product that imports by name. Which commands there are stands in `main`.
"""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from types import ModuleType
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_group

_AS_DOCUMENT: Final = "server.cli.usage"


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

        def make_context(self, info_name: Any, args: list[str], parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401 - Typer's own types are private
            """Return the context of a call."""
            as_document = _asks_for_json(args)
            with _telling(as_document=as_document):
                context = super().make_context(info_name, args, parent, **extra)
            context.meta[_AS_DOCUMENT] = as_document
            return context

        def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's own types are private
            """Call the command."""
            with _telling(as_document=ctx.meta[_AS_DOCUMENT]):
                return super().invoke(ctx)

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - Typer's own types are private
            """Return name, command and remaining arguments."""
            name, _, rest = super().resolve_command(ctx, args)
            if name is None:
                return None, None, rest
            loaded = get_group(load(commands[name].module).app)
            return name, loaded if loaded.name == name else loaded.commands[name], rest

    return DeferredGroup


def _asks_for_json(arguments: Sequence[str]) -> bool:
    """Tell whether the answer is to be a document, though the arguments may be wrong otherwise."""
    return "--output=json" in arguments or ("--output", "json") in pairwise(arguments)


@contextmanager
def _telling(*, as_document: bool) -> Iterator[None]:
    """Print wrong usage as a document where one is asked for, and exit; else it is typer's to print.

    Raises:
        typer.Exit: the usage was wrong.
    """
    try:
        yield
    except TyperException as wrong:
        if not as_document:
            raise
        load(_AS_DOCUMENT).refuse(wrong)
        raise typer.Exit(wrong.exit_code) from None


def stand_in() -> NoReturn:
    """Stand in a listing for a command that is loaded before it runs.

    Raises:
        typer.Abort: always.
    """
    raise typer.Abort
