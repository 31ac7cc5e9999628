"""Text and JSON that a caller gives as an argument, in a file or on stdin. What it means is not read here."""

import json
import math
import sys
from pathlib import Path
from typing import Final, NoReturn

from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.values import JsonObject

STDIN: Final = "-"
# Far above what any use case takes; it keeps a wrong file or device from filling the memory.
_READ_MAX_BYTES: Final = 16 * 1024**2
_HINT: Final = "give JSON as it is, @FILE for a file, or - for stdin"
_HINTS: Final = {
    "policy": "name a readable file of Rego",
    "input": "give a JSON object like the example in docs/reference/command.md",
    "parameters": "give a JSON object of what the policy reads below data.parameters",
}


def given_json(text: str, field: str) -> JsonValue:
    """Return the JSON that an argument holds or names: `JSON`, `@FILE`, or `-` for stdin.

    Raises:
        InvalidInput: naming `field`: the file cannot be read, or it is not JSON.
    """
    if text == STDIN:
        return parse_json(_read(None, field), "stdin", field)
    if text.startswith("@"):
        path = Path(text.removeprefix("@"))
        return parse_json(_read(path, field), str(path), field)
    return parse_json(text, "it", field)


def given_settings(text: str) -> JsonObject:
    """Return settings of providers, given as `given_json` takes them.

    Raises:
        InvalidInput: naming `provider_config`: they cannot be read, or are no JSON object.
    """
    settings = given_json(text, "provider_config")
    if not isinstance(settings, dict):
        raise InvalidInput(
            "provider settings must be an object",
            field="provider_config",
            hint='give {"hashicorp/aws": {"region": "eu-west-1"}}',
        )
    return settings


def read_text(path: Path, field: str) -> str:
    """Return the text of a file, of stdin for `-`.

    Raises:
        InvalidInput: naming `field`: it cannot be read, is not UTF-8, or is too large.
    """
    return _read(None if str(path) == STDIN else path, field)


def read_object(path: Path, field: str) -> JsonObject:
    """Return the JSON object in a file, on stdin for `-`.

    Raises:
        InvalidInput: naming `field`: it cannot be read, or is no JSON object.
    """
    name = "stdin" if str(path) == STDIN else str(path)
    document = parse_json(read_text(path, field), name, field)
    if not isinstance(document, dict):
        _refuse(name, field, "is not a JSON object")
    return document


def parse_json(text: str, name: str, field: str) -> JsonValue:
    """Return a JSON document; one that repeats a key of an object means no one thing and is refused.

    Raises:
        InvalidInput: naming `field` and the reason, `name` being what the text is called.
    """
    try:
        document: JsonValue = json.loads(
            text,
            parse_constant=_no_constant,
            parse_float=_finite,
            object_pairs_hook=_object_of_unique_keys,
        )
    except json.JSONDecodeError as wrong:
        _refuse(name, field, f"is not JSON: {wrong.msg} at line {wrong.lineno}, column {wrong.colno}")
    except ValueError as wrong:
        _refuse(name, field, f"is not JSON: {wrong}")
    except RecursionError:
        _refuse(name, field, "nests too deeply")
    return document


def _read(path: Path | None, field: str) -> str:
    name = "stdin" if path is None else str(path)
    try:
        if path is None:
            content = sys.stdin.buffer.read(_READ_MAX_BYTES + 1)
        else:
            with path.open("rb") as file:
                content = file.read(_READ_MAX_BYTES + 1)
    except (OSError, ValueError) as refused:
        _refuse(name, field, f"cannot be read: {getattr(refused, 'strerror', None) or refused}")
    if len(content) > _READ_MAX_BYTES:
        _refuse(name, field, f"is larger than {_READ_MAX_BYTES} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError as wrong:
        _refuse(name, field, f"is not UTF-8 (byte {wrong.start})")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large for a number; give it as a string")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _object_of_unique_keys(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _refuse(name: str, field: str, why: str) -> NoReturn:
    raise InvalidInput(f"{name} {why}", field=field, hint=_HINTS.get(field, _HINT)) from None
