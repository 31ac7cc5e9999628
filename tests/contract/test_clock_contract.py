"""What every clock and every source of identifiers must do: the machine's, and those of the tests."""

from datetime import UTC, timedelta
from uuid import UUID

import pytest

from engine.adapters.clock import SystemClock, SystemIds
from engine.ports.clock import Clock, IdSource
from engine.testing.builders import MOMENT, identifier
from engine.testing.clocks import CountingIds, FixedClock


@pytest.mark.parametrize("clock", [SystemClock(), FixedClock()], ids=["system", "fixed"])
def test_a_clock_tells_utc_and_never_goes_back(clock: Clock) -> None:
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second


@pytest.mark.parametrize("ids", [SystemIds(), CountingIds()], ids=["system", "counting"])
def test_identifiers_are_fresh_canonical_and_sort_as_they_were_made(ids: IdSource) -> None:
    made = [ids.new() for _ in range(10_000)]
    assert len(set(made)) == len(made)
    assert made == sorted(made)
    assert all(str(UUID(text)) == text and UUID(text).version == 7 for text in made)


def test_a_fixed_clock_moves_by_hand_only() -> None:
    clock = FixedClock()
    assert clock.now() == MOMENT
    clock.advance(1.5)
    assert clock.now() == MOMENT + timedelta(seconds=1.5)


def test_counted_identifiers_are_the_same_in_each_run_and_no_builders() -> None:
    first, second = CountingIds(), CountingIds()
    made = [first.new() for _ in range(1_000)]
    assert made == [second.new() for _ in range(1_000)]
    assert not set(made) & {identifier(number) for number in range(1_000)}
