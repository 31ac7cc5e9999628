"""`intent apply-set`: several changes in one file, decided as one."""

from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.operations.operation import Operation
from engine.service.change_sets.change_set import change_set
from server.cli import arguments
from server.cli.given import parse_json, read_text
from server.cli.given_yaml import parse_yaml
from server.cli.operating import perform
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting
from server.cli.session import Session

app = typer.Typer()

_FIELD: Final = "file"
_MEMBERS: Final = ("changes", "format_version", "reason")
File = Annotated[Path, typer.Argument(metavar="FILE|-", help="a file of changes, YAML or JSON, or stdin")]


@app.command("apply-set")
def apply_set(
    project: arguments.Project,
    file: File,
    *,
    dry_run: arguments.DryRun = False,
    wait: arguments.Wait = None,
    idempotency_key: arguments.Key = None,
    reason: arguments.Reason = "",
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Create, update and delete several resources: one plan, one decision, applied in their order."""
    screen = Screen(output, quiet)
    with reporting(screen):
        changes, said = _read(file)

    async def ask(session: Session) -> Operation:
        return await change_set(
            session.services,
            session.person,
            project,
            changes=changes,
            dry_run=dry_run,
            reason=reason or said,
            idempotency_key=idempotency_key,
        )

    perform(screen, ask, wait, f"applying {len(changes)} changes")


def _read(file: Path) -> tuple[list[JsonValue], str]:
    """Return the changes in a file, and the reason that it gives.

    Raises:
        InvalidInput: naming what is wrong with it.
    """
    text, name = read_text(file, _FIELD), "stdin" if str(file) == "-" else str(file)
    is_json = file.suffix == ".json" or text.lstrip().startswith(("{", "["))
    document = parse_json(text, name, _FIELD) if is_json else parse_yaml(text, name, _FIELD)
    if isinstance(document, list):
        document = {"changes": document}
    if not isinstance(document, dict) or document.keys() - {*_MEMBERS}:
        raise InvalidInput(
            f"{name} has other members than {', '.join(_MEMBERS)}",
            field=_FIELD,
            hint="see docs/reference/change-sets.md",
        )
    changes, reason = document.get("changes"), document.get("reason", "")
    if document.get("format_version", FORMAT_VERSION) != FORMAT_VERSION:
        raise InvalidInput(
            f"{name} has another format_version than {FORMAT_VERSION}",
            field="format_version",
            hint=f'write format_version: "{FORMAT_VERSION}", or leave it out',
        )
    if not isinstance(changes, list) or not isinstance(reason, str):
        raise InvalidInput(
            f"{name} has no list of changes, or a reason that is no text",
            field="changes",
            hint="see docs/reference/change-sets.md",
        )
    return changes, reason
