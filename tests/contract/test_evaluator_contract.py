"""What every policy evaluator must do, held against the one with a script and the one on regorus."""

import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import anyio
import pytest

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.core.policy.decision import PolicyAnswer, PolicyFailure, answer_of, decide
from engine.core.policy.policies import Finding, PolicySource, RegoVersion
from engine.ports.evaluator import PolicyEvaluator
from engine.service.gate import gate
from engine.testing.evaluators import CASE_INPUT, EVALUATOR_CASES, EvaluatorCase, Said, ScriptedEvaluator

pytestmark = pytest.mark.anyio

BROKEN = "package intent\ndeny contains\n"


def scripted() -> ScriptedEvaluator:
    said: dict[str, Said] = {
        case.source: PolicyFailure.model_validate({"code": case.said, "message": "scripted"})
        if isinstance(case.said, str)
        else case.said
        for case in EVALUATOR_CASES
    }
    finding = Finding(policy="", line=2, column=14, code="syntax", message="broken", hint="mend it")
    hint = finding.model_copy(update={"code": "unused", "blocking": False})
    return ScriptedEvaluator(said, {BROKEN: [hint, finding]})


@pytest.fixture(params=["scripted", "regorus"])
async def evaluator(request: pytest.FixtureRequest) -> AsyncIterator[PolicyEvaluator]:
    if request.param == "scripted":
        yield scripted()
    else:
        async with RegorusEvaluator() as regorus:
            yield regorus


def policy(case: EvaluatorCase, version: int = 1) -> PolicySource:
    name = case.name.replace(" ", "-")
    return PolicySource(
        id=f"id-{name}", name=name, version=version, rego_version=case.rego_version, source=case.source
    )


def without_chance(answer: PolicyAnswer) -> PolicyAnswer:
    """The answer without what differs from run to run or between engines: duration, words, places."""
    failure = answer.failure and PolicyFailure(code=answer.failure.code, message="")
    return answer.model_copy(update={"duration_ns": 0, "failure": failure})


def expected(case: EvaluatorCase, version: int = 1) -> PolicyAnswer:
    if isinstance(case.said, str):
        failure = PolicyFailure.model_validate({"code": case.said, "message": ""})
        return answer_of(policy(case, version), {}).model_copy(update={"failure": failure})
    return answer_of(policy(case, version), case.said)


@pytest.mark.requirement("2.5.port")
@pytest.mark.parametrize("case", EVALUATOR_CASES, ids=lambda case: case.name)
async def test_a_policy_says_what_it_says(evaluator: PolicyEvaluator, case: EvaluatorCase) -> None:
    answers = await evaluator.evaluate([policy(case)], CASE_INPUT)
    assert [without_chance(answer) for answer in answers] == [expected(case)]


async def test_each_policy_answers_alone_and_in_order(evaluator: PolicyEvaluator) -> None:
    policies = [policy(case, version) for version in (1, 2) for case in reversed(EVALUATOR_CASES)]
    answers = await evaluator.evaluate(policies, CASE_INPUT)
    wanted = [expected(case, version) for version in (1, 2) for case in reversed(EVALUATOR_CASES)]
    assert [without_chance(answer) for answer in answers] == wanted


async def test_no_policy_gives_no_answer(evaluator: PolicyEvaluator) -> None:
    assert await evaluator.evaluate([], CASE_INPUT) == ()


async def test_failures_say_why(evaluator: PolicyEvaluator) -> None:
    answers = await evaluator.evaluate([policy(case) for case in EVALUATOR_CASES], CASE_INPUT)
    assert all(answer.failure.message for answer in answers if answer.failure)


