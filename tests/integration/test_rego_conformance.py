"""Open Policy Agent's own cases, run as policies are, and compared with the reviewed list of those that fail.

A case that wants an error passes only with one of a like reason: a conflict of values for a conflict; an
operand that the function refuses for an error of type or function. That a function is missing or forbidden,
that a source does not parse or that a worker dies is no such reason.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import anyio
import pytest

from engine.adapters.rego.process import Worker, WorkerLost

Case: TypeAlias = Mapping[str, Any]

BASELINE: Final = Path(__file__).parents[1] / "golden" / "rego_conformance.txt"
PROGRAM: Final = "tests.integration.rego_case_worker"
# Of all cases, and of those that call nothing that policies are forbidden to call (a tenth calls such).
SHARE_OF_ALL: Final = 0.9
SHARE_OF_ALLOWED: Final = 0.98
SECONDS: Final = 5.0
WORKERS: Final = 2

_CONFLICT: Final = re.compile(r"multiple outputs|multiple times|conflicts with")
# The engine's words where it could not begin, or stumbled over what crosses to Python.
_NO_REASON: Final = re.compile(r"unsafe|undefined variable|could not find|is forbidden|unhashable|scheduled")


@pytest.mark.anyio
@pytest.mark.requirement("3.1.conformance")
async def test_the_cases_that_fail_are_those_that_are_known(shared_conformance: Path) -> None:
    lines = (shared_conformance / "opa_v1_cases.jsonl").read_text().splitlines()
    cases = [case for line in lines if not (case := json.loads(line)).get("experimental_keywords")]
    answers = await _answers(cases)
    verdicts = [_verdict(case, answer) for case, answer in zip(cases, answers, strict=True)]

    found = sorted(
        f"{_name(case)}: {verdict}" for case, verdict in zip(cases, verdicts, strict=True) if verdict
    )
    known = _known()
    advice = [
        *(f"remove from {BASELINE.name}: {line}" for line in _without(known, found)),
        *(f"add to {BASELINE.name}: {line}" for line in _without(found, known)),
    ]
    assert advice == []
    assert [line for line in found if "where an error is wanted" in line] == []
    allowed = [verdict for verdict in verdicts if "is forbidden" not in verdict]
    assert verdicts.count("") / len(verdicts) >= SHARE_OF_ALL
    assert allowed.count("") / len(allowed) >= SHARE_OF_ALLOWED


def test_the_known_cases_are_sorted_and_named_once() -> None:
    assert _known() == sorted(_known())


def _known() -> list[str]:
    return [line for line in BASELINE.read_text().splitlines() if line and not line.startswith("#")]


def _without(lines: Sequence[str], others: Sequence[str]) -> list[str]:
    return sorted((Counter(lines) - Counter(others)).elements())


async def _answers(cases: Sequence[Case]) -> list[Mapping[str, Any]]:
    answers: list[Mapping[str, Any]] = [{}] * len(cases)
    pending = iter(range(len(cases)))

    async def work() -> None:
        worker = await Worker.start(PROGRAM)
        try:
            for number in pending:
                try:
                    answers[number] = await worker.ask(_request(cases[number]), SECONDS)
                except WorkerLost:
                    answers[number] = {"died": True}
                    worker = await Worker.start(PROGRAM)
        finally:
            await worker.stop()

    async with anyio.create_task_group() as group:
        for _ in range(WORKERS):
            group.start_soon(work)
    return answers


def _request(case: Case) -> dict[str, Any]:
    return {
        "do": "case",
        "modules": case.get("modules", []),
        "data": json.dumps(case.get("data") or {}),
        "input": json.dumps(case["input"]) if "input" in case else "",
        "term": case.get("input_term", ""),
        "query": case["query"],
    }


def _verdict(case: Case, answer: Mapping[str, Any]) -> str:
    """Return why a case fails, empty where it passes."""
    wants_error = "want_error" in case or "want_error_code" in case
    if "died" in answer:
        return "the worker died"
    if "refused" in answer:
        code, message = answer["refused"]
        is_conflict = case.get("want_error_code") == "eval_conflict_error" and code == "rule_conflict"
        return "" if is_conflict else f"refused: {code}: {message}"
    if "failed" in answer:
        return "" if wants_error and _is_like(case, answer["failed"]) else f"failed: {answer['failed']}"
    if wants_error:
        return "result where an error is wanted" if answer["bindings"] else "nothing where an error is wanted"
    return "" if _same(case, answer["bindings"]) else "another result"


def _is_like(case: Case, message: str) -> bool:
    if case.get("want_error_code") == "eval_conflict_error":
        return _CONFLICT.search(message) is not None
    return _NO_REASON.search(message) is None


def _same(case: Case, bindings: Sequence[Any]) -> bool:
    wanted = case.get("want_result") or []
    if not case.get("sort_bindings"):
        return sorted(map(_canonical, bindings)) == sorted(map(_canonical, wanted))
    return sorted(map(_sorted, bindings)) == sorted(map(_sorted, wanted))


def _sorted(binding: Mapping[str, Any]) -> str:
    """Return a binding with its arrays sorted, as the suite compares cases whose order is free."""
    loose = {
        name: sorted(map(_canonical, value)) if isinstance(value, list) else _canonical(value)
        for name, value in binding.items()
    }
    return _canonical(loose)


def _canonical(value: Any) -> str:  # any JSON value
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:  # any JSON value
    """Return a value in which numbers that are equal are the same: 3.0 is 3."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return value


def _name(case: Case) -> str:
    return f"{case['file'].removeprefix('v1/')} [{case['note']}]"
