"""What every policy explainer must do, held against the one in memory and the one on regorus."""

from collections.abc import AsyncIterator

import pytest

from engine.adapters.rego.why.explainer import RegorusExplainer
from engine.core.policy.policies import PolicySource, RegoVersion
from engine.ports.explainer import PolicyExplainer
from engine.testing.explainers import ScriptedExplainer

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.3.why")]


@pytest.fixture(params=["scripted", "regorus"])
async def explainer(request: pytest.FixtureRequest) -> AsyncIterator[PolicyExplainer]:
    if request.param == "scripted":
        yield ScriptedExplainer()
        return
    async with RegorusExplainer() as explainer:
        yield explainer


def policy(source: str) -> PolicySource:
    return PolicySource(id="p", name="rules", version=2, rego_version=RegoVersion.V1, source=source)


async def test_each_definition_is_told_with_its_rule_and_line(explainer: PolicyExplainer) -> None:
    asked = policy(
        'package intent\n\nallow contains "a"\n\ndeny contains "d" if 1 == 1\nallow contains "b"\n'
    )
    told = await explainer.explain(asked, {})
    assert (told.policy_id, told.name, told.version, told.digest) == ("p", "rules", 2, asked.digest)
    assert sorted((rule.line, rule.rule) for rule in told.rules) == [(3, "allow"), (5, "deny"), (6, "allow")]
    assert {body.verdict for rule in told.rules for body in rule.bodies} == {"held"}
    assert told.failure is None


async def test_what_is_no_module_is_a_failure_and_no_error(explainer: PolicyExplainer) -> None:
    told = await explainer.explain(policy("deny contains"), {})
    assert told.failure is not None
    assert (told.failure.code, told.rules) == ("policy_invalid", ())
