"""The commands `intent setup` and `intent doctor`. Where they work is `machine`'s business."""

from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Final, Self

import anyio
import typer
from rich.console import Console
from rich.status import Status
from rich.text import Text

from engine.ports.artifacts import Step, StepKind
from engine.service.doctor import Check, DoctorReport, Folders, diagnose
from engine.service.setup import SetUpReport, set_up
from server.bootstrap.places import Places
from server.bootstrap.provisioning import provision
from server.cli.output import Output, OutputOption, QuietOption, Screen, reporting
from server.problems import ExitCode

_STYLES: Final = {
    StepKind.FOUND: "green",
    StepKind.INSTALLED: "green",
    StepKind.UNAVAILABLE: "yellow",
    StepKind.NOTICE: "yellow",
}

_BAR_CHARS: Final = 20
_LAST_LINES: Final = 4
_LAST_LINE_CHARS: Final = 200
_LASTING: Final = frozenset({StepKind.FETCHING, StepKind.PROGRESS, StepKind.WAITING})


class StepPrinter:
    """The `Progress` port on a terminal or a pipe: one line for each step, a moving one for bytes."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet
        self._moving: Status | None = None

    def __enter__(self) -> Self:
        """Begin to say."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the moving line away."""
        self._still()

    def report(self, step: Step) -> None:
        """Print a step; see the port."""
        if self._quiet:
            return
        line = Text.assemble((f"{step.kind.value:>11} ", _STYLES.get(step.kind, "")), (step.subject, "bold"))
        line.append(f": {step.text}{_share(step)}")
        if step.kind is not StepKind.PROGRESS:
            self._still()
            self._console.print(line, soft_wrap=True)
            if step.untrusted:
                self._console.print(Text(_last_words(step.untrusted), "dim"), soft_wrap=True)
        if step.kind in _LASTING and self._console.is_terminal:
            self._move(line)

    def _move(self, line: Text) -> None:
        if self._moving is None:
            self._moving = Status(line, console=self._console)
            self._moving.start()
        self._moving.update(line)

    def _still(self) -> None:
        if self._moving is not None:
            self._moving.stop()
            self._moving = None


def register(
    app: typer.Typer, places: Callable[[], Places], further: Callable[[], Awaitable[Sequence[Check]]]
) -> None:
    """Add the two commands to an application.

    Args:
        app: gets `setup` and `doctor`.
        places: called when a command runs, so that help needs no settings.
        further: checks that doctor adds, such as the database.
    """

    @app.command()
    def setup(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
        """Bring OpenTofu and the providers of the demo, checked by hash and signature."""
        screen = Screen(output, quiet)
        with reporting(screen), StepPrinter(screen.margin, quiet=quiet) as printer:
            provisioning = provision(places())
            report = anyio.run(set_up, provisioning.wanted, provisioning.workspace, printer)
        screen.show(report, set_up_lines(report))

    @app.command()
    def doctor(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
        """Say what is there, what is missing and what mends it."""
        screen = Screen(output, quiet)
        with reporting(screen):
            report = anyio.run(_examine, places(), further)
        screen.show(report, _doctor_lines(report, quiet=quiet))
        raise typer.Exit(ExitCode.OK if report.ok else ExitCode.FAILED)


async def _examine(places: Places, further: Callable[[], Awaitable[Sequence[Check]]]) -> DoctorReport:
    provisioning = provision(places)
    folders = Folders(home=places.home, mirror=places.mirror)
    return await diagnose(provisioning.wanted, provisioning.machine, folders, await further())


def set_up_lines(report: SetUpReport) -> list[Text]:
    """Return a line for each executable that is there now."""
    return [
        Text.assemble(("✓ ", "green"), (item.name, "bold"), f" {item.state}: {item.executable}")
        for item in report.items
    ]


def _doctor_lines(report: DoctorReport, *, quiet: bool) -> list[Text]:
    """Return a line for each check, with what mends it below; quiet leaves out what is well."""
    lines = []
    for check in report.checks:
        if check.ok:
            if not quiet:
                lines.append(Text.assemble(("✓ ", "green"), (check.name, "bold"), f": {check.found}"))
            continue
        lines.append(
            Text.assemble(("✗ ", "red"), (check.name, "bold"), f": {check.found or 'nothing found'}")
        )
        lines.append(Text(f"    missing: {check.missing}"))
        lines.append(Text(f"    mend:    {check.mend}"))
    return lines


def _last_words(untrusted: str) -> str:
    """Return the end of what another program said, indented, with nothing in it that a terminal obeys."""
    lines = [line for line in untrusted.splitlines() if line.strip()][-_LAST_LINES:]
    shown = ("".join(c if c.isprintable() else "\ufffd" for c in line) for line in lines)
    return "\n".join(f"{'':>12}| {line[:_LAST_LINE_CHARS]}" for line in shown)


def _share(step: Step) -> str:
    if step.done_bytes is None:
        return ""
    if not step.total_bytes:
        return f" ({step.done_bytes / 1e6:.1f} MB)"
    done = min(step.done_bytes, step.total_bytes)
    filled = done * _BAR_CHARS // step.total_bytes
    return f" {'█' * filled}{'░' * (_BAR_CHARS - filled)} {100 * done // step.total_bytes} %"
