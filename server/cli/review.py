"""`intent approve` and `reject`: a person's word on the plan that waits."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from engine.core.auth.principals import Principal
from engine.core.operations.operation import Operation
from engine.service.approve import approve as consent
from engine.service.reject import reject as refuse
from engine.service.services import Services
from server.cli import arguments
from server.cli.operating import Outcome, describe
from server.cli.operation_text import operation_lines
from server.cli.output import Output, OutputOption, QuietOption, Screen
from server.cli.session import Session, run

app = typer.Typer()

Note = Annotated[str, typer.Option("--note", help="a word for the history")]


@app.command()
def approve(
    operation_id: arguments.OperationId,
    note: Note = "",
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Consent to exactly the plan that waits; `intent operation resume` then carries it out."""
    _say(consent, operation_id, note, Screen(output, quiet))


@app.command()
def reject(
    operation_id: arguments.OperationId,
    note: Note = "",
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Refuse the plan that waits."""
    _say(refuse, operation_id, note, Screen(output, quiet))


def _say(
    word: Callable[[Services, Principal, str, str], Awaitable[Operation]],
    operation_id: str,
    note: str,
    screen: Screen,
) -> None:
    """Say the word and show the operation; the command has done its work whatever the word."""

    async def ask(session: Session) -> Outcome:
        await word(session.services, session.person, operation_id, note)
        return await describe(session, operation_id)

    outcome = run(screen, ask)
    screen.show(outcome.report, operation_lines(outcome.report, outcome.planned))
