"""The graph of a change set: what is wrong with it, and the order in which its changes go."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.change_sets import (
    Change,
    action_of,
    edges_after,
    find_problems,
    hoped_for,
    order,
    waves,
    with_dependents,
)
from engine.core.operations.operation import OperationKind
from engine.core.refs import Ref

_KINDS = {kind.value: kind for kind in (OperationKind.CREATE, OperationKind.UPDATE, OperationKind.DELETE)}


def change(
    place: int, kind: str, name: str, refs: tuple[str, ...] = (), after: tuple[str, ...] = ()
) -> Change:
    found = tuple(("config.network_id", Ref.parse(text, "config")) for text in refs)
    return Change(place=place, kind=_KINDS[kind], resource_id=name, refs=found, depends_on=after)


def told(changes: list[Change], living: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in find_problems(changes, living)]


@pytest.mark.requirement("4.4.whole-check")
def test_every_problem_of_a_set_is_told_at_its_place() -> None:
    living = {"net": (), "web": ("net",), "db": ("net",), "old": ()}
    changes = [
        change(0, "create", "net"),
        change(1, "create", "app", ("nett.id", "app.id", "old.id"), ("gone",)),
        change(2, "update", "wbe"),
        change(3, "delete", "missing"),
        change(4, "delete", "old"),
    ]
    assert told(changes, living) == [
        ("changes.0.resource_id", "net exists already"),
        ("changes.1.config.network_id", "there is no resource nett to refer to"),
        ("changes.1.config.network_id", "app cannot depend on itself"),
        ("changes.1.config.network_id", "changes.4 deletes old"),
        ("changes.1.depends_on", "there is no resource gone to refer to"),
        ("changes.2.resource_id", "there is no resource wbe"),
        ("changes.3.resource_id", "there is no resource missing"),
    ]


def test_the_nearest_name_is_told_where_there_is_one() -> None:
    problems = find_problems([change(0, "create", "a", ("nett.id",)), change(1, "update", "b")], {"net": ()})
    assert [problem.hint for problem in problems] == [
        "did you mean net?",
        "create it, or leave this change out",
    ]


def test_what_others_outside_of_the_set_need_is_not_deleted() -> None:
    living = {"net": (), "web": ("net",), "db": ("net",)}
    assert told([change(0, "delete", "net"), change(1, "delete", "web")], living) == [
        ("changes.0.resource_id", "net is needed by db")
    ]


@pytest.mark.requirement("4.6.cycle")
def test_a_cycle_is_spelt() -> None:
    changes = [change(0, "create", "a", ("b.id",)), change(1, "update", "b", ("c.id",))]
    changes.append(change(2, "update", "c", ("a.id",)))
    assert told(changes, {"b": (), "c": ()}) == [("changes", "the dependencies form a cycle: a → b → c → a")]


def test_a_dependency_may_turn_round_within_a_set() -> None:
    changes = [change(0, "update", "a", ("b.id",)), change(1, "update", "b")]
    living = {"a": (), "b": ("a",)}
    assert told(changes, living) == []
    assert order(changes, living) == {"a": frozenset({"b"}), "b": frozenset()}


def test_what_is_deleted_goes_after_what_needed_it() -> None:
    changes = [
        change(0, "delete", "old"),
        change(1, "delete", "web"),
        change(2, "update", "db", ("new.id",)),
        change(3, "create", "new"),
    ]
    living = {"old": (), "web": ("old",), "db": ("old",)}
    needs = order(changes, living)
    assert needs == {
        "old": frozenset({"web", "db"}),
        "web": frozenset(),
        "db": frozenset({"new"}),
        "new": frozenset(),
    }
    assert waves(needs) == {"new": 1, "web": 1, "db": 2, "old": 3}
    assert edges_after(changes, living) == {"db": ("new",), "new": ()}


def test_a_cascade_takes_everything_that_depends_on_it() -> None:
    living = {"vpc": (), "net": ("vpc",), "web": ("net", "key"), "key": (), "other": ("key",)}
    assert with_dependents(living, ["vpc"]) == ("web", "net", "vpc")


def test_what_a_plan_does_not_know_is_a_reference_to_itself() -> None:
    hoped = hoped_for(
        "net",
        {"cidr": "10.0.0.0/8", "rule": [{"prefix": "a"}, {}], "known": {"x": 1}, "none": None},
        {"id": True, "rule": [{}, {"prefix": True}], "tags": {"a": True}, "list": [True], "known": {}},
    )
    assert hoped == {
        "cidr": "10.0.0.0/8",
        "known": {"x": 1},
        "none": None,
        "rule": [{"prefix": "a"}, {"prefix": {"$ref": "net.rule.1.prefix"}}],
        "id": {"$ref": "net.id"},
        "tags": {"a": {"$ref": "net.tags.a"}},
        "list": [{"$ref": "net.list.0"}],
    }


@st.composite
def _sets(draw: st.DrawFn) -> tuple[list[Change], dict[str, tuple[str, ...]]]:
    """Return changes of a project before and after, each without a cycle, in which nothing is wrong."""
    names = draw(st.permutations([f"r{number}" for number in range(draw(st.integers(1, 12)))]))
    fates = {name: draw(st.sampled_from(["create", "update", "delete", "keep"])) for name in names}

    def earlier(place: int, fit: str) -> tuple[str, ...]:
        return tuple(
            sorted(other for other in names[:place] if fates[other] in fit.split() and draw(st.booleans()))
        )

    living: dict[str, tuple[str, ...]] = {}
    changes = []
    for place, name in enumerate(names):
        fate = fates[name]
        if fate != "create":
            living[name] = earlier(place, "update keep" if fate == "keep" else "update keep delete")
        if fate == "delete":
            changes.append(change(place, fate, name))
        elif fate != "keep":
            needs = earlier(place, "create update keep")
            changes.append(change(place, fate, name, tuple(f"{other}.id" for other in needs)))
    return draw(st.permutations(changes)), living


@pytest.mark.requirement("4.4.order")
@given(_sets())
def test_each_change_comes_after_what_it_needs(
    drawn: tuple[list[Change], dict[str, tuple[str, ...]]],
) -> None:
    changes, living = drawn
    assert told(changes, living) == []
    needs = order(changes, living)
    now = {name: set(depends_on) for name, depends_on in living.items()}
    by_name = {each.resource_id: each for each in changes}
    done: set[str] = set()
    for name in sorted(by_name, key=lambda each: (waves(needs)[each], each)):
        assert needs[name] <= done
        if by_name[name].kind is OperationKind.DELETE:
            assert not [other for other, depends_on in now.items() if name in depends_on]
            del now[name]
        else:
            assert now.keys() >= set(by_name[name].needs)
            now[name] = set(by_name[name].needs)
        done.add(name)
    assert now == {name: set(depends_on) for name, depends_on in edges_after(changes, living).items()}


def test_a_set_does_what_all_its_changes_do() -> None:
    said = [action_of(each) for each in ([], ["no-op"], ["update", "no-op"], ["create", "delete"])]
    assert said == ["no-op", "no-op", "update", "mixed"]
