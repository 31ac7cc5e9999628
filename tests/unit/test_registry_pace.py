"""When is asked again: waits that grow, chance within them, and whatever `Retry-After` may hold."""

from collections.abc import Sequence

import anyio
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.adapters.registry.pace import Pace, PassingFailure
from engine.core.errors import RegistryFailed
from tests.contract.asking import Watch


def _waits(chance: float, failures: int) -> tuple[Sequence[float], int]:
    watch, tried = Watch(chance=chance), 0

    async def attempt() -> None:
        nonlocal tried
        tried += 1
        if tried <= failures:
            raise PassingFailure("busy")

    anyio.run(watch.pace.persevere, attempt)
    return watch.waits, tried


@pytest.mark.requirement("5.1.retries")
@pytest.mark.parametrize(("chance", "waits"), [(0.0, [0.25, 0.5, 1.0]), (1.0, [0.5, 1.0, 2.0])])
def test_chance_decides_about_half_of_each_wait(chance: float, waits: Sequence[float]) -> None:
    assert _waits(chance, 3) == (waits, 4)
    assert _waits(chance, 0) == ([], 1)


@pytest.mark.requirement("5.1.retries")
def test_what_lasts_is_not_tried_again() -> None:
    watch = Watch()

    async def attempt() -> None:
        raise RegistryFailed("does not have it")

    with pytest.raises(RegistryFailed):
        anyio.run(watch.pace.persevere, attempt)
    assert watch.waits == []


@pytest.mark.requirement("5.1.retries")
@example("Mon, 01 Jan 99999999999999999999 00:00:00 GMT")
@example("Mon, 01 Jan 2024 00:00:00 +99999999999999999999")
@given(
    st.text()
    | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]{1,9} [-+A-Z0-9]{1,6}")
)
def test_no_date_breaks_a_wait(text: str) -> None:
    wait = Pace().retry_after(text)
    assert wait is None or wait >= 0
