"""One operation of a list as people read it: what was asked, and in one line what became of it."""

from collections.abc import Iterator
from typing import Final

from engine.core.diagnostics import sanitise
from engine.service.history import HistoryLine

# `intent operation show` has the rest.
_LONGEST: Final = 120


def asked(line: HistoryLine) -> str:
    """Return what was asked for."""
    restores = f" (to version {line.restores})" if line.restores is not None else ""
    return f"{line.kind}{restores}{' (dry run)' if line.dry_run else ''}"


def became(line: HistoryLine) -> str:
    """Return what became of it: why it failed or was denied, else what the plan says, and who approved."""
    return sanitise("; ".join(_parts(line)).replace("\n", " "), _LONGEST)


def _parts(line: HistoryLine) -> Iterator[str]:
    if line.untrusted_detail:
        yield f"the provider's or OpenTofu's own words: {line.untrusted_detail}"
    elif line.error:
        yield line.error
    elif line.decision is not None and line.decision.deny:
        yield line.decision.deny[0]
    else:
        yield line.summary
    if line.decision is not None and line.decision.waived:
        yield f"waived: {', '.join(line.decision.waived)}"
    if line.missing:
        yield "the object is gone"
    if line.approved_by:
        yield f"approved by {', '.join(line.approved_by)}"
    if line.waits_for:
        yield line.waits_for
    if line.expires_at is not None:
        yield f"expires {line.expires_at}"
