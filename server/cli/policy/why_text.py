"""Explanations as people read them. What they mean is `engine.core.policy.explain`'s."""

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import JsonValue
from rich.text import Text

from engine.core.policy.explain import BodyTold, Explanation, Expression, RuleTold, Seen
from engine.service.policies.why import Why
from server.cli.output import FORMAT_VERSION, Screen, one_line, spelt

_HIDDEN_SHOWN: Final = 5
_VERDICTS: Final = {
    "held": "holds",
    "stopped": "does not hold",
    "failed": "fails",
    "not_tried": "is not tried: one before it holds",
    "unclear": "cannot be followed",
}


def show_why(screen: Screen, told: Why) -> None:
    """Print why a recorded decision came out as it did."""
    screen.show({"format_version": FORMAT_VERSION, **told.model_dump(mode="json")}, why_lines(told))


def show_explanations(screen: Screen, explanations: Sequence[Explanation]) -> None:
    """Print the explanations of given policies."""
    policies: list[JsonValue] = [explanation.model_dump(mode="json") for explanation in explanations]
    lines = [line for explanation in explanations for line in explanation_lines(explanation)]
    screen.show({"format_version": FORMAT_VERSION, "policies": policies}, lines)


def why_lines(told: Why) -> Iterator[Text]:
    """Yield why a recorded decision came out as it did, policy by policy."""
    yield Text(f"operation {told.operation_id}: {told.outcome.value.replace('_', ' ')}", "bold")
    for waiver in told.waivers:
        yield Text(one_line(f"  what {waiver.policy} denies is waived by {waiver.owner}: {waiver.reason}"))
    for name in told.not_applicable:
        yield Text(one_line(f"  {name} does not apply and was not asked"))
    for name in told.lost:
        yield Text(one_line(f"  {name} is no longer stored as it was and cannot be explained"))
    if told.redacted:
        hidden = ", ".join(told.redacted[:_HIDDEN_SHOWN])
        more = f" and {len(told.redacted) - _HIDDEN_SHOWN} more" if len(told.redacted) > _HIDDEN_SHOWN else ""
        yield Text(one_line(f"  the policies saw more than is shown: {hidden}{more} held a secret"))
    for explanation in told.policies:
        yield from explanation_lines(explanation)


def explanation_lines(explanation: Explanation) -> Iterator[Text]:
    """Yield the explanation of one policy: its rules, then the rules that those refer to."""
    version = f" v{explanation.version}" if explanation.version else ""
    yield Text(one_line(f"policy {explanation.name}{version}"), "bold")
    if explanation.failure is not None:
        failure = explanation.failure
        place = f"{failure.line}:{failure.column}: " if failure.line else ""
        yield Text(one_line(f"  cannot be explained: {place}{failure.code}: {failure.message}"), "red")
        return
    for rule in explanation.rules:
        yield from _rule(rule)
    if explanation.helpers:
        yield Text("  where they refer to")
    for rule in explanation.helpers:
        yield from _rule(rule)
    if explanation.left_out:
        yield Text(f"  and {explanation.left_out} more definitions, not shown")


def _rule(rule: RuleTold) -> Iterator[Text]:
    for body in rule.bodies:
        name = rule.rule if body.kind == "body" else f"{body.kind} {rule.rule}"
        yield Text.assemble((one_line(f"  {name}"), "bold"), f", line {body.line}: {_VERDICTS[body.verdict]}")
        yield from _body(body, "    ")


def _body(body: BodyTold, indent: str) -> Iterator[Text]:
    for expression in body.held:
        yield _expression(expression, f"{indent}+ ", "green")
    for expression in body.stopped:
        yield _expression(expression, f"{indent}- ", "red")
    shown = {each.expression for each in body.values}
    for each in (*body.values, *(name for name in body.example if name.expression not in shown)):
        yield Text(f"{indent}    {_seen(each)}")
    if body.bindings > 1 and body.stopped:
        yield Text(f"{indent}    one of {body.bindings} ways to get so far")
    for said in body.said:
        yield Text(f"{indent}  says {spelt(said)}")
    if body.message:
        yield Text(one_line(f"{indent}  {body.message}"))
    if body.inside is not None:
        yield Text(f"{indent}  inside, for one that breaks it:")
        yield from _body(body.inside, f"{indent}  ")


def _expression(expression: Expression, sign: str, style: str) -> Text:
    text = " ".join(line.strip() for line in expression.text.splitlines())
    return Text.assemble((sign, style), f"{expression.line}: {one_line(text)}")


def _seen(seen: Seen) -> str:
    values = " | ".join(spelt(value) for value in seen.values) if seen.values else "undefined"
    text = " ".join(line.strip() for line in seen.expression.splitlines())
    return f"{one_line(text)} = {values}{', …' if seen.cut else ''}"
