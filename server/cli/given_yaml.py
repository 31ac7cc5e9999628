"""YAML that people write by hand, as the JSON value that it spells; what JSON cannot say is refused."""

import re
from typing import Any, Final

import yaml
from pydantic import JsonValue

from engine.core.errors import InvalidInput

_ALIASES_MAX: Final = 100
# Aliases multiply: this bounds what they make of a small text.
_VALUES_MAX: Final = 200_000
_HINT: Final = "give YAML 1.2 or JSON, as docs/reference/change-sets.md describes it"


def parse_yaml(text: str, name: str, field: str) -> JsonValue:
    """Return the one document of a text.

    Raises:
        InvalidInput: naming `field` and the reason, `name` being what the text is called.
    """
    try:
        document: JsonValue = yaml.load(text, Loader=_Loader)  # noqa: S506 - made of the safe loader
        _bound(document)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        raise InvalidInput(
            f"{name} is not YAML: {wrong.problem or wrong.context}{place}", field=field, hint=_HINT
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        why = "it nests too deeply" if isinstance(wrong, RecursionError) else str(wrong)
        raise InvalidInput(f"{name} is not YAML: {why}", field=field, hint=_HINT) from None
    return document


class _Loader(yaml.SafeLoader):
    """Reads plain text as YAML 1.2 does, so that `no` is a word and a date is text; no key stands twice."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML looks for it on the class

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._aliases = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            self._aliases += 1
            if self._aliases > _ALIASES_MAX:
                raise _wrong(f"it has more than {_ALIASES_MAX} aliases", None)
        return super().compose_node(parent, index)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise _wrong("a key is not text; write it in quotes", key_node.start_mark)
        if key in found:
            raise _wrong(f"the key {key!r} stands twice in one object", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _wrong(problem: str, mark: yaml.Mark | None) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, mark)


def _bound(document: JsonValue) -> None:
    pending, seen = [document], 0
    while pending:
        value = pending.pop()
        seen += 1
        if seen > _VALUES_MAX:
            raise ValueError(f"it holds more than {_VALUES_MAX} values")
        if isinstance(value, dict | list):
            pending += value.values() if isinstance(value, dict) else value
        elif not isinstance(value, str | int | float | None):
            raise ValueError(f"{type(value).__name__} is no value of JSON")  # noqa: TRY004 - what was given is wrong, not our call


for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), _first)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
