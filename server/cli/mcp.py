"""`intent mcp`: serving assistants over stdio, and telling editors to start that."""

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import anyio
import typer
from rich.text import Text

from engine.core.errors import NotSetUp
from server.cli.deferred import load
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting
from server.cli.session import load_settings

# Another front: started by name, as a program would be, so that neither front depends on the other.
_SERVER: Final = "server.mcp.serve"
_INSTALLER: Final = "server.mcp.install"

app = typer.Typer(name="mcp", help="Serve assistants over stdio.", invoke_without_command=True)


class Client(StrEnum):
    """An editor or agent that can be told to start the server."""

    CLAUDE = "claude"
    CURSOR = "cursor"
    VSCODE = "vscode"
    CODEX = "codex"
    GEMINI = "gemini"


ClientOption = Annotated[Client, typer.Option("--client", help="whose configuration to write")]
NameOption = Annotated[str, typer.Option("--name", help="what the client calls the server")]
Folder = Annotated[
    Path,
    typer.Option(
        "--folder", help="the project's folder; Codex keeps its own at home", exists=True, file_okay=False
    ),
]


@app.callback()
def serve(context: typer.Context) -> None:
    """Serve the tools `intent` and `provider` over stdio until it is closed."""
    if context.invoked_subcommand is None:
        with reporting(Screen(Output.TEXT, quiet=False)):
            anyio.run(load(_SERVER).serve, load_settings())


@app.command()
def install(
    client: ClientOption,
    name: NameOption = "intent",
    folder: Folder = Path(),
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Write the server into a client's configuration; all else there stays as it is."""
    screen = Screen(output, quiet)
    with reporting(screen):
        settings = load_settings()
        installer = load(_INSTALLER)
        done = installer.install(
            installer.Client(client.value),
            name=name,
            launch=installer.Launch(_command(), settings.lasting),
            project_folder=folder.absolute(),
            home=Path.home(),
        )
    project = done.env.get("INTENT_PROJECT", settings.project)
    said = "has the server now" if done.changed else "had the server already"
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            "client": client.value,
            "name": name,
            "file": str(done.file),
            "changed": done.changed,
        },
        [
            Text(f"{client.value} {said}: {done.file}"),
            Text(f"next: restart {client.value}; calls that name no project work in {project}"),
            Text(
                f"      of {done.env['INTENT_HOME']}; without a policy attached to it every change is allowed"
            ),
        ],
    )


def _command() -> str:
    """Return the path of the `intent` script that belongs to this interpreter, else of the one on PATH.

    Raises:
        NotSetUp: there is neither.
    """
    beside = Path(sys.executable).parent / "intent"
    found = str(beside) if beside.is_file() else shutil.which("intent")
    if found is None:
        raise NotSetUp("there is no script `intent`", hint="install the package with pip")
    return found
