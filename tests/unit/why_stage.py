"""What the tests of explanations share: a policy, its explanation, and that as lines that a person reads."""

from collections.abc import Iterator
from typing import Any

from engine.adapters.rego.why.explainer import RegorusExplainer
from engine.core.policy.explain import BodyTold, Explanation, RuleTold, Seen
from engine.core.policy.policies import PolicySource, RegoVersion


def policy(source: str, *, rego_v0: bool = False, **more: Any) -> PolicySource:
    language = RegoVersion.V0 if rego_v0 else RegoVersion.V1
    return PolicySource(id="p", name="rules", version=3, rego_version=language, source=source, **more)


async def explained(explainer: RegorusExplainer, body: str, given: Any, **more: Any) -> Explanation:
    """Explain a policy; `body` is what follows the line of its package."""
    explanation = await explainer.explain(policy(f"package intent\n{body}", **more), given)
    assert explanation.failure is None
    return explanation


def seen(each: Seen) -> str:
    values = ", ".join(repr(value) for value in each.values) or "undefined"
    return f"{each.expression} = {values}{' …' if each.cut else ''}"


def lines(body: BodyTold, indent: str = "") -> Iterator[str]:
    """Yield a body as text, so that a test shows what a person would see."""
    yield f"{indent}{body.kind} {body.line} {body.verdict} x{body.bindings}"
    yield from (f"{indent}+ {each.line}: {each.text}" for each in body.held)
    yield from (f"{indent}- {each.line}: {each.text}" for each in body.stopped)
    yield from (f"{indent}  with {seen(each)}" for each in body.example)
    yield from (f"{indent}  {seen(each)}" for each in body.values)
    yield from (f"{indent}  said {each!r}" for each in body.said)
    if body.message:
        yield f"{indent}  {body.message}"
    if body.inside is not None:
        yield from lines(body.inside, f"{indent}> ")


def text(rules: tuple[RuleTold, ...]) -> list[str]:
    return [
        line
        for rule in rules
        for line in (f"{rule.rule} {rule.line}", *(line for body in rule.bodies for line in lines(body)))
    ]