async def test_twenty_callers_at_once_get_their_own_answers(evaluator: PolicyEvaluator) -> None:
    got: dict[int, tuple[PolicyAnswer, ...]] = {}
    cases = [EVALUATOR_CASES[number % len(EVALUATOR_CASES)] for number in range(20)]

    async def call(number: int) -> None:
        got[number] = await evaluator.evaluate([policy(cases[number], number)], CASE_INPUT)

    async with anyio.create_task_group() as callers:
        for number in range(20):
            callers.start_soon(call, number)
    assert {number: [without_chance(answer) for answer in answers] for number, answers in got.items()} == {
        number: [expected(case, number)] for number, case in enumerate(cases)
    }


async def test_a_sound_policy_has_no_findings(evaluator: PolicyEvaluator) -> None:
    assert (await evaluator.check(policy(EVALUATOR_CASES[0]))).findings == ()


async def test_a_broken_policy_has_findings_in_its_name_blocking_ones_first(
    evaluator: PolicyEvaluator,
) -> None:
    broken = PolicySource(id="b", name="broken", version=1, rego_version=RegoVersion.V1, source=BROKEN)
    findings = (await evaluator.check(broken)).findings
    assert findings[0].blocking
    assert {finding.policy for finding in findings} == {"broken"}
    assert [finding.blocking for finding in findings] == sorted(
        (finding.blocking for finding in findings), reverse=True
    )


async def test_the_engine_has_a_name_and_a_version(evaluator: PolicyEvaluator) -> None:
    assert len(evaluator.engine.split()) == 2


def read_vectors(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "policy_decisions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def sources(policies: Iterable[dict[str, str]]) -> list[PolicySource]:
    return [
        PolicySource(
            id=f"p{number}",
            name=f"p{number}",
            version=1,
            rego_version=RegoVersion(given.get("rego_version", "v1")),
            source=given["rego"],
        )
        for number, given in enumerate(policies)
    ]


def disagreements(vector: dict[str, Any], answers: tuple[PolicyAnswer, ...]) -> list[str]:
    """What of a vector did not come out."""
    decision = decide(answers, input_digest="i", policy_digest="p", engine="e")
    found = [] if decision.outcome == vector["outcome"] else [f"{vector['name']}: {decision.outcome}"]
    for rule in ("deny", "allow", "review", "warn"):
        missing = set(vector.get(rule, ())) - set(getattr(decision, rule))
        found += [f"{vector['name']}: {rule} lacks {reason}" for reason in missing]
    if decision.sample != vector.get("sample", decision.sample):
        found.append(f"{vector['name']}: sample is {decision.sample}")
    codes = {answer.failure.code for answer in answers if answer.failure}
    if codes != ({vector["code"]} if "code" in vector else set()):
        found.append(f"{vector['name']}: failures {codes}")
    return found


@pytest.mark.requirement("2.5.vectors")
async def test_regorus_agrees_with_every_vector(shared_vectors: Path) -> None:
    vectors = read_vectors(shared_vectors)
    assert len(vectors) > 20
    async with RegorusEvaluator() as evaluator:
        found = []
        for vector in vectors:
            decision = await gate(evaluator, sources(vector["policies"]), vector["input"])
            found += disagreements(vector, decision.policies)
    assert found == []


@pytest.mark.requirement("2.5.vectors")
async def test_the_script_agrees_with_every_vector(shared_vectors: Path) -> None:
    found = []
    for vector in read_vectors(shared_vectors):
        policies = sources(vector["policies"])
        rules = ("deny", "allow", "review", "warn", "sample")
        words = {rule: vector[rule] for rule in rules if rule in vector}
        said: Said = words
        if "code" in vector:
            said = PolicyFailure(code=vector["code"], message="scripted")
        elif vector["outcome"] == "denied" and "deny" not in vector:
            said = {"deny": [""]}
        elif vector["outcome"] == "allowed" and policies and "allow" not in vector:
            said = {**words, "allow": [""]}
        evaluator = ScriptedEvaluator({source.source: said for source in policies[:1]})
        decision = await gate(evaluator, policies, vector["input"])
        found += disagreements(vector, decision.policies)
    assert found == []
