"""An operation as people read it: what changes, what was decided and why, and what to type next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from rich.text import Text

from engine.core.diagnostics import sanitise
from engine.core.operations.operation import OperationKind
from engine.core.operations.states import OperationState
from engine.core.policy.decision import Decision, Outcome
from engine.core.policy.rules import RULES
from engine.core.values import Difference, JsonObject
from engine.service.report import Next, OperationReport, ReportedApproval
from server.cli.output import spelt

# Every other state is neither good nor bad news yet.
_STYLES: Final[Mapping[OperationState, str]] = MappingProxyType(
    {
        OperationState.FINISHED: "bold green",
        OperationState.DENIED: "bold red",
        OperationState.REJECTED: "bold red",
        OperationState.EXPIRED: "bold red",
        OperationState.FAILED: "bold red",
        OperationState.INTERRUPTED: "bold red",
        OperationState.PENDING_REVIEW: "bold yellow",
        OperationState.READY_FOR_EXECUTION: "bold yellow",
    }
)
_COLOURS: Final = {"+": "green", "-": "red", "~": "yellow"}
_ASIDE: Final = "  "
NOBODY_ALLOWS: Final = "no policy allows it and none denies it"


def operation_lines(report: OperationReport, planned: Sequence[Difference]) -> Iterator[Text]:
    """Yield an operation as lines; its error is printed apart.

    Args:
        report: the operation.
        planned: what its plan changes, by path.
    """
    if report.decision is not None and report.decision.outcome is Outcome.DENIED:
        yield violation(report.decision)
    operation = report.operation
    name = operation.resource_id or operation.resource_type
    yield Text.assemble(
        (f"{operation.kind.value} {name}: ", "bold"),
        (operation.state.value, _STYLES.get(operation.state, "bold")),
        " (dry run)" if operation.dry_run else "",
    )
    yield _row("operation", operation.id)
    what = " ".join(word for word in (operation.provider, operation.provider_version) if word)
    yield _row("resource", f"{operation.resource_type or '?'} of {what or '?'}, project {operation.project}")
    if report.plan is not None:
        yield _row("plan", report.plan.summary)
        yield from difference_lines(planned)
        if report.plan.replace_paths:
            yield _row("", f"forces a replacement: {', '.join(report.plan.replace_paths)}")
        if report.plan.unknown:
            yield _row("", f"known after the change: {', '.join(report.plan.unknown)}")
    yield from _found(report)
    if report.decision is not None:
        yield from decision_lines(report.decision)
    for approval in report.operation.approvals:
        yield _row("approved", _consent(approval))
    if step := next_line(report):
        yield Text.assemble((f"{_ASIDE}{'next':<9}  ", "bold"), step)


def violation(decision: Decision) -> Text:
    """Return the sentence of a denial (contracts: result of the tool `intent`)."""
    return Text(sanitise(f"Policy violation: {', '.join(decision.deny)}"), "bold red")


def decision_lines(decision: Decision) -> Iterator[Text]:
    """Yield the outcome, then each reason under its rule."""
    by = ", ".join(f"{answer.name} v{answer.version}" for answer in decision.policies)
    said = decision.outcome.value.replace("_", " ")
    yield _row("decision", f"{said} by {by}" if by else f"{said}: no policy is attached")
    for rule in RULES:
        reasons: tuple[str, ...] = getattr(decision, rule)
        for reason in reasons:
            yield _row("", f"{rule}: {reason}")
    if decision.outcome is Outcome.PENDING_REVIEW and not decision.review:
        yield _row("", NOBODY_ALLOWS)


def difference_lines(found: Iterable[Difference]) -> Iterator[Text]:
    """Yield one line for each difference: `+` appears, `-` goes, `~` changes."""
    for difference in found:
        before, after = spelt(difference.before), spelt(difference.after)
        if difference.before is None:
            sign, change = "+", after
        elif difference.after is None:
            sign, change = "-", before
        else:
            sign, change = "~", f"{before} → {after}"
        yield Text(f"{_ASIDE * 2}{sign} {sanitise(difference.path)}: {change}", _COLOURS[sign])


def attribute_lines(attributes: JsonObject | None) -> Iterator[Text]:
    """Yield one line for each attribute that has a value, by name."""
    for name, value in sorted((attributes or {}).items()):
        if value is not None:
            yield Text(f"{_ASIDE * 2}{sanitise(name)}: {spelt(value)}")


def next_line(report: OperationReport) -> str:
    """Return what is to be done next, a command where there is one; empty where nothing is."""
    name = report.operation.id
    steps: Mapping[Next, str] = {
        "approve": f"intent approve {name}   (another person than who asked), or: intent reject {name}",
        "resume": f"intent operation resume {name}",
        "wait": f"intent operation show {name}",
        # What an error says of the way out is printed with it.
        "fix": "" if report.error is not None else "change the request, then make it again",
        "none": "",
    }
    return steps[report.next]


def _found(report: OperationReport) -> Iterator[Text]:
    resource = report.resource
    if resource is None:
        return
    if resource.missing:
        yield _row("cloud", "the object is gone")
    if resource.drift:
        yield _row("drift", "changed in the cloud, remembered → found:")
        yield from difference_lines(resource.drift)
    elif report.operation.kind is OperationKind.REFRESH and not resource.missing and report.plan is not None:
        yield _row("drift", "none: the cloud is as remembered")
    if resource.tainted:
        yield _row("tainted", "the object is only half made; the next update replaces it")
    if report.operation.kind is OperationKind.READ:
        yield from attribute_lines(resource.attributes)


def _consent(approval: ReportedApproval) -> str:
    note = f": {approval.note}" if approval.note else ""
    return f"by {approval.approver} until {approval.expires_at}{note}"


def _row(label: str, text: str) -> Text:
    return Text(f"{_ASIDE}{label:<9}  {sanitise(text)}")
