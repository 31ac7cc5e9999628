"""`intent versions` and `restore`: what a resource was, and having it so again."""

from collections.abc import Iterator
from typing import Annotated

import typer

from engine.core.operations.operation import Operation
from engine.service.list_versions import VersionLine, list_versions
from engine.service.restore import restore as ask_to_restore
from server.cli import arguments
from server.cli.operating import perform
from server.cli.output import Output, OutputOption, QuietOption, Screen, table
from server.cli.session import Session, run

app = typer.Typer()

Version = Annotated[int, typer.Option("--version", help="the version to bring back")]


@app.command()
def versions(
    project: arguments.Project,
    resource_id: arguments.ResourceId,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Show the versions of a resource, also of one that has ended, newest first."""
    screen = Screen(output, quiet)
    found = run(screen, lambda session: list_versions(session.services, session.person, project, resource_id))
    rows = [
        (str(line.version), line.created_at[:19], line.operation_id, line.kind, line.actor, _what(line))
        for line in found.versions
    ]
    screen.show(found, [table(("VERSION", "TIME", "OPERATION", "KIND", "BY", "CHANGED"), rows)])


@app.command()
def restore(
    project: arguments.Project,
    resource_id: arguments.ResourceId,
    version: Version,
    *,
    dry_run: arguments.DryRun = False,
    wait: arguments.Wait = None,
    idempotency_key: arguments.Key = None,
    reason: arguments.Reason = "",
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Bring an earlier version of a resource back: plan it, ask the policies, apply it where they allow."""

    async def ask(session: Session) -> Operation:
        return await ask_to_restore(
            session.services,
            session.person,
            project,
            resource_id=resource_id,
            version=version,
            dry_run=dry_run,
            reason=reason,
            idempotency_key=idempotency_key,
        )

    perform(Screen(output, quiet), ask, wait, f"restoring version {version} of {resource_id}")


def _what(line: VersionLine) -> str:
    return "; ".join(_words(line))


def _words(line: VersionLine) -> Iterator[str]:
    if line.ended:
        yield "the end"
    elif line.changed:
        yield ", ".join(line.changed)
    else:
        yield "no argument"
    if line.tainted:
        yield "half made"
