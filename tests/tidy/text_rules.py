"""The rules for every tracked text, whatever its language."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from tests.tidy.finding import Finding

# Spelt in parts, so that this file passes its own rules.
_LEFT_OVER: Final = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
_MACHINE_PATH: Final = re.compile(r"(?<![A-Za-z0-9._/-])/(?:work|farm|root)/|/tmp/(?:parts|exp)\b")
_REGISTRY_HOSTS: Final = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("maven", "org"),
    )
)


def left_over(path: str, text: str) -> Iterator[Finding]:
    """What is still to do is an issue, not a comment."""
    return _lines(left_over.__name__, path, text, lambda line: _LEFT_OVER.search(line) is not None)


def machine_path(path: str, text: str) -> Iterator[Finding]:
    """Nothing names a folder of the machine that it was written on."""
    return _lines(machine_path.__name__, path, text, lambda line: _MACHINE_PATH.search(line) is not None)


def registry_host(path: str, text: str) -> Iterator[Finding]:
    """Package registries are reached by their clients, by package name only."""
    return _lines(
        registry_host.__name__, path, text, lambda line: any(host in line for host in _REGISTRY_HOSTS)
    )


def _lines(rule: str, path: str, text: str, offends: Callable[[str], bool]) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        if offends(line):
            yield Finding(rule, path, f"line {number}")


IN_TEXTS: Final = (left_over, machine_path, registry_host)
