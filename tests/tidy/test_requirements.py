"""Ties the points of `tests/requirements.toml` to the tests, both ways."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from tests.tidy.finding import dotted
from tests.tidy.tree import ROOT, python_sources

POINTS: Final[list[dict[str, str]]] = tomllib.loads((ROOT / "tests/requirements.toml").read_text())[
    "requirement"
]


@pytest.mark.requirement("2.1.manifest")
def test_every_point_has_a_test_and_every_mark_names_a_point() -> None:
    assert _untied([point["id"] for point in POINTS], python_sources("tests")) == ([], [])


def test_every_point_has_an_id_of_its_own_and_a_text() -> None:
    ids = [point["id"] for point in POINTS]
    assert sorted(set(ids)) == sorted(ids)
    assert [point for point in POINTS if point.keys() != {"id", "text"} or not point["text"]] == []


def test_a_point_without_a_test_and_a_mark_without_a_point_are_found() -> None:
    mark = "pytest.mark.requirement"
    source = f'@{mark}("a", "b")\ndef test_x(): ...\npytestmark = {mark}("z")\n'
    assert _untied(["a", "b", "c"], {"tests/test_x.py": source}) == (["c"], ["tests/test_x.py: z"])


def _untied(ids: list[str], sources: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the points that no test marks, and the marks that name no point."""
    marks = [(path, mark) for path, source in sources.items() for mark in _marks(source)]
    marked = {mark for _, mark in marks}
    unknown = sorted(f"{path}: {mark}" for path, mark in marks if mark not in ids)
    return [point for point in ids if point not in marked], unknown


def _marks(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and dotted(node.func) == "pytest.mark.requirement":
            yield from (str(ast.literal_eval(argument)) for argument in node.args)
