"""Wrong usage as the document of an error. What is wrong was found by typer."""

from typing import Any

from typer.exceptions import TyperException

from engine.core.operations.operation import OperationError
from server.cli.output import Output, Screen


def refuse(wrong: TyperException) -> None:
    """Print wrong usage as a document, naming the argument where typer does."""
    # Typer's own types are private: what its kinds of errors have is asked for by name.
    parameter: Any = getattr(wrong, "param", None)
    context: Any = getattr(wrong, "ctx", None)
    command = context.command_path if context is not None else "intent"
    error = OperationError(
        code="invalid_input",
        message=wrong.format_message(),
        field=getattr(wrong, "option_name", None) or (parameter.name if parameter is not None else None),
        hint=f"`{command} --help` shows what it takes",
    )
    Screen(Output.JSON, quiet=False).refuse(error)
