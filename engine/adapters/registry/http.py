"""Downloads by HTTP with bounds, failing fast. Whether what arrives is trusted, the callers check."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import anyio
import httpx2

from engine.core.errors import NotSetUp, RegistryFailed
from engine.core.limits import (
    ARCHIVE_MAX_BYTES,
    CONNECT_TIMEOUT_SECONDS,
    READ_TIMEOUT_SECONDS,
    REGISTRY_ANSWER_MAX_BYTES,
)
from engine.ports.artifacts import Progress, Step, StepKind

_CHUNK_BYTES: Final = 1024**2
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_REDIRECTS_MAX: Final = 5
_HTTP_OK: Final = 200
_HTTP_NOT_FOUND: Final = 404


class Downloads:
    """HTTP for one run of set-up. A host that could not be reached once is not tried again."""

    def __init__(self) -> None:
        self._timeout = httpx2.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS)
        self._unreachable: set[str] = set()

    async def text(self, url: str) -> bytes:
        """Return a small document.

        Raises:
            RegistryFailed: it cannot be had, or is larger than `REGISTRY_ANSWER_MAX_BYTES`.
        """
        parts = []
        async with self._answer(url) as answer:
            size = 0
            async for part in answer.aiter_raw(_CHUNK_BYTES):
                size += len(part)
                _bounded(size, REGISTRY_ANSWER_MAX_BYTES)
                parts.append(part)
        return b"".join(parts)

    async def file(self, url: str, path: Path, subject: str, progress: Progress) -> str:
        """Write an archive to `path` and return its hexadecimal SHA-256.

        Raises:
            RegistryFailed: it cannot be had, breaks off, or is larger than `ARCHIVE_MAX_BYTES`.
        """
        sha256, done = hashlib.sha256(), 0
        async with self._answer(url) as answer, await anyio.open_file(path, "wb") as file:
            length = answer.headers.get("content-length", "")
            total = int(length) if length.isdigit() else None
            text = f"{url.rsplit('/', 1)[-1]}, {_size(total)}"
            progress.report(Step(kind=StepKind.FETCHING, subject=subject, text=text, total_bytes=total))
            async for part in answer.aiter_raw(_CHUNK_BYTES):
                done += len(part)
                _bounded(done, ARCHIVE_MAX_BYTES)
                sha256.update(part)
                await file.write(part)
                progress.report(
                    Step(
                        kind=StepKind.PROGRESS, subject=subject, text=text, done_bytes=done, total_bytes=total
                    )
                )
        return sha256.hexdigest()

    @asynccontextmanager
    async def _answer(self, url: str) -> AsyncIterator[httpx2.Response]:
        try:
            host = httpx2.URL(url).host
            if host in self._unreachable:
                raise RegistryFailed("not reachable")
            async with (
                httpx2.AsyncClient(
                    timeout=self._timeout,
                    follow_redirects=True,
                    max_redirects=_REDIRECTS_MAX,
                    # INVARIANT: bytes are hashed as they were published, so no content coding is asked for.
                    headers={"accept-encoding": "identity", "user-agent": "intent-engine"},
                    event_hooks={"request": [_only_https]},
                ) as client,
                client.stream("GET", url) as answer,
            ):
                if answer.status_code == _HTTP_NOT_FOUND:
                    raise RegistryFailed("does not have it (HTTP 404)")
                if answer.status_code != _HTTP_OK:
                    raise RegistryFailed(f"answered HTTP {answer.status_code}")
                yield answer
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as failure:
            self._unreachable.add(host)
            raise RegistryFailed("not reachable", untrusted=str(failure)) from failure
        except OSError as failure:
            raise NotSetUp(
                f"the download cannot be written: {failure.strerror}",
                hint="make room, then run `intent setup` again",
            ) from failure
        except (httpx2.HTTPError, httpx2.InvalidURL) as failure:
            raise RegistryFailed(
                f"the transfer failed ({type(failure).__name__})", untrusted=str(failure)
            ) from failure


async def _only_https(request: httpx2.Request) -> None:
    """Refuse plain HTTP but on this machine; runs for every redirect too."""
    if request.url.scheme != "https" and not (request.url.scheme == "http" and request.url.host in _LOOPBACK):
        raise RegistryFailed("points to an address that is not https")


def _bounded(size: int, maximum: int) -> None:
    if size > maximum:
        raise RegistryFailed(f"sent more than {maximum} bytes")


def _size(total: int | None) -> str:
    return "size not said" if total is None else f"{total / 1e6:.1f} MB"
