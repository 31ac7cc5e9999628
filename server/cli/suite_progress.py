"""How far a run of policy tests is, on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from engine.ports.suites import Heard
from server.cli.output import Screen


@contextmanager
def suite_progress(screen: Screen) -> Iterator[Heard]:
    """Show a bar on a terminal; elsewhere, and where it is quiet, nothing."""
    console = screen.margin
    bar = Progress(TextColumn("testing"), BarColumn(), MofNCompleteColumn(), console=console, transient=True)
    if screen.quiet or not console.is_terminal:
        yield lambda _done, _total: None
        return
    task = bar.add_task("testing", total=None)
    with bar:
        yield lambda done, total: bar.update(task, completed=done, total=total)
