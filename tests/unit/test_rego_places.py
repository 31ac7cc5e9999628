"""Policies that are rewritten before the engine reads them work, and messages name their own places."""

import pytest

from engine.adapters.rego.library import EvaluationFailed, evaluate, load
from tests.unit.rego_stage import body, flaws


@pytest.mark.requirement("3.1.rewrite")
def test_a_policy_may_use_keywords_inside_references_and_text_with_expressions_inside() -> None:
    source = 'package intent\nallow contains $"{input.if.default} is {input.none}"\n'
    module = load(source, rego_v0=False)
    assert [flaw for flaw in module.flaws if flaw.blocking] == []
    assert evaluate(module, '{"if": {"default": [1, "a"]}}') == {"allow": ['[1, "a"] is <undefined>']}


@pytest.mark.requirement("3.1.rewrite")
@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('\tinput.if.in.as == $"{1}{2}"; snd(1)', (4, 31, "unknown_function")),
        ('\t$"{input.a}{snd(1)}" == 1', (4, 14, "unknown_function")),
        ("\tinput.as == 1; x := $", (4, 22, "syntax")),
        ('\tinternal.template_string(["a"])', (4, 2, "unknown_function")),
        (f'\tinput.x == $"{{1}}{"[" * 11}"', None),
        (f'\tx := $"{{{"[" * 8}}}"', (4, 17, "too_deep")),
    ],
)
def test_places_of_flaws_are_those_of_the_source(line: str, place: tuple[int, int, str] | None) -> None:
    assert [flaw[:3] for flaw in flaws(body(line))] == ([place] if place else [])


@pytest.mark.requirement("3.1.rewrite")
def test_places_of_failures_are_those_of_the_source() -> None:
    module = load(body('\tinput.if == $"{1}"; count(input.n) == 2'), rego_v0=False)
    with pytest.raises(EvaluationFailed) as failed:
        evaluate(module, '{"if": "1", "n": 1}')
    assert (failed.value.line, failed.value.column) == (4, 33)
