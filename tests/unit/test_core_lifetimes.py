"""A project's time: its end, the warnings before it, and when each resource is to be looked at."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import Conflict, InvalidInput
from engine.core.lifetimes import (
    archived,
    closed,
    destroying,
    due_warning,
    expired,
    extended,
    lifetime_words,
    limited,
    parse_ttl,
    reopened,
    require_open,
    unlimited,
)
from engine.core.limits import EXPIRY_WARNING_HOURS
from engine.core.projects import AtExpiry, Project
from engine.core.schedules import due_slot, parse_refresh_every
from engine.testing.builders import MOMENT, project

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = limited(project(), timedelta(days=7), MOMENT)
MOMENTS = st.lists(st.integers(0, 8 * 24 * 60).map(lambda minutes: MOMENT + timedelta(minutes=minutes)))


def warned(of: Project, moments: Sequence[datetime]) -> list[int]:
    """Return the warnings given by who looks at those moments, one after the other."""
    given: list[int] = []
    for moment in moments:
        due = due_warning(of, moment)
        if due is not None:
            given.append(due)
            of = of.model_copy(update={"warned": (*of.warned, due)})
    return given


@pytest.mark.requirement("4.5.ttl")
def test_a_project_is_closed_from_the_moment_at_which_it_expires() -> None:
    end = MOMENT + timedelta(days=7)
    assert WEEK.expires_at == end
    assert [expired(WEEK, end - timedelta(microseconds=1)), expired(WEEK, end)] == [False, True]
    assert [closed(WEEK, MOMENT), closed(WEEK, end), closed(archived(WEEK, MOMENT), MOMENT)] == [
        False,
        True,
        True,
    ]
    assert not closed(project(), end)


def test_a_closed_project_refuses_and_says_since_when_and_the_way_out() -> None:
    require_open(WEEK, MOMENT)
    with pytest.raises(Conflict) as refused:
        require_open(WEEK, MOMENT + 8 * DAY)
    assert refused.value.message == "project demo takes no changes: it has expired"
    assert refused.value.hint == "`intent project update demo --unarchive` opens it again"
    with pytest.raises(Conflict) as refused:
        require_open(archived(WEEK, MOMENT), MOMENT)
    assert refused.value.message == "project demo takes no changes: it is archived"
    assert refused.value.facts == {"since": MOMENT.isoformat()}


@pytest.mark.requirement("4.5.warnings")
def test_each_warning_is_given_once_in_its_time() -> None:
    end = MOMENT + 7 * DAY
    each = [due_warning(WEEK, end - left) for left in (73 * HOUR, 72 * HOUR, 24 * HOUR, HOUR)]
    assert each == [None, 72, 24, 1]
    hours = [MOMENT + n * HOUR for n in range(8 * 24)]
    assert warned(WEEK, hours) == [72, 24, 1]


@pytest.mark.requirement("4.5.warnings")
def test_a_short_life_is_warned_of_once_and_not_three_times() -> None:
    short = limited(project(), HOUR / 2, MOMENT)
    assert warned(short, [MOMENT, MOMENT, MOMENT + HOUR / 4, MOMENT + HOUR]) == [1]


@pytest.mark.requirement("4.5.clock")
@given(MOMENTS)
def test_no_warning_is_given_twice_nor_before_its_time_however_the_clock_jumps(
    moments: list[datetime],
) -> None:
    given_ones: list[int] = []
    watched = WEEK
    assert watched.expires_at is not None
    for moment in moments:
        due = due_warning(watched, moment)
        if due is not None:
            assert watched.expires_at - moment <= due * HOUR
            assert moment < watched.expires_at
            given_ones.append(due)
            watched = watched.model_copy(update={"warned": (*watched.warned, due)})
    assert given_ones == sorted(set(given_ones), reverse=True)
    assert set(given_ones) <= set(EXPIRY_WARNING_HOURS)


def test_nothing_is_warned_of_without_an_end_or_after_it() -> None:
    assert due_warning(project(), MOMENT) is None
    assert due_warning(WEEK, MOMENT + 7 * DAY) is None
    assert due_warning(archived(WEEK, MOMENT), MOMENT + 6 * DAY) is None


@pytest.mark.requirement("4.5.extend")
def test_extending_moves_the_end_and_warns_anew() -> None:
    late = WEEK.model_copy(update={"warned": (72, 24)})
    longer = extended(late, 3 * DAY, MOMENT + 6 * DAY)
    assert (longer.expires_at, longer.warned) == (MOMENT + 10 * DAY, ())
    assert unlimited(late) == project()


def test_extending_is_refused_without_an_end_when_archived_and_where_the_end_would_be_past_or_too_far() -> (
    None
):
    with pytest.raises(Conflict, match="has no end to be moved"):
        extended(project(), DAY, MOMENT)
    with pytest.raises(Conflict, match="is archived") as refused:
        extended(archived(WEEK, MOMENT), DAY, MOMENT)
    assert refused.value.hint == "`intent project update demo --unarchive --ttl 1d` opens it again"
    for by, at in ((DAY, MOMENT + 8 * DAY), (3_660 * DAY, MOMENT)):
        with pytest.raises(InvalidInput, match="would then expire at"):
            extended(WEEK, by, at)


def test_only_an_archived_project_with_that_wish_is_being_destroyed_until_it_is() -> None:
    doomed = WEEK.model_copy(update={"at_expiry": AtExpiry.DESTROY})
    gone = archived(doomed, MOMENT)
    assert [destroying(p) for p in (doomed, archived(WEEK, MOMENT), gone)] == [False, False, True]
    done = gone.model_copy(update={"destroyed_at": MOMENT})
    assert not destroying(done)
    assert reopened(done) == doomed.model_copy(update={"expires_at": None})


@pytest.mark.parametrize("text", ["0m", "3661d", "soon"])
def test_a_time_to_live_is_at_least_a_minute_and_at_most_ten_years(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_ttl(text)
    assert refused.value.field == "ttl"
    assert parse_ttl("1m") == timedelta(minutes=1)


def test_words_say_where_a_project_stands_in_its_time() -> None:
    end = "2026-01-09T03:04:05+00:00"
    doomed = WEEK.model_copy(update={"at_expiry": AtExpiry.DESTROY})
    gone = archived(doomed, MOMENT)
    assert [
        lifetime_words(project(), MOMENT),
        lifetime_words(WEEK, MOMENT + HOUR),
        lifetime_words(doomed, MOMENT + 8 * DAY),
        lifetime_words(archived(WEEK, MOMENT), MOMENT),
        lifetime_words(gone, MOMENT),
        lifetime_words(gone.model_copy(update={"destroyed_at": MOMENT}), MOMENT),
    ] == [
        "",
        f"expires in 6d23h, at {end}, and is archived then",
        f"expired at {end}; it is destroyed by the next upkeep",
        "archived since 2026-01-02T03:04:05+00:00",
        "archived since 2026-01-02T03:04:05+00:00; its resources are being destroyed",
        "destroyed at 2026-01-02T03:04:05+00:00, archived",
    ]


SIX_HOURLY = project(refresh_seconds=6 * 3_600, refresh_since=MOMENT)


@pytest.mark.requirement("4.5.refresh")
def test_a_resource_is_due_once_in_every_slot_and_never_before_the_first_whole_one() -> None:
    hours = [due_slot(SIX_HOURLY, "logs", MOMENT, MOMENT + n * HOUR) for n in range(49)]
    slots = [slot for slot in hours if slot is not None]
    assert hours[0] is None
    assert len(set(slots)) == 8
    assert slots == sorted(slots)


@pytest.mark.requirement("4.5.refresh")
def test_resources_fall_due_at_different_moments_of_the_interval() -> None:
    names = [f"r{n}" for n in range(60)]
    first = [
        next(n for n in range(25) if due_slot(SIX_HOURLY, name, MOMENT, MOMENT + n * HOUR / 4) is not None)
        for name in names
    ]
    assert max(first.count(quarter) for quarter in set(first)) < 10
    assert len(set(first)) > 15


def test_a_resource_that_was_changed_in_a_slot_is_not_looked_at_in_it() -> None:
    at = MOMENT + 20 * HOUR
    assert due_slot(SIX_HOURLY, "logs", MOMENT, at) is not None
    assert due_slot(SIX_HOURLY, "logs", at, at) is None
    assert due_slot(project(), "logs", MOMENT, at) is None
    assert due_slot(project(refresh_seconds=900), "logs", MOMENT, at) is None


@given(st.integers(900, 2_592_000), st.integers(0, 10**8), st.integers(0, 10**8))
def test_slots_never_go_back_while_the_clock_goes_on(every: int, one: int, other: int) -> None:
    watched = project(refresh_seconds=every, refresh_since=MOMENT - 365 * DAY)
    earlier, later = sorted((one, other))
    first = due_slot(watched, "logs", MOMENT - 365 * DAY, MOMENT + timedelta(seconds=earlier))
    second = due_slot(watched, "logs", MOMENT - 365 * DAY, MOMENT + timedelta(seconds=later))
    assert first is not None
    assert second is not None
    assert second - first in ((later - earlier) // every, (later - earlier) // every + 1)


def test_the_interval_is_a_length_of_time_or_off() -> None:
    assert [parse_refresh_every(text) for text in ("off", "6h", "15m")] == [0, 21_600, 900]
    for wrong in ("14m", "31d", "often"):
        with pytest.raises(InvalidInput) as refused:
            parse_refresh_every(wrong)
        assert refused.value.field == "refresh_every"
