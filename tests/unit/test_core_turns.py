"""Whose turn is next: in order within a project, and fair between projects."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.turns import Turns

GROUPS = st.sampled_from("abcd")
# What happens in turn: somebody joins, the next one begins, one who waits gives up.
HAPPENINGS = st.lists(
    st.tuples(st.just("join"), GROUPS)
    | st.tuples(st.just("begin"), st.just(""))
    | st.tuples(st.just("give up"), GROUPS),
    max_size=80,
)


@pytest.mark.requirement("4.2.fair")
def test_projects_take_turns_however_much_one_of_them_wants() -> None:
    turns = Turns()
    flood = [turns.join("flood") for _ in range(5)]
    turns.begin(flood[0])
    late = [turns.join("late") for _ in range(2)]
    assert turns.order() == (late[0], flood[1], late[1], flood[2], flood[3], flood[4])
    assert [turns.before(number) for number in (late[0], flood[4])] == [0, 5]
    turns.begin(late[0])
    assert turns.order() == (flood[1], late[1], flood[2], flood[3], flood[4])


@pytest.mark.requirement("4.2.fair")
@given(HAPPENINGS)
def test_a_project_is_served_in_order_and_before_any_other_has_had_three_turns(
    happenings: list[tuple[str, str]],
) -> None:
    turns, group_of = Turns(), dict[int, str]()
    waiting: list[int] = []
    # What each project has seen of the others since somebody of it has waited for the next turn.
    seen: dict[str, Counter[str]] = {}
    for happening, group in happenings:
        if happening == "join":
            number = turns.join(group)
            group_of[number] = group
            waiting.append(number)
            seen.setdefault(group, Counter())
        elif happening == "begin" and waiting:
            number = turns.order()[0]
            mine = group_of[number]
            assert number == min(n for n in waiting if group_of[n] == mine)
            turns.begin(number)
            waiting.remove(number)
            del seen[mine]
            if any(group_of[n] == mine for n in waiting):
                seen[mine] = Counter()
            for other, counted in seen.items():
                if other != mine:
                    counted[mine] += 1
                    assert counted[mine] <= 2, f"{other} has waited for three turns of {mine}"
        elif happening == "give up" and any(group_of[n] == group for n in waiting):
            number = next(n for n in waiting if group_of[n] == group)
            turns.leave(number)
            waiting.remove(number)
            if not any(group_of[n] == group for n in waiting):
                del seen[group]
        assert sorted(turns.order()) == waiting
        assert [turns.before(n) for n in turns.order()] == list(range(len(waiting)))


@pytest.mark.requirement("4.2.fair")
@given(st.lists(GROUPS, max_size=8), st.lists(GROUPS, max_size=20))
def test_a_project_without_a_turn_yet_is_overtaken_by_nobody_who_comes_later(
    before: list[str], after: list[str]
) -> None:
    turns = Turns()
    for group in before:
        turns.join(group)
    mine = turns.join("mine")
    for group in after:
        turns.join(group)
    while (number := turns.order()[0]) != mine:
        assert number < mine
        turns.begin(number)


def test_who_has_left_has_left() -> None:
    turns = Turns()
    number = turns.join("a")
    turns.leave(number)
    turns.leave(number)
    assert turns.order() == ()
