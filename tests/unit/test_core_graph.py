"""The dependency graph: order, dependents, cycles."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import InvalidInput
from engine.core.graph import creation_order, dependents

NODES = st.sampled_from("abcdefgh")


@st.composite
def acyclic(draw: st.DrawFn) -> dict[str, set[str]]:
    """Draw a graph in which each node needs only nodes that come before it in some drawn order."""
    order = draw(st.lists(NODES, unique=True))
    return {
        node: draw(st.sets(st.sampled_from(order[:at]))) if at else set() for at, node in enumerate(order)
    }


@given(acyclic())
def test_everything_comes_after_what_it_needs(edges: dict[str, set[str]]) -> None:
    order = creation_order(edges)
    assert sorted(order) == sorted(edges)
    for node, needs in edges.items():
        assert all(order.index(need) < order.index(node) for need in needs)


@given(acyclic(), st.data())
def test_a_cycle_is_found_and_spelt(edges: dict[str, set[str]], data: st.DataObject) -> None:
    members = data.draw(st.lists(NODES, unique=True, min_size=1))
    for node, need in zip(members, [*members[1:], members[0]], strict=True):
        edges.setdefault(node, set()).add(need)
    with pytest.raises(InvalidInput, match="the dependencies form a cycle: ") as caught:
        creation_order(edges)
    spelt = re.split(" → ", caught.value.message.removeprefix("the dependencies form a cycle: "))
    assert spelt[0] == spelt[-1]
    assert len(set(spelt)) == len(spelt) - 1
    assert all(need in edges[node] for node, need in pairwise(spelt))


def test_the_order_is_alphabetical_where_it_is_free_and_strangers_do_not_count() -> None:
    assert creation_order({"c": [], "b": ["c", "elsewhere"], "a": []}) == ("a", "c", "b")
    assert creation_order({}) == ()


@given(acyclic(), NODES)
def test_dependents_are_those_who_name_it(edges: dict[str, set[str]], node: str) -> None:
    assert set(dependents(edges, node)) == {name for name in edges if node in edges[name]}
    assert list(dependents(edges, node)) == sorted(dependents(edges, node))


def test_dependencies_may_be_any_iterable() -> None:
    assert dependents({"b": iter("a"), "c": iter("ab")}, "a") == ("b", "c")
