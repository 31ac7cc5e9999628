"""Looks for every setting, error code and exit code in `docs/reference/`: what is shown is explained."""

import re
from collections.abc import Iterator
from typing import Final, get_args

import pytest
from pydantic_settings import BaseSettings

from engine.core.errors import EngineError
from engine.core.policy.decision import FailureCode
from server import settings
from tests.tidy.tree import texts

# The exit codes of the command: ok, failed, usage, denied, waiting for approval, conflict, not found.
EXIT_CODES: Final = tuple(str(code) for code in range(7))


def _error_codes(error: type[EngineError] = EngineError) -> Iterator[str]:
    for kind in error.__subclasses__():
        if kind.__module__.startswith("engine."):
            yield kind.code
        yield from _error_codes(kind)


def _setting_names() -> Iterator[str]:
    """Yield the environment variable of each field of each settings class."""
    for kind in vars(settings).values():
        if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind is not BaseSettings:
            prefix = kind.model_config.get("env_prefix", "")
            for name, field in kind.model_fields.items():
                alias = field.validation_alias
                yield alias if isinstance(alias, str) else f"{prefix}{name}".upper()


def _first_cells() -> set[str]:
    """Return the first cell of every table row in `docs/reference/`, without the marks of code."""
    pages = {path: text for path, text in texts().items() if path.endswith(".md")}
    reference = [text for path, text in pages.items() if path.startswith("docs/reference/")]
    return {cell for text in reference for cell in re.findall(r"^\| *`?([^`|]+?)`? *\|", text, re.MULTILINE)}


@pytest.mark.parametrize(
    "shown",
    [
        frozenset(_setting_names()),
        frozenset(_error_codes()),
        frozenset(get_args(FailureCode)),
        frozenset(EXIT_CODES),
    ],
    ids=["settings", "errors", "failures", "exit-codes"],
)
def test_everything_that_a_program_shows_has_a_row_in_the_reference(shown: frozenset[str]) -> None:
    assert shown
    assert sorted(shown - _first_cells()) == []
