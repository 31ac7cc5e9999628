"""What each fault does to a page and to the answer that carries it."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from engine.testing.registry_standin.answers import Answer, Page, conditional, part, slice_of, whole
from engine.testing.registry_standin.faults import Fault, Trouble
from engine.testing.registry_standin.signing import with_a_file_more

AROUND: Final = "/around"
_TERABYTE: Final = 10**12
_BOMB_BYTES: Final = 64 * 1024**2


def spoilt_page(page: Page | None, trouble: Trouble, other_key: str) -> Page | None:
    """Return what is published where the trouble is; None for nothing."""
    if trouble.fault is Fault.NOT_JSON:
        return Page(b"<html>Please log in</html>", "text/html")
    if page is None:
        return None
    if trouble.fault is Fault.OTHER_KEY:
        return _with_keys(page, other_key) or replace(page, body=other_key.encode())
    spoil = _PUBLISHED.get(trouble.fault)
    return page if spoil is None else spoil(page)


def answer_to(page: Page | None, target: str, asked: Mapping[str, str], trouble: Trouble) -> Answer:
    """Return what a request for `target` (path and query) gets; `asked` are its headers, in lower case."""
    if target.startswith(f"{AROUND}/"):
        return _redirect(target.removeprefix(AROUND))
    instead = _INSTEAD.get(trouble.fault)
    if instead is not None:
        return instead(trouble, target)
    if page is None:
        return Answer(404, length=0)
    ranged = _RANGED.get(trouble.fault)
    if ranged is not None:
        return ranged(whole(page), asked) if "range" in asked else whole(page)
    if trouble.fault is Fault.NO_VALIDATOR:
        return _without_validator(whole(page), asked)
    answer = conditional(page, asked)
    delivered = _DELIVERED.get(trouble.fault)
    return answer if delivered is None or answer.status not in (200, 206) else delivered(answer, trouble)


def _with_keys(page: Page, key: str | None) -> Page | None:
    """Return a download document with that signing key alone; None for what is no such document."""
    if not page.content_type.startswith("application/json"):
        return None
    document = json.loads(page.body)
    shown = [{"key_id": "0" * 16, "ascii_armor": key}] if key else []
    document["signing_keys"] = {"gpg_public_keys": shown}
    return replace(page, body=json.dumps(document).encode())


def _without_hashes(page: Page) -> Page:
    document = json.loads(page.body)
    for archive in document.get("archives", {}).values():
        del archive["hashes"]
    return replace(page, body=json.dumps(document).encode())


def _redirect(to: str) -> Answer:
    return Answer(302, headers={"location": to}, length=0)


def _busy(status: int) -> Callable[[Trouble, str], Answer]:
    def answer(trouble: Trouble, _target: str) -> Answer:
        headers = {"retry-after": trouble.retry_after} if trouble.retry_after is not None else {}
        return Answer(status, b"come back later", headers, len(b"come back later"))

    return answer


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(_BOMB_BYTES), mtime=0)


def _gzipped(answer: Answer, _trouble: Trouble) -> Answer:
    headers = {**answer.headers, "content-encoding": "gzip"}
    return Answer(answer.status, _bomb(), headers, len(_bomb()))


def _cut(answer: Answer, trouble: Trouble) -> Answer:
    slow = trouble.fault is Fault.SLOW
    usual = 1 if slow else len(answer.body) // 2
    return replace(answer, cut=usual if trouble.after is None else trouble.after, held=slow)


def _without_validator(answer: Answer, asked: Mapping[str, str]) -> Answer:
    """Answer as servers do that know no validators: a condition on one is never met."""
    bare = replace(answer, headers={k: v for k, v in answer.headers.items() if k != "etag"})
    return part(bare, asked["range"]) if "range" in asked and "if-range" not in asked else bare


def _other_part(answer: Answer, asked: Mapping[str, str]) -> Answer:
    start = int("0" + asked["range"].removeprefix("bytes=").partition("-")[0])
    other = start // 2 if start else 1
    return slice_of(answer, other, len(answer.body), other)


def _mixed_part(answer: Answer, asked: Mapping[str, str]) -> Answer:
    right = part(answer, asked["range"])
    return replace(right, body=bytes(byte ^ 1 for byte in right.body))


def _no_part(answer: Answer, _asked: Mapping[str, str]) -> Answer:
    return Answer(416, headers={"content-range": f"bytes */{len(answer.body)}"}, length=0)


_PUBLISHED: Final[Mapping[Fault, Callable[[Page], Page | None]]] = {
    Fault.NOT_FOUND: lambda _page: None,
    Fault.WRONG_CHECKSUM: lambda page: replace(page, body=with_a_file_more(page.body)),
    Fault.NO_HASHES: _without_hashes,
    Fault.WRONG_SIGNATURE: lambda page: replace(page, body=page.body + b"\n"),
    Fault.OTHER_SHAPE: lambda _page: Page(b'{"answer": [42, {"versions": "none"}]}', "application/json"),
    Fault.UNSIGNED: lambda page: _with_keys(page, None),
}
_INSTEAD: Final[Mapping[Fault, Callable[[Trouble, str], Answer]]] = {
    Fault.TOO_MANY: _busy(429),
    Fault.UNAVAILABLE: _busy(503),
    Fault.REDIRECT: lambda trouble, target: _redirect(trouble.to or target),
    Fault.REDIRECT_LOOP: lambda _trouble, target: _redirect(AROUND + target),
}
_RANGED: Final[Mapping[Fault, Callable[[Answer, Mapping[str, str]], Answer]]] = {
    Fault.RANGE_IGNORED: lambda answer, _asked: answer,
    Fault.RANGE_OTHER: _other_part,
    Fault.RANGE_MIXED: _mixed_part,
    Fault.RANGE_REFUSED: _no_part,
}
_DELIVERED: Final[Mapping[Fault, Callable[[Answer, Trouble], Answer]]] = {
    Fault.SLOW: _cut,
    Fault.TRUNCATED: _cut,
    Fault.ENDLESS: lambda answer, _trouble: replace(answer, length=None, endless=True),
    Fault.HUGE: lambda answer, _trouble: replace(answer, length=_TERABYTE, endless=True),
    Fault.GZIP_BOMB: _gzipped,
}
