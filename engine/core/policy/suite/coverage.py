"""Which lines of the policies a run evaluated, as `opa test --coverage` publishes it. Measures nothing."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class Lines(NamedTuple):
    """The lines of one file that hold something to evaluate, from 1."""

    covered: AbstractSet[int]
    not_covered: AbstractSet[int]


class Row(BaseModel):
    """One end of a range."""

    model_config = ConfigDict(frozen=True)

    row: int


class Rows(BaseModel):
    """Lines that follow each other, both ends included."""

    model_config = ConfigDict(frozen=True)

    start: Row
    end: Row

    def __str__(self) -> str:
        first, last = self.start.row, self.end.row
        return str(first) if first == last else f"{first}-{last}"


class Covered(BaseModel):
    """How much of something is covered; `coverage` in percent, 100 where there is nothing to cover."""

    model_config = ConfigDict(frozen=True)

    covered_lines: int
    not_covered_lines: int
    coverage: float


class FileCoverage(Covered):
    """One file; lines without anything to evaluate are in neither list."""

    covered: tuple[Rows, ...]
    not_covered: tuple[Rows, ...]


class SuiteCoverage(Covered):
    """All files that are no tests, by name."""

    files: Mapping[str, FileCoverage]


def coverage_of(lines: Mapping[str, Lines]) -> SuiteCoverage:
    """Return the coverage of files. A line that was covered by any test is covered."""
    files = {}
    for name in sorted(lines):
        covered, missed = lines[name].covered, lines[name].not_covered - lines[name].covered
        files[name] = FileCoverage(
            covered=_ranges(covered), not_covered=_ranges(missed), **_share(len(covered), len(missed))
        )
    total = sum(file.covered_lines for file in files.values())
    missing = sum(file.not_covered_lines for file in files.values())
    return SuiteCoverage(files=files, **_share(total, missing))


def _share(covered: int, missed: int) -> dict[str, int | float]:
    percent = 100 * covered / (covered + missed) if covered + missed else 100.0
    return {"covered_lines": covered, "not_covered_lines": missed, "coverage": percent}


def _ranges(lines: Iterable[int]) -> tuple[Rows, ...]:
    ranges: list[tuple[int, int]] = []
    for line in sorted(lines):
        if ranges and ranges[-1][1] == line - 1:
            ranges[-1] = (ranges[-1][0], line)
        else:
            ranges.append((line, line))
    return tuple(Rows(start=Row(row=first), end=Row(row=last)) for first, last in ranges)
