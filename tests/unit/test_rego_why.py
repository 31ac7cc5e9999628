"""Why the rules of a policy said what they said: the expression of each body that decided."""

from collections.abc import AsyncIterator

import pytest

from engine.adapters.rego.why.explainer import RegorusExplainer
from tests.unit.why_stage import explained, text

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.3.why")]


@pytest.fixture
async def explainer() -> AsyncIterator[RegorusExplainer]:
    async with RegorusExplainer() as explainer:
        yield explainer


async def test_the_first_expression_that_does_not_hold_is_told_with_its_values(
    explainer: RegorusExplainer,
) -> None:
    body = """
deny contains msg if {
	input.operation in {"create", "update"} # both
	"acl" in input.unknown
	not input.acl == "private"
	msg := sprintf("%s is public", [input.name])
}
"""
    given = {"operation": "create", "unknown": ["id", "acl"], "acl": "private"}
    explanation = await explained(explainer, body, given)
    assert (explanation.policy_id, explanation.name, explanation.version) == ("p", "rules", 3)
    assert text(explanation.rules) == [
        "deny 3",
        "body 3 stopped x1",
        '+ 4: input.operation in {"create", "update"}',
        '+ 5: "acl" in input.unknown',
        '- 6: not input.acl == "private"',
        "  input.acl = 'private'",
    ]


async def test_a_body_that_holds_says_what_its_head_says(explainer: RegorusExplainer) -> None:
    explanation = await explained(
        explainer, 'warn contains {"msg": n} if some n in input.names\n', {"names": ["b", "a"]}
    )
    assert text(explanation.rules) == [
        "warn 2",
        "body 2 held x2",
        "+ 2: some n in input.names",
        "  said {'msg': 'b'}",
        "  said {'msg': 'a'}",
    ]


async def test_a_reason_without_a_value_is_what_decided(explainer: RegorusExplainer) -> None:
    explanation = await explained(explainer, "deny contains upper(input.name) if input.bad\n", {"bad": True})
    assert text(explanation.rules) == [
        "deny 2",
        "body 2 stopped x1",
        "+ 2: input.bad",
        "- 2: upper(input.name)",
        "  upper(input.name) = undefined",
        "  input.name = undefined",
    ]


async def test_of_several_bindings_the_furthest_is_counted_and_one_is_shown(
    explainer: RegorusExplainer,
) -> None:
    body = """
review contains "big" if {
	some i, size in input.sizes
	size > 1
	allowed := input.allowed[i]
	size > allowed
}
"""
    given = {"sizes": [1, 2, 3, 4], "allowed": [9, 9, 9]}
    assert text((await explained(explainer, body, given)).rules) == [
        "review 3",
        "body 3 stopped x2",
        "+ 4: some i, size in input.sizes",
        "+ 5: size > 1",
        "+ 6: allowed := input.allowed[i]",
        "- 7: size > allowed",
        "  with allowed = 9",
        "  with i = 1",
        "  with size = 2",
        "  size = 2",
        "  allowed = 9",
    ]


async def test_iteration_without_some_is_followed(explainer: RegorusExplainer) -> None:
    body = """allow contains x if {
	input.list[i] == input.want
	x := input.names[i]
	x != input.names[0]
}
"""
    given = {"list": [5, 6], "want": 5, "names": ["a", "b"]}
    assert text((await explained(explainer, body, given)).rules) == [
        "allow 2",
        "body 2 stopped x1",
        "+ 3: input.list[i] == input.want",
        "+ 4: x := input.names[i]",
        "- 5: x != input.names[0]",
        "  with i = 0",
        "  with x = 'a'",
        "  x = 'a'",
        "  input.names[0] = 'a'",
    ]


async def test_an_assignment_without_a_value_shows_what_it_was_to_take(explainer: RegorusExplainer) -> None:
    body = "deny contains x if {\n\tsome k in input.keys\n\tx := input.tags[k][_]\n}\n"
    assert text((await explained(explainer, body, {"keys": ["a"], "tags": {"b": [1]}})).rules) == [
        "deny 2",
        "body 2 stopped x1",
        "+ 3: some k in input.keys",
        "- 4: x := input.tags[k][_]",
        "  with k = 'a'",
        "  input.tags[k][_] = undefined",
        "  k = 'a'",
    ]


async def test_the_inside_of_an_every_is_told_for_an_element_that_breaks_it(
    explainer: RegorusExplainer,
) -> None:
    body = """
allow contains "all" if {
	every key, value in input.tags {
		key != "x"
		value == lower(value)
	}
}
"""
    assert text((await explained(explainer, body, {"tags": {"a": "b", "c": "D"}})).rules) == [
        "allow 3",
        "body 3 stopped x1",
        '- 4: every key, value in input.tags {\n\t\tkey != "x"\n\t\tvalue == lower(value)\n\t}',
        "  input.tags = {'a': 'b', 'c': 'D'}",
        "> every 4 stopped x1",
        '> + 5: key != "x"',
        "> - 6: value == lower(value)",
        ">   with key = 'c'",
        ">   with value = 'D'",
        ">   value = 'D'",
        ">   lower(value) = 'd'",
    ]


async def test_an_every_over_nothing_that_exists_has_no_inside(explainer: RegorusExplainer) -> None:
    body = 'allow contains "all" if every value in input.tags { value }\n'
    assert text((await explained(explainer, body, {})).rules)[1:] == [
        "body 2 stopped x1",
        "- 2: every value in input.tags { value }",
        "  input.tags = undefined",
    ]


async def test_an_expression_that_raises_is_what_decided(explainer: RegorusExplainer) -> None:
    body = "deny contains 1 if {\n\tinput.a\n\tto_number(input.a) > 1\n}\n"
    assert text((await explained(explainer, body, {"a": "x"})).rules) == [
        "deny 2",
        "body 2 failed x1",
        "+ 3: input.a",
        "- 4: to_number(input.a) > 1",
        "  input.a = 'x'",
        "  could not parse string as number",
    ]


async def test_a_head_that_raises_is_what_decided(explainer: RegorusExplainer) -> None:
    body = "deny contains 1 / input.n if input.bad\n"
    assert text((await explained(explainer, body, {"n": 0, "bad": True})).rules)[1:] == [
        "body 2 failed x1",
        "+ 2: input.bad",
        "- 2: 1 / input.n",
        "  input.n = 0",
        "  divide by zero",
    ]
