"""Rego's `regex.globs_match`: whether two globs have a string in common. Matches no string against a glob."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value, text

_Ranges: TypeAlias = tuple[tuple[int, int], ...] | None

# One step: a dot, a set, or a character, escaped or not; then how often.
_STEP: Final = re.compile(
    r"(?:(?P<dot>\.)|\[(?P<set>(?:\\.|[^\]\\])*)\]|\\(?P<escaped>.)|(?P<plain>[^.\[\]+*\\]))(?P<times>[+*]?)",
    re.DOTALL,
)
_MEMBER: Final = re.compile(r"(?:\\(.)|([^\\-]))(?:-(?:\\(.)|([^\\-])))?", re.DOTALL)


class _Step(NamedTuple):
    """Characters of which one, or any number of them, stands here: ranges of code points, None for all."""

    ranges: _Ranges
    any_number: bool


def globs_match(one: Value, other: Value) -> bool:
    """Tell whether two globs, of `.`, `[a-c]`, characters, `*` and `+`, match a string in common, not empty.

    The work is the product of their lengths.
    """
    first, second = _steps(text(one, 1), 1), _steps(text(other, 2), 2)
    if not first and not second:
        return True
    # How far each has come, and whether it took a character to get there.
    start = (0, 0, False)
    pending, seen = [start], {start}
    while pending:
        place = pending.pop()
        if place == (len(first), len(second), True):
            return True
        for following in _following(place, first, second):
            if following not in seen:
                seen.add(following)
                pending.append(following)
    return False


def _following(
    place: tuple[int, int, bool], first: list[_Step], second: list[_Step]
) -> Iterator[tuple[int, int, bool]]:
    i, j, moved = place
    ours = first[i] if i < len(first) else None
    theirs = second[j] if j < len(second) else None
    if ours and ours.any_number:
        yield i + 1, j, moved
    if theirs and theirs.any_number:
        yield i, j + 1, moved
    if ours and theirs and _overlap(ours.ranges, theirs.ranges):
        yield i + (not ours.any_number), j + (not theirs.any_number), True


def _overlap(ours: _Ranges, theirs: _Ranges) -> bool:
    if ours is None or theirs is None:
        return True
    return any(a <= d and c <= b for a, b in ours for c, d in theirs)


def _steps(glob: str, operand: int) -> list[_Step]:
    steps: list[_Step] = []
    end = 0
    while end < len(glob):
        found = _STEP.match(glob, end)
        if found is None:
            raise BuiltinFailed(f"operand {operand} is no glob: see its character {end + 1}")
        end = found.end()
        ranges = None if found["dot"] else _ranges(found, operand)
        if found["times"] != "*":
            steps.append(_Step(ranges, any_number=False))
        if found["times"]:
            steps.append(_Step(ranges, any_number=True))
    return steps


def _ranges(found: re.Match[str], operand: int) -> _Ranges:
    if character := found["escaped"] or found["plain"]:
        return ((ord(character), ord(character)),)
    ranges: list[tuple[int, int]] = []
    members, end = found["set"], 0
    while end < len(members):
        member = _MEMBER.match(members, end)
        if member is None:
            raise BuiltinFailed(f"operand {operand}: in a set, a hyphen stands between two characters")
        end = member.end()
        first = member[1] or member[2]
        last = member[3] or member[4] or first
        if last < first:
            raise BuiltinFailed(f"operand {operand}: a range ends before it starts")
        ranges.append((ord(first), ord(last)))
    return tuple(ranges)
