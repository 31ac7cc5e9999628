"""Nothing is fetched twice: commands, each in a process of its own, counted on the stand-in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.forked_commands import Forks
from tests.integration.installing import ARCHIVES, Room, offered

pytestmark = [pytest.mark.integration, pytest.mark.requirement("5.6.fetched-once")]


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


def test_an_installation_that_is_asked_for_again_fetches_nothing(forks: Forks, tmp_path: Path) -> None:
    with offered() as standing:
        room = Room(tmp_path, standing)
        codes = [forks.run(room.install()).code]
        assert len(standing.requests) == len(set(standing.requests))
        assert standing.count(ARCHIVES) == 1
        standing.forget()
        codes.append(forks.run(room.install()).code)
        assert (codes, list(standing.requests), room.trusted()) == ([0, 0], [], 1)
