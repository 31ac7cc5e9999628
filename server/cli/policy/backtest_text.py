"""What a changed policy would have changed, as people read it."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from engine.core.policy.backtest import Backtest
from server.cli.output import one_line, table


def backtest_lines(told: Backtest) -> Iterator[RenderableType]:
    """Yield how many outcomes would be others, and a row for each."""
    total = sum(told.changed.values())
    yield Text(
        one_line(
            f"{told.policy}: {told.judged} of {told.decisions} recorded decisions judged, "
            f"{total or 'no'} outcome{'' if total == 1 else 's'} would change"
        ),
        "bold",
    )
    for kind, count in told.changed.items():
        yield Text(f"  {kind.replace('_', ' ')}: {count}")
    if told.failures:
        yield Text(f"  it gave no usable answer in {told.failures} of them, which denies", "red")
    if told.changes:
        rows = [
            (
                change.at[:19],
                change.project,
                f"{change.operation} {change.resource_type} {change.resource_id}",
                f"{change.before.value} → {change.after.value}".replace("_", " "),
                "; ".join([*(f"+ {reason}" for reason in change.gained), *(f"- {r}" for r in change.lost)]),
                change.operation_id,
            )
            for change in told.changes
        ]
        yield table(("AT", "PROJECT", "ASKED", "OUTCOME", "REASONS", "OPERATION"), rows)
    if total > len(told.changes):
        yield Text(f"and {total - len(told.changes)} more")
    if any(change.redacted for change in told.changes):
        yield Text("some recorded inputs hide secrets, so that a change may come from that: see `redacted`")
