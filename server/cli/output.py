"""How every command answers: one JSON document or readable text on stdout, all else on stderr."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

import typer
from pydantic import BaseModel, JsonValue
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from engine.core.diagnostics import sanitise
from engine.core.errors import EngineError
from engine.core.operations.operation import OperationError
from server.problems import EXIT_OF_ERROR, ExitCode

FORMAT_VERSION: Final = "1.0"
# Wide enough that no row of a table is broken where a program or a file reads it.
_UNBOUNDED_COLUMNS: Final = 100_000


class Output(StrEnum):
    """How a command answers."""

    TEXT = "text"
    JSON = "json"


OutputOption = Annotated[Output, typer.Option("--output", help="text for people, json for programs")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="say nothing but the result")]

Document = BaseModel | Mapping[str, JsonValue]


@dataclass(frozen=True)
class Screen:
    """Where one command writes, and how."""

    output: Output
    quiet: bool

    @property
    def margin(self) -> Console:
        """The console of stderr, for everything that is not the result."""
        return _console(stderr=True)

    def show(self, document: Document, lines: Iterable[RenderableType]) -> None:
        """Print the result: the document for programs, or the lines for people."""
        if self.output is Output.JSON:
            fields = document.model_dump(mode="json") if isinstance(document, BaseModel) else dict(document)
            # ASCII alone: nothing that a terminal obeys or that hides gets through.
            typer.echo(json.dumps(fields, indent=2))
            return
        console = _console()
        for line in lines:
            console.print(line, soft_wrap=True)

    def note(self, text: str) -> None:
        """Say something beside the result, unless quiet."""
        if not self.quiet:
            self.margin.print(Text(sanitise(text)), soft_wrap=True)

    def fail(self, error: OperationError) -> None:
        """Print an error as text: what is wrong, the way out, and the words from outside, marked as such."""
        where = f" (field: {error.field})" if error.field else ""
        lines = [Text.assemble(("error: ", "bold red"), sanitise(f"{error.message}{where}"))]
        if error.hint:
            lines.append(Text.assemble(("hint: ", "bold"), sanitise(error.hint)))
        if error.untrusted_detail:
            lines.append(Text("the provider's or OpenTofu's own words:", "dim"))
            lines += [Text(f"  | {line}") for line in sanitise(error.untrusted_detail).splitlines()]
        for line in lines:
            self.margin.print(line, soft_wrap=True)

    def refuse(self, error: OperationError) -> None:
        """Print an error that kept the command from having a result."""
        if self.output is Output.JSON:
            self.show({"format_version": FORMAT_VERSION, "error": error.model_dump(mode="json")}, ())
        else:
            self.fail(error)


@contextmanager
def reporting(screen: Screen) -> Iterator[None]:
    """Print an error of the engine, also one that a task group wrapped, and exit with its code.

    Raises:
        typer.Exit: there was one. Anything else is a fault of the program and passes with its traceback.
    """
    try:
        yield
    except EngineError as error:
        raise _refused(screen, error) from None
    except ExceptionGroup as several:
        expected, unexpected = several.split(EngineError)
        if expected is None or unexpected is not None:
            raise
        raise _refused(screen, _first(expected)) from None


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a table of safe text without lines around it."""
    made = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        made.add_row(*(Text(one_line(cell)) for cell in row))
    return made


def one_line(text: str) -> str:
    """Return text from anywhere with nothing in it that breaks a line or steers a terminal."""
    return sanitise(text).replace("\n", "\\n").replace("\t", "\\t")


def spelt(value: JsonValue, longest: int = 240) -> str:
    """Return a JSON value on one safe line, cut where it is too long."""
    return sanitise(json.dumps(value, ensure_ascii=False), longest)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Be silent where nobody reads stderr any more: Rich would exit, in the middle of an effect too."""
        if not self.stderr:
            super().on_broken_pipe()
        self.quiet = True


def _console(*, stderr: bool = False) -> Console:
    console = _Console(stderr=stderr, highlight=False, emoji=False, markup=False)
    return console if console.is_terminal else _unbounded(stderr=stderr)


def _unbounded(*, stderr: bool) -> Console:
    return _Console(
        stderr=stderr,
        highlight=False,
        emoji=False,
        markup=False,
        no_color=True,
        width=_UNBOUNDED_COLUMNS,
    )


def _refused(screen: Screen, error: EngineError) -> typer.Exit:
    screen.refuse(OperationError.of(error))
    return typer.Exit(EXIT_OF_ERROR.get(error.code, ExitCode.FAILED))


def _first(group: ExceptionGroup[EngineError]) -> EngineError:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first
