"""How reports about the provider cache look as text."""

from collections.abc import Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from engine.ports.inventory import Leftover
from engine.service.providers.install import InstallReport
from engine.service.providers.packages import PackageList
from engine.service.providers.prune import PruneReport
from engine.service.providers.verify import VerifyReport
from server.cli.output import one_line, table
from server.cli.setup import set_up_lines

_COLUMNS: Final = ("PROVIDER", "VERSION", "PLATFORM", "SIZE", "SIGNED BY", "FROM")


def package_table(report: PackageList) -> Table:
    """Return what is installed, a row a package."""
    rows = [
        (
            *(one.provider, one.version, one.platform, _megabytes(one.size_bytes)),
            *((one.signer or "nobody")[-16:], one.source),
        )
        for one in report.packages
    ]
    return table(_COLUMNS, rows)


def install_lines(report: InstallReport) -> Sequence[Text]:
    """Return a line for each package that is there now, then the providers that are not, with ways out."""
    lines = set_up_lines(report)
    for failed in report.errors:
        reason = f": {one_line(failed.error.message)}"
        lines.append(Text.assemble(("✗ ", "red"), (one_line(failed.wanted), "bold"), reason))
        if failed.error.hint:
            lines.append(Text(f"    mend: {one_line(failed.error.hint)}"))
    return lines


def verify_lines(report: VerifyReport, *, quiet: bool) -> Sequence[Text]:
    """Return a line for each package, with what mends it below; quiet leaves out what is well."""
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


def prune_lines(report: PruneReport, *, quiet: bool) -> Sequence[Text]:
    """Return what stays and why, what goes, and how much room that makes; quiet leaves out what stays."""
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
