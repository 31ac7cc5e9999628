"""The demo's stage: prints each step and what came of it, and notes whether it came as expected."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine.core.values import Difference
from engine.service.history import HistoryLine
from engine.service.report import OperationReport

_STYLES = {"FINISHED": "green", "DENIED": "red", "PENDING_REVIEW": "yellow", "FAILED": "red"}


class Stage:
    """Prints to a console and counts what went as expected."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._step = 0
        self.surprises: list[str] = []

    def step(self, title: str) -> None:
        """Begin a step."""
        self._step += 1
        self._console.print(f"\n[bold cyan]{self._step:>2}  {escape(title)}[/]")

    def say(self, text: str) -> None:
        """Print a line of the present step."""
        self._console.print(f"    {escape(text)}", soft_wrap=True)

    def show(self, report: OperationReport) -> None:
        """Print an operation: what was asked, what the plan says, what the policies say, where it stands."""
        operation = report.operation
        state = operation.state.value
        # Nobody looks a type up for what is refused before.
        kind = f" ({escape(operation.resource_type)})" if operation.resource_type else ""
        self._console.print(
            f"    {operation.kind.value} [bold]{escape(operation.resource_id)}[/]{kind} → "
            f"[{_STYLES.get(state, 'cyan')}]{state}[/]"
        )
        if report.plan is not None:
            self.say(f"plan: {report.plan.summary}")
        if report.decision is not None:
            for rule in ("deny", "review", "allow"):
                for reason in getattr(report.decision, rule):
                    self.say(f"policy {rule}: {reason}")
            if report.decision.outcome == "pending_review" and not report.decision.review:
                self.say("policy: no rule speaks of this, so a person has to look at it")
        if report.error is not None:
            self.say(f"{report.error.message}; {report.error.hint}")

    def history(self, past: Sequence[HistoryLine]) -> None:
        """Print operations, oldest first."""
        table = Table("at", "by", "operation", "resource", "state", "plan", box=None, pad_edge=False)
        for line in reversed(past):
            cells = (
                line.created_at[11:19],
                line.client,
                line.kind,
                line.resource_id,
                line.state,
                line.summary,
            )
            table.add_row(*(escape(cell) for cell in cells))
        self._console.print(table)

    async def working(self, text: str) -> None:
        """Show what happens while an operation runs; on a terminal only, and for the moment."""
        if self._console.is_terminal:
            self._console.print(f"    [dim]{escape(text)}[/]", end="\r", soft_wrap=True)

    def drift(self, found: Sequence[Difference]) -> None:
        """Print drift attribute by attribute."""
        table = Table("attribute", "as recorded", "in the cloud", box=None, pad_edge=False)
        for difference in found:
            table.add_row(
                escape(difference.path), escape(str(difference.before)), escape(str(difference.after))
            )
        self._console.print(table)

    def expect(self, what: str, came: bool) -> None:  # noqa: FBT001 - reads as a sentence: expect(what, came)
        """Note whether something came as expected."""
        mark = "[green]✔[/]" if came else "[bold red]✘[/]"
        self._console.print(f"    {mark} {escape(what)}")
        if not came:
            self.surprises.append(what)
