"""Answers to one request: whole, unchanged since (ETag) or in part (Range), by RFC 9110. No faults here."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class Page:
    """What lies at a path."""

    body: bytes
    content_type: str
    max_age_seconds: int | None = None


@dataclass(frozen=True)
class Answer:
    """What goes over the wire.

    Attributes:
        length: what is announced; nothing where None, and the body ends with the connection.
        cut: after that many bytes of the body nothing comes any more; if `held`, until it is released.
        endless: zeros follow the body until the other side has enough.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    cut: int | None = None
    held: bool = False
    endless: bool = False


def etag_of(body: bytes) -> str:
    """Return the strong validator of a body."""
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


def whole(page: Page) -> Answer:
    """Return the answer to a request without conditions."""
    headers = {"content-type": page.content_type, "etag": etag_of(page.body), "accept-ranges": "bytes"}
    if page.max_age_seconds is not None:
        headers["cache-control"] = f"public, max-age={page.max_age_seconds}"
    return Answer(200, page.body, headers, len(page.body))


def conditional(page: Page, asked: Mapping[str, str]) -> Answer:
    """Return the answer to a request with these headers (names in lower case)."""
    answer = whole(page)
    tag = answer.headers["etag"]
    known = [one.strip().removeprefix("W/") for one in asked.get("if-none-match", "").split(",")]
    if tag in known or known == ["*"]:
        headers = {name: value for name, value in answer.headers.items() if name != "content-type"}
        return Answer(304, headers=headers)
    if "range" in asked and asked.get("if-range", tag) == tag:
        return part(answer, asked["range"])
    return answer


def part(answer: Answer, wanted: str) -> Answer:
    """Return one part of a whole answer: 206, or 416 where it has no such part."""
    found = _RANGE.fullmatch(wanted.replace(" ", ""))
    if found is None or not any(found.groups()):
        return answer
    size = len(answer.body)
    start = int(found[1]) if found[1] else max(0, size - int(found[2]))
    end = min(int(found[2]) + 1, size) if found[1] and found[2] else size
    if start >= end:
        return Answer(416, headers={"content-range": f"bytes */{size}"}, length=0)
    return slice_of(answer, start, end, start)


def slice_of(answer: Answer, start: int, end: int, told: int) -> Answer:
    """Return the bytes from `start` to `end`, which the answer says to be those from `told` on."""
    body = answer.body[start:end]
    span = f"bytes {told}-{told + len(body) - 1}/{len(answer.body)}"
    return Answer(206, body, {**answer.headers, "content-range": span}, len(body))
