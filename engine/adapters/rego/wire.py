"""What travels between the evaluator and its worker: frames of JSON. Knows neither Rego nor processes.

Standard library only, so that a worker starts in tens of milliseconds.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

Message: TypeAlias = dict[str, Any]

HEADER: Final = struct.Struct(">II")
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False)


class Flaw(NamedTuple):
    """One thing wrong with a source, before it is known which policy it belongs to.

    Attributes:
        line, column: count from 1, 0 where unknown.
        code: stable snake_case name.
        hint: the way out.
        blocking: whether the policy must not be stored.
    """

    line: int
    column: int
    code: str
    message: str
    hint: str
    blocking: bool = True


def encode(message: Mapping[str, Any], text: str = "") -> bytes:
    """Return the frame of a message: the lengths of both parts, big-endian, then ASCII JSON, then the text.

    A long text travels as it is: to make a JSON string of it costs more than all else about a frame.
    """
    body = _ENCODER.encode(message).encode("ascii")
    return b"".join((HEADER.pack(len(body), len(text)), body, text.encode("ascii")))


def decode(body: bytes) -> Message:
    """Return the message in the body of a frame.

    Raises:
        ValueError: the body is not a JSON object.
    """
    message = json.loads(body)
    if not isinstance(message, dict):
        raise ValueError("a message is a JSON object")  # noqa: TRY004  # wrong content, not a wrong argument
    return message
