"""Canonical JSON and SHA-256: the one way in which the engine names a value by its content."""

import hashlib
import json

from pydantic import JsonValue


def canonical_json(value: JsonValue) -> bytes:
    """Return `value` as UTF-8 JSON with sorted keys and no white space.

    Raises:
        ValueError: the value holds NaN or an infinity, which is what `json.loads` makes of 1e400.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


def digest(value: JsonValue) -> str:
    """Return `sha256:` and the hexadecimal SHA-256 of the canonical JSON of `value`."""
    return "sha256:" + hashlib.sha256(canonical_json(value)).hexdigest()
