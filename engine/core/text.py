"""Text that callers give: whether it can be kept at all. What it means is not read here."""

from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.values import Path, dotted


def require_whole_characters(value: JsonValue, field: str) -> None:
    """Do nothing where every string and key of a value can be written as UTF-8.

    Raises:
        InvalidInput: one holds half a surrogate pair, which JSON can spell; names its path.
    """
    _require((field,), value)


def _require(path: Path, value: JsonValue) -> None:
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise InvalidInput(
                f"{dotted(path)} holds half a character, which no text in UTF-8 can",
                field=dotted(path),
                hint="give whole characters",
            )
    elif isinstance(value, dict):
        for key, item in value.items():
            _require(path, key)
            _require((*path, key), item)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            _require((*path, position), item)
