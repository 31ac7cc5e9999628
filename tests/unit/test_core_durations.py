"""Lengths of time: what can be written, what is refused, and that both directions agree."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.durations import parse_bounded, parse_duration, spelt
from engine.core.errors import InvalidInput

MINUTES = st.integers(1, 99_999 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@pytest.mark.requirement("4.5.ttl")
@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30m", timedelta(minutes=30)),
        ("90m", timedelta(minutes=90)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("1d5m", timedelta(days=1, minutes=5)),
        ("007d", timedelta(days=7)),
        ("0m", timedelta()),
    ],
)
def test_days_hours_and_minutes_are_read(text: str, length: timedelta) -> None:
    assert parse_duration(text, "ttl") == length


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "7",
        "d",
        "7 d",
        " 7d",
        "7d\n",
        "7D",
        "12h1d",
        "1h1h",
        "1.5h",
        "-1d",
        "+1d",
        "P7D",
        "30s",
        "2w",
        "100000d",
        "٣d",
    ],
)
def test_any_other_text_is_refused_with_its_field_and_a_way_out(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_duration(text, "ttl")
    assert (refused.value.field, refused.value.hint) == (
        "ttl",
        "write days, hours and minutes: 30m, 12h, 7d, 1d12h",
    )


@given(MINUTES)
def test_what_is_spelt_reads_as_the_same_length(length: timedelta) -> None:
    assert parse_duration(spelt(length), "ttl") == length


@given(st.text())
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    try:
        length = parse_duration(text, "ttl")
    except InvalidInput:
        return
    assert parse_duration(spelt(length), "ttl") == length


def test_less_than_a_minute_is_spelt_as_none() -> None:
    assert [spelt(timedelta(seconds=59)), spelt(timedelta(days=-1))] == ["0m", "0m"]


@pytest.mark.parametrize(("text", "side"), [("1m", "shorter"), ("3h", "longer")])
def test_a_length_out_of_bounds_says_which_bounds(text: str, side: str) -> None:
    hour = timedelta(hours=1)
    with pytest.raises(InvalidInput) as refused:
        parse_bounded(text, "ttl", hour, 2 * hour)
    assert refused.value.message == f"{text} is {side} than ttl may be"
    assert refused.value.facts == {"least": "1h", "most": "2h"}
    assert parse_bounded("2h", "ttl", hour, 2 * hour) == 2 * hour
    assert parse_bounded("60m", "ttl", hour, 2 * hour) == hour
