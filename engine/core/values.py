"""JSON values as the engine compares, changes, walks and redacts them. Nothing here knows a provider."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue

JsonObject = dict[str, JsonValue]
Path = tuple[str | int, ...]
REDACTED: Final = "(sensitive value)"


class Difference(BaseModel):
    """One value that differs: a dotted path, and the value on both sides (None where absent)."""

    model_config = ConfigDict(frozen=True)

    path: str
    before: JsonValue
    after: JsonValue


def equivalent(left: JsonValue, right: JsonValue) -> bool:
    """Tell whether two values mean the same to a provider.

    Null, `{}`, `[]` and an object of nothing but these are one value, at any depth; a list keeps its length.
    """
    if _empty(left) or _empty(right):
        return _empty(left) and _empty(right)
    if isinstance(left, dict) and isinstance(right, dict):
        return all(equivalent(left.get(key), right.get(key)) for key in left.keys() | right.keys())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equivalent(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def differences(before: JsonValue, after: JsonValue) -> tuple[Difference, ...]:
    """Return what differs between two values, by path in order, as deep as both sides are objects.

    A list differs as a whole: OpenTofu's JSON does not tell sets from lists, so positions mean nothing.
    """
    return tuple(_differences((), before, after))


def merge(config: Mapping[str, JsonValue], change: Mapping[str, JsonValue]) -> JsonObject:
    """Return `config` with the top-level keys of `change` replaced; a null removes its key."""
    merged = {**config, **change}
    return {key: value for key, value in merged.items() if not (key in change and value is None)}


def map_strings(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    """Return `value` with `change` applied to each string and each object key, at any depth."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [map_strings(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): map_strings(item, change) for key, item in value.items()}
    return value


def depth(value: JsonValue) -> int:
    """Return how deep objects and lists are nested: 0 for a scalar, 1 for `{}`."""
    deepest = 0
    pending: list[tuple[JsonValue, int]] = [(value, 0)]
    while pending:
        item, level = pending.pop()
        if isinstance(item, dict | list):
            deepest = max(deepest, level + 1)
            pending += [(child, level + 1) for child in (item.values() if isinstance(item, dict) else item)]
    return deepest


def true_paths(marks: JsonValue) -> tuple[str, ...]:
    """Return the dotted paths where a tree of marks (as OpenTofu's `after_unknown` is one) says true."""
    return tuple(dotted(path) for path in _true_paths((), marks))


def redact(value: JsonValue, marks: JsonValue) -> JsonValue:
    """Return `value` with everything that the tree of marks calls true replaced by `(sensitive value)`.

    Null stays null: that nothing is set is no secret.
    """
    if value is None:
        return None
    if isinstance(value, dict) and isinstance(marks, dict):
        return {key: redact(item, marks.get(key, False)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(marks, list) and len(value) == len(marks):
        return [redact(item, mark) for item, mark in zip(value, marks, strict=True)]
    # INVARIANT: marks of another shape than the value cannot say where the secret is, so all of it is one.
    return REDACTED if true_paths(marks) else value


def redacted_paths(value: JsonValue) -> tuple[str, ...]:
    """Return the dotted paths at which `redact` has hidden something."""
    return tuple(dotted(path) for path in _redacted_paths((), value))


def marked_at(marks: JsonValue, path: Sequence[str]) -> bool:
    """Tell whether a tree of marks calls anything at the end of a path secret; positions are decimal."""
    for step in path:
        if isinstance(marks, dict):
            marks = marks.get(step, False)
        elif isinstance(marks, list):
            marks = marks[int(step)] if step.isdecimal() and int(step) < len(marks) else False
    return bool(true_paths(marks))


def redact_differences(
    found: Sequence[Difference], before_marks: JsonValue, after_marks: JsonValue
) -> tuple[Difference, ...]:
    """Return differences with both values hidden wherever the top-level attribute holds any secret."""
    secret = {path.split(".", 1)[0] for marks in (before_marks, after_marks) for path in true_paths(marks)}
    return tuple(
        Difference(path=d.path, before=_hide(d.before), after=_hide(d.after))
        if "" in secret or d.path.split(".", 1)[0] in secret
        else d
        for d in found
    )


def without(value: JsonValue, marks: JsonValue) -> JsonValue:
    """Return `value` less every member that the tree of marks calls true; list positions become null."""
    if marks is True:
        return None
    if isinstance(value, dict) and isinstance(marks, dict):
        return {k: without(v, marks.get(k, False)) for k, v in value.items() if marks.get(k) is not True}
    if isinstance(value, list) and isinstance(marks, list):
        return [
            without(item, mark) for item, mark in zip_longest(value, marks[: len(value)], fillvalue=False)
        ]
    return value


def dotted(path: Path) -> str:
    """Spell a path as people read it: `tags.Name`, `ingress.0.from_port`."""
    return ".".join(str(step) for step in path)


def _hide(value: JsonValue) -> JsonValue:
    return None if value is None else REDACTED


def _empty(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return all(_empty(item) for item in value.values())
    return value is None or value == []


def _differences(path: Path, before: JsonValue, after: JsonValue) -> Iterator[Difference]:
    if equivalent(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from _differences((*path, key), before.get(key), after.get(key))
    else:
        yield Difference(path=dotted(path), before=before, after=after)


def _redacted_paths(path: Path, value: JsonValue) -> Iterator[Path]:
    if value == REDACTED:
        yield path
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _redacted_paths((*path, key), item)


def _true_paths(path: Path, marks: JsonValue) -> Iterator[Path]:
    if marks is True:
        yield path
    elif isinstance(marks, dict):
        for key in sorted(marks):
            yield from _true_paths((*path, key), marks[key])
    elif isinstance(marks, list):
        for position, item in enumerate(marks):
            yield from _true_paths((*path, position), item)
