"""Nothing is fetched twice: the product's commands, each in a process of its own, counted on the stand-in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.integration.forked_commands import Command, Forks
from tests.integration.installing import ARCHIVES, Room, offered

QUESTIONS: Final = (
    ("search", "gadget"),
    ("versions", "acme/widgets"),
    ("describe", "acme/widgets"),
    ("resource", "widgets_gadget", "--provider", "acme/widgets"),
    ("data-source", "widgets_gadgets", "--provider", "acme/widgets"),
    ("examples", "widgets_gadget", "--provider", "acme/widgets"),
)

pytestmark = [pytest.mark.integration, pytest.mark.requirement("5.6.fetched-once")]


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


def test_questions_that_are_asked_again_ask_the_registry_nothing(forks: Forks, tmp_path: Path) -> None:
    with offered() as standing:
        room = Room(tmp_path, standing)

        def ask() -> list[tuple[int, str]]:
            commands = (
                Command(("provider", *words, "--output", "json"), room.environment, "/")
                for words in QUESTIONS
            )
            return [(ended.code, ended.stdout) for ended in map(forks.run, commands)]

        first = ask()
        assert {code for code, _ in first} == {0}
        # Each document once, although several questions need it.
        assert len(standing.requests) == len(set(standing.requests))
        standing.forget()
        assert (ask(), list(standing.requests)) == (first, [])


def test_an_installation_that_is_asked_for_again_fetches_nothing(forks: Forks, tmp_path: Path) -> None:
    with offered() as standing:
        room = Room(tmp_path, standing)
        codes = [forks.run(room.install()).code]
        assert len(standing.requests) == len(set(standing.requests))
        assert standing.count(ARCHIVES) == 1
        standing.forget()
        codes.append(forks.run(room.install()).code)
        assert (codes, list(standing.requests), room.trusted()) == ([0, 0], [], 1)
