"""Identifiers: UUIDv7 made from a given time and given random bits, and the names that callers choose."""

import re
from typing import Final
from uuid import UUID

from engine.core.errors import InvalidInput
from engine.core.limits import IDEMPOTENCY_KEY_MAX_CHARS, PROJECT_NAME_MAX_CHARS, RESOURCE_ID_MAX_CHARS

UUID7_RANDOM_BITS: Final = 74
_RESOURCE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_PROJECT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]+")


def uuid7(unix_ms: int, random_bits: int) -> UUID:
    """Return the version 7 UUID (RFC 9562, section 5.7) of a time in milliseconds and 74 random bits.

    Raises:
        ValueError: the time does not fit 48 bits or `random_bits` does not fit 74.
    """
    if not 0 <= unix_ms < 1 << 48:
        raise ValueError(f"time of {unix_ms} ms does not fit 48 bits")
    if not 0 <= random_bits < 1 << UUID7_RANDOM_BITS:
        raise ValueError("random_bits does not fit 74 bits")
    high, low = random_bits >> 62, random_bits & ((1 << 62) - 1)
    return UUID(int=unix_ms << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def parse_operation_id(text: str) -> str:
    """Return an operation id in its canonical spelling.

    Raises:
        InvalidInput: the text is not a UUID.
    """
    try:
        return str(UUID(text))
    except ValueError:
        raise InvalidInput(
            "an operation id is a UUID", field="operation_id", hint="`intent operation list` shows the ids"
        ) from None


def parse_id(text: str, field: str) -> str:
    """Return the id of a record in its canonical spelling.

    Raises:
        InvalidInput: naming `field`: the text is not a UUID.
    """
    try:
        return str(UUID(text))
    except ValueError:
        raise InvalidInput(
            f"{field} is a UUID", field=field, hint="give the whole id as it was shown"
        ) from None


def parse_resource_id(text: str) -> str:
    """Return a resource id: a letter, then letters, digits, `-` or `_`.

    That makes it a name for OpenTofu as it stands.

    Raises:
        InvalidInput: any other text, or one longer than 63 characters.
    """
    return _parse(
        text, _RESOURCE_ID, RESOURCE_ID_MAX_CHARS, "resource_id", "a letter, then letters, digits, - or _"
    )


def parse_project_name(text: str) -> str:
    """Return a project name: a letter or digit, then letters, digits, `.`, `-` or `_`.

    Raises:
        InvalidInput: any other text, or one longer than 63 characters.
    """
    shape = "a letter or digit, then letters, digits, . - or _"
    return _parse(text, _PROJECT_NAME, PROJECT_NAME_MAX_CHARS, "project", shape)


def parse_idempotency_key(text: str) -> str:
    """Return an idempotency key: visible ASCII without spaces.

    Raises:
        InvalidInput: any other text, or one longer than 200 characters.
    """
    shape = "visible ASCII characters without spaces"
    return _parse(text, _IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_MAX_CHARS, "idempotency_key", shape)


def _parse(text: str, pattern: re.Pattern[str], longest: int, field: str, shape: str) -> str:
    if len(text) > longest:
        raise InvalidInput(
            f"{field} is longer than {longest} characters", field=field, hint="choose a shorter one"
        )
    if pattern.fullmatch(text) is None:
        raise InvalidInput(f"{field} is not of the allowed form", field=field, hint=f"use {shape}")
    return text
