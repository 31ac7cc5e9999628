"""What is refused about Rego text before the parser sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.rego.rewrite.edits import Rewritten
from engine.adapters.rego.source import flaws_of_depth, flaws_of_text
from engine.adapters.rego.wire import Flaw


def nested(depth: int, opening: str = "[", closing: str = "]") -> str:
    return f"package intent\nx := {opening * depth}{closing * depth}\n"


def depth_of(source: str) -> list[Flaw]:
    return flaws_of_depth(Rewritten(source))


@pytest.mark.parametrize(("opening", "closing"), ["[]", "{}"])
def test_ten_levels_pass_and_eleven_do_not(opening: str, closing: str) -> None:
    assert depth_of(nested(10, opening, closing)) == []
    assert depth_of(nested(11, opening, closing)) == [
        Flaw(2, 16, "too_deep", "brackets nest deeper than 10", "name the inner value in a rule of its own")
    ]


@pytest.mark.parametrize("quoted", ['"{}"', "`{}`", "# {}\n", '"\\"{}"'])
def test_brackets_in_text_and_comments_do_not_count(quoted: str) -> None:
    assert depth_of("package intent\nx := " + quoted.replace("{}", "[" * 50)) == []


@pytest.mark.parametrize("before", ['"a"', "`a\n`", '"\\\\"', '"open\n', "# comment\n"])
def test_brackets_after_text_and_comments_count(before: str) -> None:
    assert [flaw.code for flaw in depth_of(f"x := {before}{'[' * 11}")] == ["too_deep"]


def test_side_by_side_is_not_deep() -> None:
    assert depth_of("x := [" + "[1], " * 1000 + "]") == []


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("package intent\nx := \ud800", (2, 6, "not_utf8")),
        ("\ufeffpackage intent", (1, 1, "invalid_character")),
        ("package intent\n\0", (2, 1, "invalid_character")),
        ("#" * 262_145, (0, 0, "too_large")),
        ("é" * 131_073, (0, 0, "too_large")),
    ],
)
def test_bad_text_is_refused_with_its_place(text: str, flaw: tuple[int, int, str]) -> None:
    (found,) = flaws_of_text(text)
    assert found[:3] == flaw
    assert found.blocking


@given(st.text(alphabet='[]{}"`\\#\n ax', max_size=60))
def test_any_text_is_judged(text: str) -> None:
    assert len(flaws_of_text(text)) + len(depth_of(text)) <= 1
