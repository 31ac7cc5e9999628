"""What the value of a test rule says: whether it passed, and each of its cases."""

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from engine.adapters.rego.suite.declared import Shape
from engine.adapters.rego.wire import Message
from engine.core.limits import SUITE_TEXT_MAX_CHARS

# The keys of a case, and whether it held.
Case: TypeAlias = tuple[list[Any], bool]


def judged(shape: Shape, value: Any, *, is_defined: bool) -> Message:  # noqa: ANN401  # any JSON value
    """Return outcome, message and cases of a test rule's value."""
    if is_defined and shape is Shape.SET and isinstance(value, list):
        return _answer([([member], True) for member in value])
    if is_defined and shape is Shape.KEYED and isinstance(value, dict):
        return _answer(_leaves(value, []))
    if is_defined and value is True:
        return {"outcome": "pass", "message": "", "cases": []}
    words = f"its value is {json.dumps(value)}" if is_defined else "it is undefined"
    return {"outcome": "fail", "message": words[:SUITE_TEXT_MAX_CHARS], "cases": []}


def with_missing(answer: Message, expected: Sequence[Sequence[Any]]) -> Message:
    """Return an answer in which each expected case that has no value is one that did not hold."""
    known = [tuple(map(spelt, keys)) for keys, _ in answer["cases"]]
    cases = [(expected_keys(keys, expected), held) for keys, held in answer["cases"]]
    missing = [(list(keys), False) for keys in expected if tuple(map(spelt, keys)) not in known]
    return _answer([*cases, *missing]) if cases or missing else answer


def expected_keys(keys: Sequence[Any], expected: Sequence[Sequence[Any]]) -> list[Any]:
    """Return keys as the statements give them: those of a JSON object are text, whatever they were."""
    spelt_keys = tuple(map(spelt, keys))
    return next((list(known) for known in expected if tuple(map(spelt, known)) == spelt_keys), list(keys))


def spelt(member: Any) -> str:  # noqa: ANN401  # any JSON value
    """Return a key as people read it: text as it is, all else as JSON."""
    return member if isinstance(member, str) else json.dumps(member)


def _answer(cases: list[Case]) -> Message:
    if not cases:
        return {"outcome": "fail", "message": "it has no case", "cases": []}
    outcome = "pass" if all(held for _, held in cases) else "fail"
    return {
        "outcome": outcome,
        "message": "",
        "cases": sorted(cases, key=lambda case: [spelt(key) for key in case[0]]),
    }


def _leaves(value: dict[str, Any], path: list[Any]) -> list[Case]:
    found: list[Case] = []
    for key, held in value.items():
        if isinstance(held, dict) and held:
            found += _leaves(held, [*path, key])
        else:
            found.append(([*path, key], held is True))
    return found
