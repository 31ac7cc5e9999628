"""`intent policy backtest`: which recorded outcomes a changed policy would change."""

from typing import Annotated

import typer

from engine.core.errors import InvalidInput
from engine.core.policy.backtest import Backtest
from engine.core.policy.policies import PolicySource, parse_policy_name
from engine.service.policies.backtest import backtest
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting
from server.cli.policy.backtest_text import backtest_lines
from server.cli.policy.given import Reading, parse_policy, policies_given
from server.cli.progress import counted
from server.cli.session import Session, run
from server.problems import ExitCode

app = typer.Typer()

Policy = Annotated[str, typer.Option("--policy", metavar="FILE|NAME[@VERSION]", help="the changed policy")]
As = Annotated[
    str,
    typer.Option("--as", metavar="NAME", help="the stored policy in whose place it stands"),
]
Projects = Annotated[list[str] | None, typer.Option("--project", metavar="PROJECT", help="repeat for more")]
Everywhere = Annotated[bool, typer.Option("--all", help="the decisions of all projects")]
Attach = Annotated[
    bool, typer.Option("--attach", help="also where it had no part, as if it had been attached")
]


@app.command("backtest")
def judge_again(
    policy: Policy,
    name: As = "",
    project: Projects = None,
    parameters: arguments.ParametersFile = None,
    output: OutputOption = Output.TEXT,
    *,
    everywhere: Everywhere = False,
    attach: Attach = False,
    rego_v0: arguments.RegoV0 = False,
    quiet: QuietOption = False,
) -> None:
    """Say which recorded outcomes would change; exits with 0 for none, 1 for some."""
    screen = Screen(output, quiet)
    with reporting(screen):
        projects = _chosen(project, everywhere=everywhere)

    async def ask(session: Session) -> Backtest:
        given = await policies_given(session, [parse_policy(policy)], Reading(rego_v0, parameters))
        return await backtest(
            session.services,
            session.person,
            _named(given[0], name),
            projects=projects,
            attach=attach,
            heard=counted(session.progress, "judging recorded decisions"),
        )

    told = run(screen, ask, doing="judging recorded decisions")
    screen.show({"format_version": FORMAT_VERSION, **told.model_dump(mode="json")}, backtest_lines(told))
    raise typer.Exit(ExitCode.FAILED if told.changed else ExitCode.OK)


def _named(policy: PolicySource, name: str) -> PolicySource:
    """Return the policy under the name of the one that it replaces.

    Raises:
        InvalidInput: it is a file, and no name is given.
    """
    if name:
        return policy.model_copy(update={"name": parse_policy_name(name), "version": 0})
    if policy.version == 0:
        raise InvalidInput(
            "a file does not say which policy it replaces",
            field="as",
            hint="name it with --as; a name that is not stored needs --attach, too",
        )
    return policy


def _chosen(projects: list[str] | None, *, everywhere: bool) -> list[str] | None:
    if bool(projects) == everywhere:
        raise InvalidInput(
            "it is not said whose decisions to judge", field="project", hint="give --project, or --all"
        )
    return projects
