"""`intent refresh`: how the cloud differs from what the engine remembers."""

from typing import Annotated, Final

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.operations.operation import Accept, Missing, Operation
from engine.service.projects.show import show_project
from engine.service.refresh import refresh as ask_to_refresh
from server.cli import arguments, operating
from server.cli.operation_text import operation_lines
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen
from server.cli.session import Session, run
from server.problems import ExitCode, exit_of_report

app = typer.Typer()

MissingOption = Annotated[
    Missing,
    typer.Option("--missing", help="where the object is gone: keep the record, forget it, or recreate it"),
]
AcceptOption = Annotated[Accept, typer.Option("--accept", help="report what differs, or save it, too")]

# What an operation that failed says more about a whole refresh than one that waits.
_WORST_FIRST: Final = (
    ExitCode.FAILED,
    ExitCode.USAGE,
    ExitCode.NOT_FOUND,
    ExitCode.CONFLICT,
    ExitCode.DENIED,
    ExitCode.WAITING,
    ExitCode.OK,
)


@app.command()
def refresh(
    project: arguments.Project,
    resource_id: arguments.AnyResourceId = None,
    accept: AcceptOption = Accept.REPORT,
    missing: MissingOption = Missing.KEEP,
    *,
    wait: arguments.Wait = None,
    reason: arguments.Reason = "",
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Say how the cloud differs from what is remembered, of one resource or of each in turn."""
    screen = Screen(output, quiet)
    if resource_id is None and missing is not Missing.KEEP:
        raise typer.BadParameter("is decided for one resource: name it", param_hint="--missing")

    async def ask(session: Session, name: str) -> Operation:
        return await ask_to_refresh(
            session.services,
            session.person,
            project,
            resource_id=name,
            accept=accept,
            missing=missing,
            reason=reason,
        )

    async def each(session: Session) -> list[operating.Outcome]:
        shown = await show_project(session.services, session.person, project)
        outcomes: list[operating.Outcome] = []
        for resource in shown.resources:
            operation = await ask(session, resource.resource_id)
            outcomes.append(await operating.carry_out(session, operation.id, wait))
            if outcomes[-1].interrupted:
                break
        return outcomes

    if resource_id is not None:
        operating.perform(screen, lambda session: ask(session, resource_id), wait, f"reading {resource_id}")
    _show_each(screen, run(screen, each, doing=f"reading the resources of {project}"))


def _show_each(screen: Screen, outcomes: list[operating.Outcome]) -> None:
    reports: list[JsonValue] = [outcome.report.model_dump(mode="json") for outcome in outcomes]
    lines = [line for outcome in outcomes for line in operation_lines(outcome.report, outcome.planned)]
    screen.show(
        {"format_version": FORMAT_VERSION, "operations": reports},
        lines or [Text("the project has no resources")],
    )
    for outcome in outcomes:
        operating.show_error(screen, outcome)
    codes = {exit_of_report(outcome.report) for outcome in outcomes}
    raise typer.Exit(next((code for code in _WORST_FIRST if code in codes), ExitCode.OK))
