"""Explanations of what the language has beside plain bodies: branches, helpers, modifiers, imports, v0."""

from collections.abc import AsyncIterator

import pytest

from engine.adapters.rego.why.explainer import RegorusExplainer
from tests.unit.why_stage import explained, text

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.3.why")]


@pytest.fixture
async def explainer() -> AsyncIterator[RegorusExplainer]:
    async with RegorusExplainer() as explainer:
        yield explainer


async def test_else_branches_and_defaults_are_tried_in_their_order(explainer: RegorusExplainer) -> None:
    body = """
default deny := ["by default"]

deny := ["first"] if {
	input.n == 1
} else := ["second"] if {
	input.n == 2
} else := ["third"] if input.n == 3
"""
    assert text((await explained(explainer, body, {"n": 2})).rules) == [
        "deny 5",
        "body 5 stopped x1",
        "- 6: input.n == 1",
        "  input.n = 2",
        "else 7 held x1",
        "+ 8: input.n == 2",
        "  said ['second']",
        "else 9 not_tried x1",
        "deny 3",
        "default 3 not_tried x1",
    ]
    assert text((await explained(explainer, body, {"n": 4})).rules)[-3:] == [
        "deny 3",
        "default 3 held x1",
        "  said ['by default']",
    ]


async def test_helper_rules_are_told_after_the_rules_that_refer_to_them(explainer: RegorusExplainer) -> None:
    body = """
_limit := 3

deny contains reason if some reason in _reasons

_reasons contains "too many" if {
	_is_large
	input.kind == "bucket"
}

_is_large if count(input.items) > _limit

_unused contains "x" if input.x
"""
    explanation = await explained(explainer, body, {"items": [1], "kind": "bucket"})
    assert text(explanation.rules) == [
        "deny 5",
        "body 5 stopped x1",
        "- 5: some reason in _reasons",
        "  _reasons = []",
    ]
    assert text(explanation.helpers) == [
        "_reasons 7",
        "body 7 stopped x1",
        "- 8: _is_large",
        "  _is_large = undefined",
        "_is_large 12",
        "body 12 stopped x1",
        "- 12: count(input.items) > _limit",
        "  count(input.items) = 1",
        "  input.items = [1]",
        "  _limit = 3",
    ]


async def test_a_function_of_the_policy_is_told_by_its_value(explainer: RegorusExplainer) -> None:
    body = "allow contains 1 if is_small(input.n)\n\nis_small(n) if n < 3\n"
    explanation = await explained(explainer, body, {"n": 5})
    assert text(explanation.rules)[2:] == [
        "- 2: is_small(input.n)",
        "  is_small(input.n) = undefined",
        "  input.n = 5",
    ]
    assert explanation.helpers == ()


async def test_values_are_found_under_the_modifiers_of_their_expression(explainer: RegorusExplainer) -> None:
    body = 'deny contains 1 if {\n\t_name == "b" with input.name as "c"\n}\n\n_name := input.name\n'
    assert text((await explained(explainer, body, {"name": "a"})).rules)[2:] == [
        '- 3: _name == "b" with input.name as "c"',
        "  _name = 'c'",
    ]


async def test_parameters_and_imports_are_those_of_the_policy(explainer: RegorusExplainer) -> None:
    body = (
        "import data.parameters as p\nimport input.resource\n\ndeny contains 1 if resource.size > p.largest\n"
    )
    explanation = await explained(explainer, body, {"resource": {"size": 2}}, parameters={"largest": 5})
    assert text(explanation.rules)[2:] == [
        "- 5: resource.size > p.largest",
        "  resource.size = 2",
        "  p.largest = 5",
    ]


async def test_the_old_language_is_explained(explainer: RegorusExplainer) -> None:
    body = "deny[msg] {\n\tmsg := input.name\n\tinput.bad == true\n}\n"
    assert text((await explained(explainer, body, {"name": "n", "bad": False}, rego_v0=True)).rules) == [
        "deny 2",
        "body 2 stopped x1",
        "+ 3: msg := input.name",
        "- 4: input.bad == true",
        "  with msg = 'n'",
        "  input.bad = False",
    ]


async def test_what_the_engine_reads_otherwise_is_shown_as_it_was_written(
    explainer: RegorusExplainer,
) -> None:
    body = 'deny contains $"é {input.if}" if { "ü" == input.default; `x` != input.else }\n'
    given = {"default": "ü", "else": "x", "if": 1}
    assert text((await explained(explainer, body, given)).rules) == [
        "deny 2",
        "body 2 stopped x1",
        '+ 2: "ü" == input.default',
        "- 2: `x` != input.else",
        "  input.else = 'x'",
    ]
