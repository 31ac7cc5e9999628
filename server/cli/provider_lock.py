"""`intent provider lock`: which packages of providers a project trusts. What a lock means is not here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.errors import Conflict, InvalidInput
from engine.service.providers.lock_export import export_locks
from engine.service.providers.lock_import import import_locks
from engine.service.providers.lock_move import move_lock
from engine.service.providers.locks import ReportedProviderLock, provider_locks
from server.cli import arguments
from server.cli.given import STDIN, read_text
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting, table
from server.cli.session import Session, run

app = typer.Typer()

_COLUMNS: Final = ("PROVIDER", "VERSION", "CONSTRAINTS", "HASHES", "INSTALLED")
_YES: Final = {True: "yes", False: "no"}

Addresses = Annotated[
    list[str] | None, typer.Argument(metavar="[PROVIDER]...", help="all that are locked where left out")
]
VersionOption = Annotated[str, typer.Option("--version", help="use this installed version from now on")]
Constraint = Annotated[
    str, typer.Option("--constraint", help="use the newest installed version that it allows: '~> 3.0'")
]
Import = Annotated[
    Path | None, typer.Option("--import", metavar="FILE|-", help="lock what a .terraform.lock.hcl says")
]
Export = Annotated[
    Path | None, typer.Option("--export", metavar="FILE|-", help="write the locks as a .terraform.lock.hcl")
]
Force = Annotated[bool, typer.Option("--force", help="replace the file of --export if it is there")]


@app.command()
def lock(
    project: arguments.Project,
    addresses: Addresses = None,
    version: VersionOption = "",
    constraint: Constraint = "",
    import_: Import = None,
    export: Export = None,
    output: OutputOption = Output.TEXT,
    *,
    force: Force = False,
    quiet: QuietOption = False,
) -> None:
    """Show which version and packages of its providers a project uses; move, import or export that."""
    screen = Screen(output, quiet)
    names = addresses or []
    with reporting(screen):
        _require_one(version, constraint, import_, export)
        text = "" if import_ is None else read_text(import_, "import")

    async def change(session: Session) -> tuple[ReportedProviderLock, ...]:
        who = (session.services, session.person, project)
        if import_ is not None:
            return await provider_locks(*who, await import_locks(*who, text, names))
        if version or constraint:
            for name in _named(names):
                await move_lock(*who, name, version=version, constraint=constraint)
        return await provider_locks(*who, names)

    if export is None:
        _show(screen, project, run(screen, change, doing="comparing packages"))
    else:
        written = run(screen, lambda session: export_locks(session.services, session.person, project, names))
        _hand_out(screen, project, written, export, force=force)


def _require_one(version: str, constraint: str, import_: Path | None, export: Path | None) -> None:
    given = {"--version": version, "--constraint": constraint, "--import": import_, "--export": export}
    named = [name for name, value in given.items() if value]
    if len(named) > 1:
        raise InvalidInput(
            f"{' and '.join(named)} do not go together", field=named[1].strip("-"), hint="give one of them"
        )


def _named(names: Sequence[str]) -> Sequence[str]:
    if not names:
        raise InvalidInput(
            "no provider is named", field="provider", hint="name the one to move, for example hashicorp/aws"
        )
    return names


def _hand_out(screen: Screen, project: str, text: str, target: Path, *, force: bool) -> None:
    if str(target) == STDIN:
        screen.show({"format_version": FORMAT_VERSION, "project": project, "lock_file": text}, ())
        if screen.output is Output.TEXT:
            typer.echo(text, nl=False)
        return
    with reporting(screen):
        if not force and (target.exists() or target.is_symlink()):
            raise Conflict(
                f"{target} is there already",
                field="export",
                hint="name another file, or replace it with --force",
            )
        try:
            # Not truncated in place: what a link points to stays as it is.
            target.unlink(missing_ok=True)
            target.write_text(text, "utf-8")
        except OSError as refused:
            raise InvalidInput(
                f"{target} cannot be written: {refused.strerror}",
                field="export",
                hint="name a file that you may write",
            ) from None
    document: dict[str, JsonValue] = {
        "format_version": FORMAT_VERSION,
        "project": project,
        "file": str(target),
    }
    screen.show(document, [Text(str(target))])


def _show(screen: Screen, project: str, locks: Sequence[ReportedProviderLock]) -> None:
    document: dict[str, JsonValue] = {
        "format_version": FORMAT_VERSION,
        "project": project,
        "provider_locks": [each.model_dump(mode="json") for each in locks],
    }
    rows = [
        (each.provider, each.version, each.constraints, str(len(each.hashes)), _YES[each.installed])
        for each in locks
    ]
    unused = Text(f"project {project} has used no provider yet: its first use locks it")
    screen.show(document, [table(_COLUMNS, rows) if rows else unused])
    for each in locks:
        if not each.installed:
            screen.note(f"`intent provider install {each.provider}@{each.version}` brings it")
