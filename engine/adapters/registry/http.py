"""Whatever is downloaded, with bounds: documents, which are kept, and archives, which are gone on with.

The only module that opens connections is `network`. Whether what arrives is trusted, the callers check.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import anyio
import httpx2

from engine.adapters.registry.archives import Archive
from engine.adapters.registry.exchange import Exchange, validator
from engine.adapters.registry.kept import Answers, Head
from engine.adapters.registry.network import Resolve, system_addresses
from engine.adapters.registry.pace import Pace
from engine.adapters.registry.reach import Reach
from engine.core.errors import RegistryFailed
from engine.core.limits import (
    REGISTRY_ANSWER_MAX_BYTES,
    REGISTRY_DOCUMENT_SECONDS,
    REGISTRY_FRESH_MAX_SECONDS,
    REGISTRY_FRESH_SECONDS,
)
from engine.ports.artifacts import Progress

_CHUNK_BYTES: Final = 1024**2
_NOT_MODIFIED: Final = 304
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age=([0-9]{1,9})(?![0-9])", re.IGNORECASE)
_DOCUMENT: Final = frozenset({200, _NOT_MODIFIED})
_UNCONDITIONAL: Final = frozenset({200})


@dataclass(frozen=True)
class Document:
    """An answer and where it was found, which what it points to is relative to.

    Attributes:
        drop: called for an answer that makes no sense, so that it is asked for again the next time: what a
            network answers in the registry's place is not kept.
    """

    url: str
    body: bytes
    drop: Callable[[], None] = field(default=lambda: None, compare=False, repr=False)


class Downloads:
    """HTTP of one process. A host that could not be reached is not tried again for a minute.

    Args:
        reach: what was configured; by default nothing, so that only public hosts are asked by https.
        pace: clocks, sleep and chance.
        resolve: gives the addresses of a host.
    """

    def __init__(
        self, reach: Reach | None = None, pace: Pace | None = None, resolve: Resolve = system_addresses
    ) -> None:
        self._reach = reach or Reach()
        self._pace = pace or Pace()
        self._exchange = Exchange(self._reach, self._pace, resolve)
        self._answers = Answers(self._reach.kept)
        self._turns: dict[str, tuple[anyio.Lock, int]] = {}

    async def text(self, url: str, limit: int = REGISTRY_ANSWER_MAX_BYTES) -> bytes:
        """Return a document's bytes; see `document`."""
        return (await self.document(url, limit)).body

    async def document(
        self, url: str, limit: int = REGISTRY_ANSWER_MAX_BYTES, fresh: float = REGISTRY_FRESH_SECONDS
    ) -> Document:
        """Return a document of at most `limit` bytes.

        What was answered less than `fresh` seconds ago is not asked for, nor what the answer said will last
        (RFC 9111, `max-age`, for an hour at most); later is only asked whether it has changed. With 0 it is
        always asked, whatever the answer said.

        Raises:
            NothingThere: the registry answers that it has no such thing.
            RegistryFailed: it cannot be had, is too large, or was never kept and the engine works offline.
            NotSetUp: the environment names a proxy or certificates that cannot be used.
        """
        asker = _digest(self._exchange.token(url))
        drop = partial(self._answers.drop, url, asker)
        async with self._turn(url):
            kept = await anyio.to_thread.run_sync(self._answers.find, url, asker)
            if self._reach.offline or (kept is not None and self._is_fresh(kept[0], fresh)):
                return _kept(kept, limit, drop)
            try:
                with anyio.fail_after(REGISTRY_DOCUMENT_SECONDS):
                    head, body = await self._pace.persevere(lambda: self._ask(url, kept, limit))
            except TimeoutError as failure:
                raise RegistryFailed(f"did not answer within {REGISTRY_DOCUMENT_SECONDS:.0f} s") from failure
            await anyio.to_thread.run_sync(self._answers.keep, head, body, asker)
            return Document(head.final, body, drop)

    async def file(self, url: str, path: Path, subject: str, progress: Progress) -> str:
        """Write an archive to `path` and return its hexadecimal SHA-256.

        A part that an earlier call left there, with a note beside it, `PATH.part`, is gone on with if the
        server still has the same file. The note goes when all has arrived.

        Raises:
            NothingThere: the server answers that it has no such thing.
            RegistryFailed: it cannot be had, breaks off, is larger than `ARCHIVE_MAX_BYTES`, or the engine
                works offline.
            NotSetUp: it cannot be written, or the environment names a proxy that cannot be used.
        """
        if self._reach.offline:
            raise _never_kept()
        return await Archive(url, path, subject, progress).fetch(self._exchange, self._pace)

    async def _ask(self, url: str, kept: tuple[Head, bytes] | None, limit: int) -> tuple[Head, bytes]:
        conditions = {} if kept is None else _conditions(kept[0])
        async with self._exchange.ask(url, conditions, _DOCUMENT if conditions else _UNCONDITIONAL) as answer:
            if answer.status_code == _NOT_MODIFIED and kept is not None:
                again = {"checked": self._pace.now(), "max_age": _max_age(answer)}
                return kept[0].model_copy(update=again), kept[1]
            parts, size = [], 0
            async for part in answer.aiter_raw(_CHUNK_BYTES):
                size += len(part)
                if size > limit:
                    raise RegistryFailed(f"sent more than {limit} bytes")
                parts.append(part)
            body = b"".join(parts)
            head = Head(
                url=url,
                final=str(answer.url),
                etag=validator(answer, "etag"),
                last_modified=validator(answer, "last-modified"),
                checked=self._pace.now(),
                max_age=_max_age(answer),
                sha256=hashlib.sha256(body).hexdigest(),
            )
            return head, body

    def _is_fresh(self, head: Head, seconds: float) -> bool:
        lasts = max(seconds, head.max_age) if seconds else 0.0
        return 0 <= self._pace.now() - head.checked < lasts

    @asynccontextmanager
    async def _turn(self, url: str) -> AsyncIterator[None]:
        """Let one ask at a time: whoever waited finds the answer of the one before."""
        lock, waiting = self._turns.get(url, (anyio.Lock(), 0))
        self._turns[url] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._turns.pop(url)
            if waiting > 1:
                self._turns[url] = (lock, waiting - 1)


def _kept(kept: tuple[Head, bytes] | None, limit: int, drop: Callable[[], None]) -> Document:
    if kept is None:
        raise _never_kept()
    head, body = kept
    if len(body) > limit:
        raise RegistryFailed(f"sent more than {limit} bytes")
    return Document(head.final, body, drop)


def _never_kept() -> RegistryFailed:
    return RegistryFailed(
        "is not asked while the engine works offline, and no answer of it is kept",
        hint="unset INTENT_OFFLINE to ask it",
    )


def _conditions(head: Head) -> dict[str, str]:
    conditions = {}
    if head.etag:
        conditions["if-none-match"] = head.etag
    if head.last_modified:
        conditions["if-modified-since"] = head.last_modified
    return conditions


def _max_age(answer: httpx2.Response) -> float:
    found = _MAX_AGE.search(answer.headers.get("cache-control", ""))
    return 0.0 if found is None else min(float(found[1]), REGISTRY_FRESH_MAX_SECONDS)


def _digest(token: str | None) -> str:
    """Return what tells askers with different tokens apart and tells nothing of them."""
    return "" if token is None else hashlib.sha256(token.encode()).hexdigest()
