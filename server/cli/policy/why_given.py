"""Explaining given policies on a given input: files need no database. How it is shown is `why_text`'s."""

from collections.abc import Sequence
from pathlib import Path

from anyio import to_thread

from engine.core.errors import InvalidInput
from engine.core.policy.explain import Explanation
from engine.core.policy.policies import PolicySource
from server.cli.given import read_object
from server.cli.output import Screen, reporting
from server.cli.policy.given import Reading
from server.cli.policy.work import Tools, with_policies


def explain_given(
    screen: Screen, given: Sequence[str] | None, input_file: Path | None, reading: Reading
) -> tuple[Explanation, ...]:
    """Return an explanation of each given policy on the input in a file.

    Raises:
        typer.Exit: with the code of the error that was printed.
    """
    with reporting(screen):
        texts, path = _complete(given, input_file)

    async def ask(tools: Tools, sources: Sequence[PolicySource]) -> tuple[Explanation, ...]:
        policy_input = await to_thread.run_sync(read_object, path, "input")
        return tuple([await tools.explainer.explain(source, policy_input) for source in sources])

    return with_policies(screen, texts, reading, ask)


def _complete(given: Sequence[str] | None, input_file: Path | None) -> tuple[Sequence[str], Path]:
    if not given or input_file is None:
        raise InvalidInput(
            "there is nothing to explain",
            field="input" if given else "policy",
            hint="give an operation, or --policy and --input",
        )
    return given, input_file
