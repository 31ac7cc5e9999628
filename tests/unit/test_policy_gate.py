"""The gate around a scripted evaluator, and the command that asks it about files."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import JsonValue

from engine.core.digest import digest
from engine.core.errors import InvalidInput
from engine.core.policy.decision import Decision, Outcome, PolicyAnswer, PolicyFailure, answer_of, decide
from engine.core.policy.policies import Finding, PolicySource, RegoVersion, policy_set_digest
from engine.service.gate import gate
from engine.testing.evaluators import Said, ScriptedEvaluator
from server.cli.policy.decision import decide_on, decision_document, decision_text
from server.cli.policy.given import source_in
from server.problems import exit_of_outcome

pytestmark = pytest.mark.anyio

INPUT: JsonValue = {"resource": {"resource_id": "logs"}}


def policy(name: str) -> PolicySource:
    return PolicySource(id=name, name=name, version=1, rego_version=RegoVersion.V1, source=f"# {name}")


def speaking(**said: Said) -> ScriptedEvaluator:
    return ScriptedEvaluator({f"# {name}": words for name, words in said.items()})


async def test_the_decision_names_input_policies_and_engine() -> None:
    evaluator, policies = speaking(a={"allow": ["yes"]}, b={"warn": ["hm"]}), [policy("a"), policy("b")]
    assert await gate(evaluator, policies, INPUT) == decide(
        (answer_of(policies[0], {"allow": ["yes"]}), answer_of(policies[1], {"warn": ["hm"]})),
        input_digest=digest(INPUT),
        policy_digest=policy_set_digest(policies),
        engine="scripted 1",
    )
    assert evaluator.seen == [INPUT]


class Forgetful(ScriptedEvaluator):
    """Loses or swaps answers, as no evaluator may."""

    def __init__(self, kept: slice) -> None:
        super().__init__({"# a": {"allow": ["yes"]}, "# b": {"deny": ["no"]}})
        self._kept = kept

    async def evaluate(
        self, policies: Sequence[PolicySource], policy_input: JsonValue
    ) -> tuple[PolicyAnswer, ...]:
        """Return only the kept answers."""
        return (await super().evaluate(policies, policy_input))[self._kept]


@pytest.mark.parametrize("kept", [slice(0), slice(1), slice(1, 2), slice(None, None, -1)])
async def test_an_answer_that_is_missing_or_out_of_place_denies(kept: slice) -> None:
    decision = await gate(Forgetful(kept), [policy("a"), policy("b")], INPUT)
    assert decision.outcome is Outcome.DENIED
    assert [answer.failure and answer.failure.code for answer in decision.policies] == ["policy_error"] * 2


async def test_the_script_sorts_its_findings_and_names_the_policy() -> None:
    mild = Finding(policy="", line=1, column=1, code="c", message="m", hint="h", blocking=False)
    grave = mild.model_copy(update={"blocking": True})
    evaluator = ScriptedEvaluator({}, {"# a": [mild, grave]})
    named = [finding.model_copy(update={"policy": "a"}) for finding in (grave, mild)]
    assert list((await evaluator.check(policy("a"))).findings) == named


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "a.rego").write_text("# a", encoding="utf-8")
    (tmp_path / "b.rego").write_text("# b", encoding="utf-8")
    (tmp_path / "input.json").write_text(json.dumps(INPUT), encoding="utf-8")
    return tmp_path


async def evaluate_files(
    evaluator: ScriptedEvaluator, paths: Sequence[Path], input_file: Path, *, rego_v0: bool = False
) -> Decision:
    sources = [await source_in(path, rego_v0=rego_v0) for path in paths]
    return await decide_on(evaluator, sources, input_file)


async def test_files_are_evaluated_and_printed(files: Path) -> None:
    failure = PolicyFailure(code="policy_error", message="b:1:1: divide by zero")
    evaluator = speaking(a={"allow": ["yes\u202e"], "warn": ["hm\x1b[2J"]}, b=failure)
    paths = [files / "a.rego", files / "b.rego"]
    decision = await evaluate_files(evaluator, paths, files / "input.json")
    document = decision_document(decision)
    assert list(document) == [
        "format_version",
        "outcome",
        "deny",
        "allow",
        "review",
        "warn",
        "demands",
        "policies",
    ]
    assert document["outcome"] == "denied"
    assert [entry["name"] for entry in json.loads(json.dumps(document))["policies"]] == [
        str(path) for path in paths
    ]
    assert exit_of_outcome(decision.outcome) == 3
    assert decision_text(decision).splitlines() == [
        "denied",
        f"  deny: {paths[1]}: policy_error: b:1:1: divide by zero",
        "  allow: yes\\u202e",
        "  warn: hm\\u001b[2J",
    ]


async def test_silence_is_explained(files: Path) -> None:
    decision = await evaluate_files(speaking(), [files / "a.rego"], files / "input.json", rego_v0=True)
    assert decision_text(decision) == "pending review\n  no policy allows it and none denies it"
    assert exit_of_outcome(decision.outcome) == 4
    assert exit_of_outcome(Outcome.ALLOWED) == 0


async def test_a_dash_reads_the_input_from_stdin(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(INPUT).encode())))
    evaluator = speaking(a={"allow": ["yes"]})
    decision = await evaluate_files(evaluator, [files / "a.rego"], Path("-"))
    assert (decision.outcome, evaluator.seen) == (Outcome.ALLOWED, [INPUT])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is not JSON: Expecting value at line 1, column 1"),
        (b'{"a": 1,}', "is not JSON: Illegal trailing comma before end of object at line 1, column 8"),
        (b'{"a": NaN}', "is not JSON: NaN is no JSON number"),
        (b'{"a": -Infinity}', "is not JSON: -Infinity is no JSON number"),
        (b"[]", "is not a JSON object"),
        (b'"x"', "is not a JSON object"),
        (b'{"a": "\xff"}', "is not UTF-8 (byte 7)"),
        (b"[" * 100_000, "nests too deeply"),
    ],
)
async def test_a_malformed_input_is_refused_by_the_name_of_its_file(
    files: Path, content: bytes, why: str
) -> None:
    path = files / "bad.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        await evaluate_files(speaking(), [files / "a.rego"], path)
    assert refused.value.message.startswith(f"{path} is not JSON" if "JSON:" in why else f"{path} {why}")
    assert (refused.value.field, refused.value.hint is None) == ("input", False)


@pytest.mark.parametrize(("missing", "field"), [("a.rego", "policy"), ("input.json", "input")])
async def test_a_file_that_cannot_be_read_is_named(files: Path, missing: str, field: str) -> None:
    (files / missing).unlink()
    with pytest.raises(InvalidInput, match="cannot be read: No such file") as refused:
        await evaluate_files(speaking(), [files / "a.rego"], files / "input.json")
    assert refused.value.field == field
    assert str(files / missing) in refused.value.message


async def test_a_policy_that_is_not_utf8_is_refused(files: Path) -> None:
    (files / "a.rego").write_bytes(b"package intent\n# \xff")
    with pytest.raises(InvalidInput, match="is not UTF-8") as refused:
        await evaluate_files(speaking(), [files / "a.rego"], files / "input.json")
    assert refused.value.field == "policy"
