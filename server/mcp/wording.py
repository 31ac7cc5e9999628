"""The text part of an answer: the same as its structured part, shorter, most important things first.

What others wrote (providers, policies, callers) never begins a line: it follows a word of ours, on the same
line or after the mark of a quotation.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pydantic import BaseModel

from engine.core.drawing import as_text
from engine.core.operations.operation import OperationError
from engine.core.plans.plan import REPLACE
from engine.core.policy.decision import Outcome
from engine.service.awaited import missing_words
from engine.service.change_sets.reported import ReportedSet
from engine.service.report import ReportedOperation
from engine.service.reported_steps import ReportedInterruption, ReportedStep
from server.mcp.results import IntentResult, ShownResource, Standing
from server.mcp.shown_decision import ShownDecision
from server.problems import NOBODY_ALLOWS, NONE_APPLIES, NOTHING_BINDS, leaves_a_choice, listing

_CUT: Final = " …(cut; the structured part has the rest)"
_CHANGES_MAX: Final = 12
_NEXT: Final = {
    "wait": "Next: wait. It goes on; call operation=status with operation_id={id} in a few seconds.",
    "approve": "Next: approve. A person must run `intent approve {id}`; "
    "then call operation=resume with operation_id={id}.",
    "resume": "Next: resume. Call operation=resume with operation_id={id}.",
    "decide": "Next: decide. The cloud no longer has this object. Ask the person what is to become of it; "
    "then call operation=refresh with resource_id and missing=recreate (make it anew), forget (end its "
    "record) or keep (leave it as it is).",
    "fix": "Next: fix. Nothing more happens; change the request and call again.",
}
_CHOICE: Final = (
    "To put the cloud right: operation=update with config={}. To keep what was found: operation=refresh with "
    "accept=save."
)


def fitted(text: str, limit: int) -> str:
    """Return text of at most `limit` bytes of UTF-8; one that was longer says so at its end."""
    whole = text.encode()
    if len(whole) <= limit:
        return text
    return whole[: limit - len(_CUT.encode())].decode(errors="ignore") + _CUT


def intent_text(result: IntentResult) -> str:
    """Return an answer of the tool `intent` in words."""
    return joined([*_standing(result), *_members(result)])


def joined(lines: Iterable[str]) -> str:
    """Return lines as one text."""
    # INVARIANT: a line break in what others wrote does not begin a line that reads like ours.
    return "\n".join(line.replace("\n", "\\n") for line in lines)


def _quoted(name: str, words: str) -> Iterator[str]:
    yield f"{name}:"
    yield from (f"  | {line}" for line in words.splitlines())


def _standing(found: Standing) -> Iterator[str]:
    decision, operation = found.decision, found.operation
    if decision is not None and decision.outcome is Outcome.DENIED:
        yield "Policy violation: " + ", ".join(decision.deny)
    if operation is not None:
        yield from _operation(operation)
        if found.next in _NEXT:
            yield _NEXT[found.next].format(id=operation.id)
        yield from _approvals(operation)
    if found.error is not None:
        yield from error_lines(found.error)
    if found.plan is not None and not _leaves_a_choice(found):
        changed = "" if found.change_set else f"; changed: {', '.join(found.plan.changed) or 'nothing'}"
        yield f"plan: {found.plan.summary}{changed}"
        if found.plan.action == REPLACE:
            yield "replaced: the object is destroyed, with what it holds, and made anew"
    yield from _changes(found.change_set)
    if decision is not None:
        yield from _decision(decision, operation.project if operation is not None else "")
    if found.resource is not None:
        yield from _resource(found.resource)
    yield from _steps(found.steps)
    yield from _interruption(found.interruption)
    if _leaves_a_choice(found) and found.next != "decide":
        yield _CHOICE


def _approvals(operation: ReportedOperation) -> Iterator[str]:
    for demand in operation.demands:
        if demand.missing:
            yield f"approval: {missing_words(demand)}"
    for approval in operation.approvals:
        if approval.void:
            yield f"approval by {approval.approver}: void, {approval.void_because}"
        else:
            yield f"approval by {approval.approver}: {'used' if approval.used_at else 'given'}"
    if operation.expires_at is not None:
        yield f"expires: {operation.expires_at}"


def _operation(operation: ReportedOperation) -> Iterator[str]:
    subject = operation.resource_id or operation.resource_type
    restored = "" if operation.restores is None else f" to version {operation.restores}"
    rehearsed = " (dry run)" if operation.dry_run else ""
    place = f"{subject}{restored} in {operation.project}"
    yield f"{operation.kind.value} {place}{rehearsed}: {operation.state.value}"
    yield f"operation_id: {operation.id}"
    if operation.cancellation is not None:
        yield f"cancel: asked by {operation.cancellation.by}; a call that is in flight is finished first"


def _changes(found: ReportedSet | None) -> Iterator[str]:
    if found is None:
        return
    yield f"changes: {found.summary}"
    for change in sorted(found.shortened(_CHANGES_MAX).changes, key=lambda each: each.step):
        state = change.state.value if change.state is not None else "not begun"
        plan = f": {change.plan}" if change.plan else ""
        wrong = f" ({change.error.message})" if change.error is not None else ""
        what = f"{change.kind.value} {change.resource_id} {change.resource_type}".rstrip()
        yield f"  step {change.step} {what}{plan}; {state}{wrong}"
    if found.total > _CHANGES_MAX:
        yield f"  and {found.total - _CHANGES_MAX} more; the structured part has the first of them"


def _leaves_a_choice(found: Standing) -> bool:
    operation, resource = found.operation, found.resource
    if operation is None or resource is None:
        return False
    differs = bool(resource.drift or resource.missing)
    return leaves_a_choice(operation, decided=found.decision is not None, differs=differs)


def error_lines(error: OperationError) -> Iterator[str]:
    """Yield an error: what is wrong, the way out, and the words from outside as a quotation."""
    yield f"Error ({error.code}): {error.message}"
    if error.hint:
        yield f"Way out: {error.hint}"
    if error.untrusted_detail:
        yield from _quoted("untrusted_detail", error.untrusted_detail)


def _decision(decision: ShownDecision, project: str) -> Iterator[str]:
    asked = [f"{policy.name} v{policy.version}" for policy in decision.policies]
    by = listing(decision.decided_by or asked)
    why = f" by {by}" if by else f": {NOTHING_BINDS.format(project=project)}"
    if not by and decision.not_applicable:
        why = f": {NONE_APPLIES}"
    elif decision.outcome is Outcome.PENDING_REVIEW and not decision.review:
        why += f": {NOBODY_ALLOWS}"
    yield f"decision: {decision.outcome.value}{why}"
    for waiver in decision.waivers:
        yield f"  waived: {waiver.policy} by {waiver.owner} until {waiver.expires_at}: {waiver.reason}"
    for rule in ("review", "warn", "allow"):
        for reason in getattr(decision, rule):
            yield f"  {rule}: {reason}"
    for demand in decision.demands:
        yield f"  asks for {demand.words}: {demand.reason}"


def _resource(resource: ShownResource) -> Iterator[str]:
    # What a data source says, and what was never made, has no version.
    if resource.version:
        yield f"resource {resource.resource_id}: {resource.what}, version {resource.version}"
    if resource.missing:
        yield "missing: the cloud no longer has this object"
    if resource.tainted:
        yield "tainted: the next update replaces this object"
    for change in () if resource.missing else resource.drift:
        yield f"drift {change.path}: {json.dumps(change.before)} -> {json.dumps(change.after)}"
    if resource.attributes is not None:
        yield "attributes: " + json.dumps(resource.attributes, ensure_ascii=False)


def _interruption(known: ReportedInterruption | None) -> Iterator[str]:
    if known is not None and known.found_by is not None:
        yield f"interrupted: told by {known.found_by.value}"
    elif known is not None and known.looks:
        asked = ", ".join(f"{look.source.value} {look.finding.value}" for look in known.looks)
        yield f"interrupted, no place tells: {asked}"


def _steps(steps: Sequence[ReportedStep]) -> Iterator[str]:
    if steps:
        each = [f"{s.kind.value} {s.outcome.value if s.outcome else 'under way'}" for s in steps]
        yield f"steps: {', '.join(each)}"
    for event in (event for step in steps for event in step.events if event.untrusted_object_id is not None):
        named = json.dumps(event.untrusted_object_id)
        yield f"  {event.type} {event.action} at {event.at}: untrusted_object_id {named}"


def _members(result: IntentResult) -> Iterator[str]:
    for each in result.operations:
        yield from _standing(each)
    if result.projects is not None:
        for p in result.projects:
            yield f"project {p.project}{' (default)' if p.default else ''}{f': {p.time}' if p.time else ''}"
        if not result.projects:
            yield "There are no projects yet; a create without `project` makes the default one."
    if result.overview is not None:
        yield from _compact(result.overview)
    yield from (f"version: {_row(each.model_dump(mode='json'))}" for each in result.versions)
    if result.graph is not None:
        yield from as_text(result.graph).splitlines()
    if result.export is not None:
        yield from (f"note: {note}" for note in result.export.notes)
        if result.export.untrusted_reason:
            yield from _quoted("untrusted_reason", result.export.untrusted_reason)
        for name, content in result.export.files.items():
            yield from _quoted(f"file {name} ({len(content.encode())} bytes)", content)


def _compact(model: BaseModel) -> Iterator[str]:
    """Yield each member of a model on a line of its own, an item of a list likewise."""
    for name, value in model.model_dump(mode="json").items():
        if not isinstance(value, list):
            yield f"{name}: {_row(value) if isinstance(value, dict) else value}"
        for item in value if isinstance(value, list) else ():
            yield f"{name}: {item if isinstance(item, str) else _row(item)}"


def _row(item: dict[str, object]) -> str:
    shown = {key: value for key, value in item.items() if value not in ("", [], False, None)}
    return " ".join(f"{k}=({_row(v)})" if isinstance(v, dict) else f"{k}={v}" for k, v in shown.items())
