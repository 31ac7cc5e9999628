"""Setting one table of a TOML file while every other byte stays: TOML has no writer that keeps comments."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

TableName = tuple[str, ...]
_BLANK: Final = ("", "#")


def with_table(text: str, name: TableName, members: Mapping[str, Any]) -> str:
    """Return the text with the table replaced where it stands, or appended; tables below it stay.

    `members` holds strings, lists of strings and objects of strings.

    Raises:
        ValueError: the text is no TOML, or spells the table in a way that cannot be replaced line by line.
    """
    before = tomllib.loads(text)
    written = [f"[{'.'.join(name)}]\n", *(f"{key} = {_spelled(value)}\n" for key, value in members.items())]
    lines = text.splitlines(keepends=True)
    headers = {number: _header(line) for number, line in enumerate(lines) if line.lstrip().startswith("[")}
    start = next((number for number, header in headers.items() if header == name), None)
    if start is None:
        gap = ["" if not text or text.endswith("\n") else "\n", "\n" if text else ""]
        lines += [*gap, *written]
    else:
        end = min((number for number in headers if number > start), default=len(lines))
        while lines[end - 1].lstrip()[:1] in _BLANK or not lines[end - 1].strip():
            end -= 1
        lines[start:end] = written
    after = "".join(lines)
    below = {header[len(name)] for header in headers.values() if header[: len(name)] == name != header}
    if tomllib.loads(after) != _expected(before, name, members, below):
        raise ValueError(f"the table {'.'.join(name)} is written in a way that cannot be replaced")
    return after


def table_names(text: str) -> set[TableName]:
    """Return the names of the tables that have a line of their own."""
    return {_header(line) for line in text.splitlines() if line.lstrip().startswith("[")}


def _header(line: str) -> TableName:
    """Return the name in a table's header line, () for a line that only looks like one."""
    try:
        found: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    name: list[str] = []
    while isinstance(found, dict) and found:
        name.extend(found)
        (found,) = found.values()
    return tuple(name)


def _spelled(value: Any) -> str:  # noqa: ANN401 - any of the three kinds of members
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_spelled(k)} = {_spelled(v)}" for k, v in value.items()) + " }"
    # What JSON escapes, TOML escapes alike.
    return json.dumps(value, ensure_ascii=False)


def _expected(
    before: Mapping[str, Any], name: Sequence[str], members: Mapping[str, Any], below: set[str]
) -> dict[str, Any]:
    """Return what the text has to mean afterwards: all as it was but this table, less the tables below it."""
    if not name:
        return {**{key: value for key, value in before.items() if key in below}, **members}
    inner = before.get(name[0], {})
    return {**before, name[0]: _expected(inner, name[1:], members, below)}
