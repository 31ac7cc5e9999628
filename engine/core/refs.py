"""References between resources of a project, written `{"$ref": "vpc-main.id"}` wherever a value may stand."""

from collections.abc import Callable, Iterator
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.errors import InvalidInput
from engine.core.ids import parse_resource_id
from engine.core.limits import REF_MAX_CHARS
from engine.core.values import Path, dotted

REF_KEY: Final = "$ref"
_STEPS_MIN: Final = 2


class Ref(BaseModel):
    """A reference to an attribute of another resource, or to a value inside one."""

    model_config = ConfigDict(frozen=True)

    resource_id: str
    path: tuple[str, ...]

    @classmethod
    def parse(cls, text: JsonValue, field: str) -> Self:
        """Read `vpc-main.id` or `table.attribute.0.name`; a key that holds a dot cannot be named.

        Raises:
            InvalidInput: naming `field`, when the text is not `resource_id.attribute` or too long.
        """
        parts = text.split(".") if isinstance(text, str) and len(text) <= REF_MAX_CHARS else []
        if len(parts) < _STEPS_MIN or not all(parts):
            raise InvalidInput(
                "a reference names a resource and an attribute",
                field=field,
                hint='write {"$ref": "resource_id.attribute"}',
            )
        try:
            return cls(resource_id=parse_resource_id(parts[0]), path=tuple(parts[1:]))
        except InvalidInput as error:
            raise error.at(field) from None

    def __str__(self) -> str:
        return ".".join((self.resource_id, *self.path))


def is_ref(value: JsonValue) -> bool:
    """Tell whether a value is meant as a reference: an object with the member `$ref`."""
    return isinstance(value, dict) and REF_KEY in value


def find_refs(config: JsonValue) -> tuple[tuple[str, Ref], ...]:
    """Return every reference in a configuration with the dotted path where it stands.

    Raises:
        InvalidInput: a `$ref` is malformed or has members beside it.
    """
    return tuple(_find((), config))


def resolve_refs(config: JsonValue, lookup: Callable[[str, Ref], JsonValue]) -> JsonValue:
    """Return the configuration with each reference replaced by `lookup(path, reference)`.

    Raises:
        InvalidInput: as `find_refs`; also whatever `lookup` raises.
    """
    return _resolve((), config, lookup)


def value_at(attributes: JsonValue, ref: Ref, field: str) -> JsonValue:
    """Return the value inside `attributes` that a reference names.

    Attributes of what is yet to be made may be references themselves: a value that is known only later is
    the reference to it.

    Raises:
        InvalidInput: naming `field`, when there is no such attribute; the hint lists those there are.
    """
    value = attributes
    for step in ref.path:
        if is_ref(value):
            return {REF_KEY: str(ref)}
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isascii() and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise InvalidInput(
                f"{ref} does not exist: no {step!r} there", field=field, hint=f"there is {_inside(value)}"
            )
    return value


def _inside(value: JsonValue) -> str:
    if isinstance(value, dict) and value:
        return ", ".join(sorted(value))
    if isinstance(value, list) and value:
        return f"a list of {len(value)}, counted from 0"
    return "nothing inside it"


def _find(path: Path, value: JsonValue) -> Iterator[tuple[str, Ref]]:
    if isinstance(value, dict):
        if REF_KEY in value:
            yield dotted(path), _read(path, value)
            return
        for key, item in value.items():
            yield from _find((*path, key), item)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _find((*path, position), item)


def _resolve(path: Path, value: JsonValue, lookup: Callable[[str, Ref], JsonValue]) -> JsonValue:
    if isinstance(value, dict):
        if REF_KEY in value:
            return lookup(dotted(path), _read(path, value))
        return {key: _resolve((*path, key), item, lookup) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolve((*path, position), item, lookup) for position, item in enumerate(value)]
    return value


def _read(path: Path, value: dict[str, JsonValue]) -> Ref:
    field = dotted(path)
    if len(value) != 1:
        extra = ", ".join(sorted(value.keys() - {REF_KEY}))
        raise InvalidInput(
            f"a reference stands alone, without {extra}", field=field, hint='write {"$ref": "…"} only'
        )
    return Ref.parse(value[REF_KEY], field)
