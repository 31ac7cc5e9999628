"""`intent graph`: what depends on what in a project."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

import typer
from rich.text import Text

from engine.core.drawing import Drawing, as_dot, as_mermaid, as_text
from engine.service.projects.graph import project_graph
from server.cli import arguments
from server.cli.output import Output, OutputOption, QuietOption, Screen
from server.cli.session import run

app = typer.Typer()


class GraphFormat(StrEnum):
    """How a graph is written."""

    TEXT = "text"
    DOT = "dot"
    MERMAID = "mermaid"
    JSON = "json"


_WRITERS: Final[Mapping[GraphFormat, Callable[[Drawing], str]]] = MappingProxyType(
    {
        GraphFormat.TEXT: as_text,
        GraphFormat.DOT: as_dot,
        GraphFormat.MERMAID: as_mermaid,
        GraphFormat.JSON: as_text,
    }
)
FormatOption = Annotated[
    GraphFormat, typer.Option("--format", help="for people, for Graphviz, for Mermaid, or for programs")
]


@app.command()
def graph(
    project: arguments.Project,
    form: FormatOption = GraphFormat.TEXT,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Show the resources of a project in the order in which they are made, and what they depend on."""
    screen = Screen(Output.JSON if form is GraphFormat.JSON else output, quiet)
    found = run(screen, lambda session: project_graph(session.services, session.person, project))
    screen.show(found, [Text(line) for line in _WRITERS[form](found).splitlines()])
