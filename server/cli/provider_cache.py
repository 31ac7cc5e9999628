"""`intent provider install|verify|list|prune`: the provider cache. Only a person's command installs."""

from collections.abc import Sequence
from typing import Annotated, Final

import anyio
import typer
from rich.text import Text

from engine.ports.inventory import Leftover
from engine.service.providers.install import install_providers
from engine.service.providers.packages import list_packages
from engine.service.providers.prune import PruneReport, prune_packages
from engine.service.providers.verify import VerifyReport, verify_packages
from server.bootstrap import places_of
from server.bootstrap.supplying import open_depot, open_inventory, set_up_pins
from server.cli.output import Output, OutputOption, QuietOption, Screen, one_line, reporting, table
from server.cli.session import Session, load_settings, run
from server.cli.setup import StepPrinter, set_up_lines
from server.problems import ExitCode

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
    int, typer.Option("--keep", min=0, help="how many of the newest versions of each provider stay")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only say what would go")]

_COLUMNS: Final = ("PROVIDER", "VERSION", "PLATFORM", "SIZE", "SIGNED BY", "FROM")


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
    screen.show(report, set_up_lines(report))


def verify(provider: Address = "", output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """Hash every installed file anew and compare it with what was installed."""
    screen = Screen(output, quiet)
    with reporting(screen):
        inventory = open_inventory(places_of(load_settings()))
        report = anyio.run(verify_packages, inventory, provider)
    screen.show(report, _verify_lines(report, quiet=quiet))
    raise typer.Exit(ExitCode.OK if report.ok else ExitCode.FAILED)


def list_(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """List what is installed, for every platform."""
    screen = Screen(output, quiet)
    with reporting(screen):
        report = anyio.run(list_packages, open_inventory(places_of(load_settings())))
    rows = [
        (
            *(one.provider, one.version, one.platform, _megabytes(one.size_bytes)),
            *((one.signer or "nobody")[-16:], one.source),
        )
        for one in report.packages
    ]
    screen.show(report, [table(_COLUMNS, rows)])


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
    screen.show(report, _prune_lines(report, quiet=quiet))


def _verify_lines(report: VerifyReport, *, quiet: bool) -> Sequence[Text]:
    lines = []
    for one in report.packages:
        if one.ok and not quiet:
            signed = f"signed by {one.signer[-16:]}" if one.signer else "nobody signed it"
            lines.append(Text.assemble(("✓ ", "green"), (str(one), "bold"), f": as installed, {signed}"))
        if not one.ok:
            lines.append(Text.assemble(("✗ ", "red"), (str(one), "bold"), f": {one_line(one.reason or '')}"))
            lines.append(Text(f"    mend: {one_line(one.hint or '')}"))
    if report.leftovers and not quiet:
        lines += [
            _leftover(one, "is used by nothing; `intent provider prune` removes it")
            for one in report.leftovers
        ]
    return lines


def _prune_lines(report: PruneReport, *, quiet: bool) -> Sequence[Text]:
    verb = "would be removed" if report.dry_run else "removed"
    lines = []
    if not quiet:
        lines += [
            Text(f"  {one.provider} {one.version} {one.platform} stays: {one_line(one.because)}")
            for one in report.kept
        ]
    lines += [Text.assemble(("- ", "red"), (str(one), "bold"), f" {verb}") for one in report.removed]
    lines += [_leftover(one, verb) for one in report.leftovers]
    lines.append(Text(f"{_megabytes(report.freed_bytes)} {'would be ' if report.dry_run else ''}freed"))
    return lines


def _leftover(leftover: Leftover, words: str) -> Text:
    return Text(f"- {one_line(str(leftover.path))} ({_megabytes(leftover.size_bytes)}) {words}")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
