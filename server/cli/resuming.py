"""What `intent operation resume` asks for: to go on, or to settle by what a person found."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from engine.core.operations.operation import Operation
from engine.service.doubt.adopt import adopt as adopt_object
from engine.service.doubt.forget import forget as forget_operation
from engine.service.doubt.retry import retry as retry_operation
from engine.service.resume import resume
from server.cli.session import Session

Adopt = Annotated[
    str | None,
    typer.Option(
        "--adopt",
        metavar="OBJECT_ID",
        help="it was interrupted, and you have found what it made: the provider's import id of that object",
    ),
]
Retry = Annotated[
    bool,
    typer.Option(
        "--retry", help="it was interrupted, and you have seen that nothing was done: plan and decide anew"
    ),
]
Forget = Annotated[
    bool, typer.Option("--forget", help="it was interrupted: end it as FAILED and keep nothing of it")
]


def resuming(
    operation_id: str, adopt: str | None, *, retry: bool, forget: bool
) -> Callable[[Session], Awaitable[Operation]]:
    """Return what asks for an operation to go on, or to be settled as is said.

    Raises:
        typer.BadParameter: more than one thing is said.
    """
    if (adopt is not None) + retry + forget > 1:
        raise typer.BadParameter("--adopt, --retry and --forget exclude each other: say what you found")

    async def ask(session: Session) -> Operation:
        services, person = session.services, session.person
        if adopt is not None:
            return await adopt_object(services, person, operation_id, adopt)
        if retry:
            return await retry_operation(services, person, operation_id)
        if forget:
            return await forget_operation(services, person, operation_id)
        return await resume(services, person, operation_id)

    return ask
