"""Approvals as people read them: which a plan needs, which it has, and until when."""

from collections.abc import Iterator

from rich.text import Text

from engine.core.demands import Demand
from engine.service.awaited import ReportedApproval, ReportedDemand, missing_words
from engine.service.report import ReportedOperation
from server.cli.output import one_line


def consent_lines(operation: ReportedOperation) -> Iterator[Text]:
    """Yield what is needed and missing, each approval, and when the operation expires."""
    for demand in operation.demands:
        yield _row("needs", needed_words(demand))
    for approval in operation.approvals:
        yield _row("approved", _approval(approval))
    if operation.expires_at is not None:
        yield _row("expires", operation.expires_at)


def needed_words(demand: ReportedDemand) -> str:
    """Return what a demand asks for and what of it is missing."""
    asked = Demand(approvals=demand.approvals, approvers=demand.approvers).words
    return f"{asked}: {missing_words(demand) if demand.missing else 'given'}"


def _approval(approval: ReportedApproval) -> str:
    note = f": {approval.note}" if approval.note else ""
    if approval.void:
        why = approval.void_because or "the plan or the policies are others"
        return f"by {approval.approver}, void now: {why}{note}"
    if approval.used_at is not None:
        return f"by {approval.approver}, used {approval.used_at}{note}"
    return f"by {approval.approver} until {approval.expires_at}{note}"


def _row(label: str, text: str) -> Text:
    return Text(f"  {label:<9}  {one_line(text)}")
