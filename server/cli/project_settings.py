"""`intent project update` and `extend`: labels, the space, the settings of providers, and times."""

from typing import Annotated

import typer

from engine.service.projects.extend import extend_project
from engine.service.projects.show import ProjectReport, show_project
from engine.service.projects.times import Times
from engine.service.projects.update import update_project
from engine.service.projects.warnings import settings_warnings
from server.cli import arguments
from server.cli.given import given_settings
from server.cli.output import Output, OutputOption, QuietOption, Screen, reporting
from server.cli.project_text import project_lines
from server.cli.session import Session, run

app = typer.Typer()

ProviderConfig = Annotated[
    str | None,
    typer.Option(
        "--provider-config",
        metavar="JSON|@FILE|-",
        help='settings by provider: {"hashicorp/aws": {"region": "eu-west-1"}}; "hashicorp/aws.west" names '
        "one with the alias west; null removes one",
    ),
]


SamplePolicies = Annotated[
    bool | None,
    typer.Option(
        "--sample-policies/--no-sample-policies",
        help="keep a sample of what each policy says; else only of those that say `sample`",
    ),
]


NoTtl = Annotated[bool, typer.Option("--no-ttl", help="it is to have no end")]
Unarchive = Annotated[
    bool,
    typer.Option(
        "--unarchive", help="let an archived project take changes again, without an end unless --ttl says one"
    ),
]


By = Annotated[str, typer.Option("--by", metavar="TIME", help="how much longer: 30m, 12h, 3d, 1d12h")]


@app.command()
def update(
    name: arguments.Project,
    label: arguments.Labels = None,
    space: arguments.Space = None,
    provider_config: ProviderConfig = None,
    sample_policies: SamplePolicies = None,
    ttl: arguments.Ttl = None,
    at_expiry: arguments.AtExpiryOption = None,
    refresh_every: arguments.RefreshEvery = None,
    output: OutputOption = Output.TEXT,
    *,
    no_ttl: NoTtl = False,
    unarchive: Unarchive = False,
    quiet: QuietOption = False,
) -> None:
    """Replace a project's labels, space, settings of providers or times, or whether samples are kept."""
    screen = Screen(output, quiet)
    with reporting(screen):
        settings = None if provider_config is None else given_settings(provider_config)
    times = Times(
        ttl=ttl, endless=no_ttl, at_expiry=at_expiry, refresh_every=refresh_every, unarchive=unarchive
    )

    async def ask(session: Session) -> ProjectReport:
        labels = None if label is None else tuple(label)
        await update_project(
            session.services,
            session.person,
            name,
            labels=labels,
            space=space,
            provider_settings=settings,
            sample_policies=sample_policies,
            times=times,
        )
        shown = await show_project(session.services, session.person, name)
        warnings = await settings_warnings(session.services, session.person, name, settings or ())
        return shown.model_copy(update={"warnings": warnings})

    project = run(screen, ask, doing="checking the settings against the provider's schema")
    screen.show(project, project_lines(project))


@app.command()
def extend(
    name: arguments.Project, by: By, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False
) -> None:
    """Give a project more time: its end is moved."""
    screen = Screen(output, quiet)

    async def ask(session: Session) -> ProjectReport:
        await extend_project(session.services, session.person, name, by)
        return await show_project(session.services, session.person, name)

    project = run(screen, ask)
    screen.show(project, project_lines(project))
