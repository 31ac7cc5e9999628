"""`intent provider install|verify|list|prune`: the provider cache. Only a person's command installs."""

from typing import Annotated

import anyio
import typer

from engine.service.providers.install import install_providers
from engine.service.providers.packages import list_packages
from engine.service.providers.prune import PruneReport, prune_packages
from engine.service.providers.verify import verify_packages
from server.bootstrap import places_of
from server.bootstrap.supplying import open_depot, open_inventory, set_up_pins
from server.cli.output import Output, OutputOption, QuietOption, Screen, reporting
from server.cli.provider_cache_text import install_lines, package_table, prune_lines, verify_lines
from server.cli.session import Session, load_settings, run
from server.cli.setup import StepPrinter
from server.problems import EXIT_OF_ERROR, ExitCode

Wanted = Annotated[
    list[str],
    typer.Argument(
        metavar="ADDRESS[@VERSION]...",
        help="for example hashicorp/aws, hashicorp/aws@3.39.0, 'hashicorp/aws@~> 3.0'",
    ),
]
Platforms = Annotated[
    list[str] | None,
    typer.Option(
        "--platform", help="for example darwin_arm64, may be repeated; this machine's where left out"
    ),
]
Address = Annotated[
    str, typer.Argument(metavar="[PROVIDER]", help="for example hashicorp/aws; all where left out")
]
Keep = Annotated[
    int, typer.Option("--keep", min=0, help="how many of the newest releases of each provider stay")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only say what would go")]


def register(app: typer.Typer) -> None:
    """Add the commands to `intent provider`."""
    app.command()(install)
    app.command()(verify)
    app.command("list")(list_)
    app.command()(prune)


def install(
    providers: Wanted,
    platform: Platforms = None,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Install providers: the newest version that fits, checked by hash and signature."""
    screen = Screen(output, quiet)
    with reporting(screen), StepPrinter(screen.margin, quiet=quiet) as printer:
        depot = open_depot(places_of(load_settings()))
        report = anyio.run(install_providers, depot, providers, platform or (), printer)
    screen.show(report, install_lines(report))
    if report.errors:
        raise typer.Exit(EXIT_OF_ERROR.get(report.errors[0].error.code, ExitCode.FAILED))


def verify(provider: Address = "", output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """Hash every installed file anew and compare it with what was installed."""
    screen = Screen(output, quiet)
    with reporting(screen):
        inventory = open_inventory(places_of(load_settings()))
        report = anyio.run(verify_packages, inventory, provider)
    screen.show(report, verify_lines(report, quiet=quiet))
    raise typer.Exit(ExitCode.OK if report.ok else ExitCode.FAILED)


def list_(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """List what is installed, for every platform."""
    screen = Screen(output, quiet)
    with reporting(screen):
        report = anyio.run(list_packages, open_inventory(places_of(load_settings())))
    screen.show(report, [package_table(report)])


def prune(
    keep: Keep = 1,
    output: OutputOption = Output.TEXT,
    *,
    dry_run: DryRun = False,
    quiet: QuietOption = False,
) -> None:
    """Remove versions that nothing needs, and what unfinished runs left."""
    screen = Screen(output, quiet)

    async def work(session: Session) -> PruneReport:
        places = places_of(session.settings)
        return await prune_packages(
            session.services,
            session.person,
            open_inventory(places),
            set_up_pins(places),
            keep=keep,
            dry_run=dry_run,
        )

    report = run(screen, work, doing="looking through the provider cache")
    screen.show(report, prune_lines(report, quiet=quiet))
