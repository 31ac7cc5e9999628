"""`intent export`: resources as files that OpenTofu reads, printed or written into a folder."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.errors import Conflict, InvalidInput
from engine.core.operations.operation import OperationError
from engine.service.export import Export, ExportFormat
from engine.service.export import export as make_export
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting
from server.cli.session import run

app = typer.Typer()

_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_FILE: Final = 0o666

FormatOption = Annotated[
    ExportFormat, typer.Option("--format", help="native syntax, JSON syntax, or the state")
]
Directory = Annotated[
    Path | None, typer.Option("--directory", help="write the files there; printed where left out")
]
Force = Annotated[bool, typer.Option("--force", help="replace files that are there")]


@app.command()
def export(
    project: arguments.Project,
    resource_id: arguments.AnyResourceId = None,
    format_: FormatOption = ExportFormat.HCL,
    directory: Directory = None,
    *,
    force: Force = False,
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Write resources as configuration with import blocks, or as a state file."""
    screen = Screen(output, quiet)
    made = run(
        screen,
        lambda session: make_export(session.services, session.person, project, resource_id, format_),
        doing="planning the exported configuration",
    )
    if directory is None:
        screen.show(made, ())
        if output is Output.TEXT:
            typer.echo(_joined(made.files), nl=False)
    else:
        mode = _PRIVATE_FILE if format_ is ExportFormat.STATE else _FILE
        with reporting(screen):
            write(directory, made.files, mode, force=force)
        screen.show(_document(made, directory), [Text(str(directory / name)) for name in made.files])
    for note in made.notes:
        screen.note(f"note: {note}")
    if made.untrusted_reason is not None and output is Output.TEXT and not quiet:
        message = "the import blocks were not checked against the cloud"
        screen.fail(
            OperationError(code="provider_failed", message=message, untrusted_detail=made.untrusted_reason)
        )


def write(directory: Path, files: Mapping[str, str], mode: int, *, force: bool) -> None:
    """Write files into a folder, which is made where it is missing.

    Raises:
        Conflict: a file is there already; nothing was written.
        InvalidInput: the folder or a file cannot be written.
    """
    there = [name for name in files if os.path.lexists(directory / name)]
    if there and not force:
        raise Conflict(
            f"{directory} holds {', '.join(there)} already",
            field="directory",
            hint="name another folder, or replace them with --force",
        )
    try:
        directory.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        for name in there:
            # Not truncated in place: the old file's mode and a link's target stay out of it.
            (directory / name).unlink()
        for name, content in files.items():
            with os.fdopen(
                os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb"
            ) as file:
                file.write(content.encode())
    except OSError as refused:
        raise InvalidInput(
            f"{refused.filename or directory} cannot be written: {refused.strerror}",
            field="directory",
            hint="name a folder that you may write",
        ) from None


def _document(made: Export, directory: Path) -> dict[str, JsonValue]:
    return {
        "format_version": FORMAT_VERSION,
        "directory": str(directory),
        "files": list(made.files),
        "notes": list(made.notes),
        "untrusted_reason": made.untrusted_reason,
    }


def _joined(files: Mapping[str, str]) -> str:
    """Return one file as it is, several each under a comment with its name."""
    if len(files) == 1:
        return next(iter(files.values()))
    return "\n".join(f"# {name}\n\n{content}" for name, content in files.items())
