"""`intent policy new`: makes the folder of a policy, with a test that fails until the rule is written."""

import os
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.errors import Conflict, InvalidInput
from engine.core.policy.policies import parse_policy_name
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting
from server.cli.policy.scaffold import files_of

app = typer.Typer()

Folder = Annotated[Path, typer.Option("--folder", metavar="DIR", help="where the policy's folder is made")]


@app.command()
def new(
    name: arguments.PolicyName,
    folder: Folder = Path(),
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Make the folder of a policy: a rule that is not written yet, and a test that fails until it is."""
    screen = Screen(output, quiet)
    with reporting(screen):
        place = folder / parse_policy_name(name)
        written = _write(place, name)
    files: list[JsonValue] = [path.as_posix() for path in written]
    document: dict[str, JsonValue] = {"format_version": FORMAT_VERSION, "policy": name, "files": files}
    todo = f"write the rule until `intent policy test {place.as_posix()}` passes"
    screen.show(document, [*(Text(path.as_posix()) for path in written), Text(todo)])


def _write(place: Path, name: str) -> list[Path]:
    """Write the files of a policy into a folder that is not there yet.

    Raises:
        Conflict: the folder is there already; nothing was written.
        InvalidInput: it cannot be written.
    """
    if os.path.lexists(place):
        raise Conflict(
            f"{place.as_posix()} is there already",
            field="name",
            hint="name another policy, or another folder with --folder",
        )
    written = []
    try:
        place.mkdir(parents=True)
        for file, text in files_of(name).items():
            (place / file).write_text(text, encoding="utf-8")
            written.append(place / file)
    except OSError as refused:
        raise InvalidInput(
            f"{refused.filename or place.as_posix()} cannot be written: {refused.strerror}",
            field="folder",
            hint="name a folder that you may write",
        ) from None
    return written
