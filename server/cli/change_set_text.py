"""A change set as people read it: how far it came, and a line for each change."""

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from engine.service.change_sets.reported import ReportedChange, ReportedSet
from server.cli.output import one_line

_SIGNS: Final = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}


def change_set_lines(found: ReportedSet) -> Iterator[Text]:
    """Yield how far a set came, then each change, in the order in which they are done."""
    yield Text(f"  changes    {one_line(found.summary)}")
    for change in sorted(found.changes, key=lambda each: each.step):
        sign, colour = _SIGNS[change.kind.value]
        yield Text(f"    {sign} {one_line(_told(change))}", colour)


def _told(change: ReportedChange) -> str:
    step = f"step {change.step} " if change.step else ""
    state = change.state.value if change.state is not None else "not begun"
    asked = "" if change.outcome is None else f", {change.outcome.value.replace('_', ' ')}"
    plan = f": {change.plan}" if change.plan else ""
    wrong = f" ({change.error.message})" if change.error is not None else ""
    what = f"{change.kind.value} {change.resource_id} ({change.resource_type or '?'})"
    return f"{step}{what}{plan}{asked}; {state}{wrong}"
