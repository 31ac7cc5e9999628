"""An operation as people read it: what changes, what was decided and why, and what to type next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from rich.text import Text

from engine.core.operations.operation import Cancellation, OperationKind
from engine.core.operations.states import OperationState
from engine.core.plans.plan import REPLACE
from engine.core.policy.decision import Decision, Outcome
from engine.core.policy.rules import RULES
from engine.core.values import Difference, JsonObject
from engine.service.report import Next, OperationReport, ReportedOperation
from server.cli.change_set_text import change_set_lines
from server.cli.consent_text import consent_lines
from server.cli.journal_text import interruption_lines, step_lines
from server.cli.output import one_line, spelt
from server.problems import NOBODY_ALLOWS, NONE_APPLIES, NOTHING_BINDS, leaves_a_choice, listing

# Every other state is neither good nor bad news yet.
_STYLES: Final[Mapping[OperationState, str]] = MappingProxyType(
    {
        OperationState.FINISHED: "bold green",
        OperationState.DENIED: "bold red",
        OperationState.REJECTED: "bold red",
        OperationState.EXPIRED: "bold red",
        OperationState.FAILED: "bold red",
        OperationState.INTERRUPTED: "bold red",
        OperationState.STOPPED: "bold red",
        OperationState.PENDING_REVIEW: "bold yellow",
        OperationState.READY_FOR_EXECUTION: "bold yellow",
    }
)
_COLOURS: Final = {"+": "green", "-": "red", "~": "yellow"}
_ASIDE: Final = "  "
_DRIFTED: Final = "changed in the cloud, remembered → found:"
_DIFFERENT: Final = "not as asked for or remembered, expected → found:"


def operation_lines(
    report: OperationReport, planned: Sequence[Difference], *, journal: bool = False
) -> Iterator[Text]:
    """Yield an operation as lines; its error is printed apart.

    Args:
        report: the operation.
        planned: what its plan changes, by path.
        journal: whether its steps are told.
    """
    if report.decision is not None and report.decision.outcome is Outcome.DENIED:
        yield violation(report.decision)
    operation = report.operation
    whole = report.change_set
    name = operation.resource_id or operation.resource_type or (f"of {whole.total}" if whole else "")
    yield Text.assemble(
        (f"{operation.kind.value} {name}: ", "bold"),
        (operation.state.value, _STYLES.get(operation.state, "bold")),
        " (dry run)" if operation.dry_run else "",
    )
    yield _row("operation", operation.id)
    what = provider_words(operation.provider, operation.provider_alias, operation.provider_version)
    if operation.restores is not None:
        yield _row("restores", f"version {operation.restores}")
    if whole is None:
        where = f"{operation.resource_type or '?'} of {what or '?'}, project {operation.project}"
        yield _row("resource", where)
    else:
        yield _row("project", operation.project)
    yield from _planned(report, planned)
    yield from _found(report)
    if whole is not None:
        yield from change_set_lines(whole)
    if report.decision is not None:
        yield from decision_lines(report.decision, operation.project)
    yield from consent_lines(report.operation)
    if operation.cancellation is not None:
        yield _row("cancel", _wish(operation.cancellation))
    yield from interruption_lines(report.interruption)
    if journal:
        yield from step_lines(report.steps)
    for label, step in zip(("next", "or", "or"), next_steps(report), strict=False):
        yield Text.assemble((f"{_ASIDE}{label:<9}  ", "bold"), step)


def violation(decision: Decision) -> Text:
    """Return the sentence of a denial (contracts: result of the tool `intent`)."""
    return Text(one_line(f"Policy violation: {', '.join(decision.deny)}"), "bold red")


def decision_lines(decision: Decision, project: str) -> Iterator[Text]:
    """Yield the outcome, then each reason under its rule."""
    deciders = decision.deciders or decision.versions
    by = listing(deciders)
    besides = listing([version for version in decision.versions if version not in deciders])
    others = listing([f"{policy.name} v{policy.version}" for policy in decision.not_applicable])
    said = decision.outcome.value.replace("_", " ")
    why = NONE_APPLIES if others else NOTHING_BINDS.format(project=project)
    yield _row("decision", f"{said} by {by}" if by else f"{said}: {why}")
    if besides:
        yield _row("", f"asked as well: {besides}")
    if others:
        yield _row("", f"not asked, for they do not apply: {others}")
    for waiver in decision.waivers:
        until = waiver.expires_at.isoformat(timespec="seconds")
        yield _row(
            "waived", f"{waiver.policy} by {waiver.owner} until {until} (waiver {waiver.id}): {waiver.reason}"
        )
    for rule in RULES:
        reasons: tuple[str, ...] = getattr(decision, rule)
        for reason in reasons:
            yield _row("", f"{rule}: {reason}")
    for demand in decision.demands:
        yield _row("", f"asks for {demand.words}: {demand.reason}")
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
        yield Text(f"{_ASIDE * 2}{sign} {one_line(difference.path)}: {change}", _COLOURS[sign])


def attribute_lines(attributes: JsonObject | None) -> Iterator[Text]:
    """Yield one line for each attribute that has a value, by name."""
    for name, value in sorted((attributes or {}).items()):
        if value is not None:
            yield Text(f"{_ASIDE * 2}{one_line(name)}: {spelt(value)}")


def next_steps(report: OperationReport) -> tuple[str, ...]:
    """Return what is to be done next, in commands where there are any: nothing, one, or a choice."""
    operation = report.operation
    place = f"{operation.project} {operation.resource_id}"
    if _leaves_a_choice(report) and report.next != "decide":
        return (
            f"intent update {place} --config '{{}}'   puts the cloud right",
            f"intent refresh {place} --accept save   keeps what was found",
        )
    steps: Mapping[Next, tuple[str, ...]] = {
        "approve": (
            f"intent approve {operation.id}   (another person than who asked)",
            f"intent reject {operation.id}",
        ),
        "resume": (f"intent operation resume {operation.id}", *_leaving(operation)),
        "decide": (
            f"intent refresh {place} --missing recreate   makes it anew",
            f"intent refresh {place} --missing forget   ends its record",
            "leave it as it is: its record is kept",
        ),
        "wait": (f"intent operation show {operation.id}",),
        # What an error says of the way out is printed with it.
        "fix": () if report.error is not None else ("change the request, then make it again",),
        "none": (),
    }
    return steps[report.next]


def _leaving(operation: ReportedOperation) -> tuple[str, ...]:
    stopped = operation.state is OperationState.STOPPED
    return (f"intent operation cancel {operation.id}   leaves it as it is",) if stopped else ()


def _leaves_a_choice(report: OperationReport) -> bool:
    found = report.resource
    return found is not None and leaves_a_choice(
        report.operation, decided=report.decision is not None, differs=bool(found.drift or found.missing)
    )


def _planned(report: OperationReport, planned: Sequence[Difference]) -> Iterator[Text]:
    plan, found = report.plan, report.resource
    if plan is None:
        return
    yield _row("plan", plan.summary)
    # The plan of a refresh is the drift, which is shown as such.
    if report.operation.kind is not OperationKind.REFRESH or found is None or not found.drift:
        yield from difference_lines(planned)
    if plan.action == REPLACE:
        yield _row("", "the object is destroyed, with what it holds, and made anew")
    if plan.unknown:
        yield _row("", f"known after the change: {', '.join(plan.unknown)}")
    if plan.deprecated:
        yield _row("", f"deprecated by the provider: {', '.join(plan.deprecated)}")


def _found(report: OperationReport) -> Iterator[Text]:
    resource = report.resource
    if resource is None:
        return
    if resource.missing:
        yield _row("cloud", "the object is gone")
    elif resource.drift:
        refreshed = report.operation.kind is OperationKind.REFRESH
        yield _row("drift", _DRIFTED if refreshed else _DIFFERENT)
        yield from difference_lines(resource.drift)
    elif report.operation.kind is OperationKind.REFRESH and report.plan is not None:
        yield _row("drift", "none: the cloud is as remembered")
    if resource.tainted:
        yield _row("tainted", "the object is only half made; the next update replaces it")
    if report.operation.kind is OperationKind.READ:
        yield from attribute_lines(resource.attributes)


def _wish(cancellation: Cancellation) -> str:
    when = cancellation.at.isoformat(timespec="seconds")
    return f"asked by {cancellation.by} at {when}; a call that is in flight is finished first"


def _row(label: str, text: str) -> Text:
    return Text(f"{_ASIDE}{label:<9}  {one_line(text)}")


def provider_words(provider: str, alias: str, version: str) -> str:
    """Return a provider as `hashicorp/aws.west 3.39.0`, less what of it is empty."""
    return f"{provider}{'.' if alias else ''}{alias} {version}".strip()
