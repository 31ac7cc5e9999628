"""JSON and YAML text as one JSON value, read as OPA reads it: YAML's dates and `yes` are text."""

import json
import math
import re
from collections.abc import Sequence
from typing import Any, Final

import yaml

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """Why a text is no value; `line` from 1, 0 where unknown."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def parse_json(text: str) -> Any:  # noqa: ANN401  # whatever the text holds
    """Return the value.

    Raises:
        Unreadable: it is not JSON, or an object has a key twice.
    """
    try:
        return json.loads(text, parse_constant=_no_number, object_pairs_hook=_members)
    except json.JSONDecodeError as wrong:
        raise Unreadable(f"it is not JSON: {wrong.msg}", wrong.lineno) from None
    except (ValueError, RecursionError) as wrong:
        raise Unreadable(f"it is not JSON: {wrong}") from None


def parse_yaml(text: str) -> Any:  # noqa: ANN401  # whatever the text holds
    """Return the value; keys become text as JSON spells them.

    Raises:
        Unreadable: it is not one document of YAML, an object has a key twice, or a value is none of JSON's.
    """
    try:
        return _as_json(yaml.load(text, Loader=_Loader))  # noqa: S506  # a safe loader
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 0
        raise Unreadable(f"it is not YAML: {wrong.problem}", line) from None
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        raise Unreadable(f"it is not YAML: {wrong}") from None


class _Loader(_SAFE):  # type: ignore[misc]  # which class it is depends on how PyYAML was built
    """Reads plain scalars as YAML 1.2 does, and refuses a key that stands twice."""

    yaml_implicit_resolvers: Final[dict[str, Any]] = {}


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:  # noqa: ANN401  # either loader
    loader.flatten_mapping(node)
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | None):
            raise _wrong("a key is neither text nor number", key_node)
        spelt = key if isinstance(key, str) else json.dumps(key)
        if spelt in found:
            raise _wrong(f"the key {spelt} stands twice", key_node)
        found[spelt] = loader.construct_object(value_node, deep=True)
    return found


def _wrong(problem: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0o?[0-7]+|0|[1-9][0-9]*)|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+."),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), _first)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _as_json(value: Any) -> Any:  # noqa: ANN401  # whatever the text holds
    match value:
        case dict():
            return {key: _as_json(item) for key, item in value.items()}
        case list():
            return [_as_json(item) for item in value]
        case str() | bool() | int() | None:
            return value
        case float() if math.isfinite(value):
            return value
        case _:
            raise ValueError(f"{value!r} is no value of JSON")


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)} stands twice")
    return members


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")
