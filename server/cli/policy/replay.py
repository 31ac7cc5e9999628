"""`intent policy replay`: the same versions on the same input, once more."""

import typer
from rich.text import Text

from engine.core.policy.replay import Replay
from engine.service.policies.replay import replay
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, one_line
from server.cli.session import run
from server.problems import ExitCode

app = typer.Typer()


@app.command("replay")
def repeat(
    recorded: arguments.RecordedId, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False
) -> None:
    """Ask the versions that decided again; exits with 0 where they say the same, else with 1."""
    screen = Screen(output, quiet)
    told = run(
        screen,
        lambda session: replay(session.services, session.person, recorded),
        doing="asking the policies again",
    )
    screen.show({"format_version": FORMAT_VERSION, **told.model_dump(mode="json")}, _lines(told))
    raise typer.Exit(ExitCode.OK if told.verdict == "same" else ExitCode.FAILED)


def _lines(told: Replay) -> list[Text]:
    head = {
        "same": "the same again",
        "differs": "it differs",
        "incomplete": "the same, as far as it could be asked again",
    }[told.verdict]
    lines = [f"{told.recorded.value.replace('_', ' ')}: {head}", *(f"  {each}" for each in told.differences)]
    return [Text(one_line(line)) for line in lines]
