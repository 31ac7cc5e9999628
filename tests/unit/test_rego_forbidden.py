"""What policies may not call is still Rego: it may be named and replaced, and raises where it is called."""

import json

import pytest

from engine.adapters.rego.library import load
from engine.adapters.rego.linking import link
from engine.adapters.rego.parsing import parse

MOCKED = """package p
now := 7
asked := time.now_ns()
replaced := x if x := asked with time.now_ns as now
valued := x if x := http.send({}) with http.send as {"status": 200}
"""


def answer(query: str) -> object:
    """What a query over `MOCKED` gives, as Rego that is no policy."""
    linked = link({"m": parse(MOCKED, rego_v0=False)}, rego_v0=False)
    assert [flaw for _, flaw in linked.flaws if flaw.blocking] == []
    return json.loads(linked.engine.clone().eval_query_as_json(query))["result"][0]["expressions"][0]["value"]


@pytest.mark.requirement("3.1.conformance")
@pytest.mark.parametrize(("query", "value"), [("data.p.replaced", 7), ("data.p.valued", {"status": 200})])
def test_a_forbidden_function_may_be_replaced_in_what_is_no_policy(query: str, value: object) -> None:
    assert answer(query) == value


@pytest.mark.requirement("3.1.forbidden")
@pytest.mark.parametrize("query", ["data.p.asked", "data.p", "time.now_ns()", "http.send({})"])
def test_a_forbidden_function_raises_where_it_is_called(query: str) -> None:
    with pytest.raises(RuntimeError, match="it is forbidden"):
        answer(query)


@pytest.mark.requirement("3.1.forbidden")
@pytest.mark.parametrize(
    "condition",
    [
        "time.now_ns() == 1",
        "time.now_ns() == 1 with time.now_ns as 1",
        "count([1]) == 1 with time.now_ns as 1",
        "f := time.now_ns; f == 1",
    ],
)
def test_a_policy_that_names_a_forbidden_function_is_not_loaded(condition: str) -> None:
    module = load(f'package intent\ndeny contains "a" if {{ {condition} }}\n', rego_v0=False)
    assert "forbidden_builtin" in [flaw.code for flaw in module.flaws if flaw.blocking]
    assert module.engine is None
