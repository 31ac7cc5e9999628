"""One archive on its way to disk: it goes on where it broke off, if the server still has the same file."""

import hashlib
import re
from pathlib import Path
from typing import Final, NoReturn

import anyio
import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from engine.adapters.registry.exchange import Exchange, validator
from engine.adapters.registry.pace import Pace, PassingFailure
from engine.core.errors import NotSetUp, RegistryFailed
from engine.core.limits import ARCHIVE_MAX_BYTES, ARCHIVE_SECONDS, REGISTRY_TRIES
from engine.ports.artifacts import Progress, Step, StepKind

_OK: Final = 200
_PARTIAL: Final = 206
_BEYOND: Final = 416
_RANGE: Final = re.compile(r"bytes (?:([0-9]{1,18})-[0-9]{1,18}|\*)/([0-9]{1,18}|\*)")


class _Note(BaseModel):
    """Of what a part lies there: the URL that was asked, and the file's validator (RFC 9110, 8.8)."""

    model_config = ConfigDict(frozen=True)

    url: str
    validator: str


class Archive:
    """A download to one path, with a note beside it, `PATH.part`, for as long as it is not complete."""

    def __init__(self, url: str, path: Path, subject: str, progress: Progress) -> None:
        self._url = url
        self._path = path
        self._note = path.with_name(f"{path.name}.part")
        self._subject = subject
        self._progress = progress

    async def fetch(self, exchange: Exchange, pace: Pace) -> str:
        """Download, however often it breaks off, and return the hexadecimal SHA-256 of the whole.

        Raises:
            RegistryFailed: it cannot be had, breaks off too often, or is too large.
            NotSetUp: it cannot be written.
        """
        try:
            with anyio.fail_after(ARCHIVE_SECONDS):
                await pace.persevere(lambda: self._attempt(exchange), self._say_again)
            digest = await anyio.to_thread.run_sync(self._digest)
            await anyio.to_thread.run_sync(self._clear_note)
        except TimeoutError as failure:
            raise RegistryFailed(f"did not send it within {ARCHIVE_SECONDS:.0f} s") from failure
        except OSError as failure:
            raise NotSetUp(
                f"the download cannot be written: {failure.strerror}", hint="make room, then try again"
            ) from failure
        return digest

    async def _attempt(self, exchange: Exchange) -> None:
        note, there = await anyio.to_thread.run_sync(self._left)
        headers = {} if note is None else {"range": f"bytes={there}-", "if-range": note.validator}
        accepted = frozenset({_OK} if note is None else {_OK, _PARTIAL, _BEYOND})
        async with exchange.ask(self._url, headers, accepted) as answer:
            begins, total = _extent(answer)
            if answer.status_code == _BEYOND:
                if total == there:
                    return  # all of it had arrived, and nobody was left to say so
                await self._begin_anew("has another file than the one a part of which is here")
            if begins not in (0, there):
                await self._begin_anew("answered with another part than was asked for")
            _bounded(total or 0)
            await anyio.to_thread.run_sync(self._write_note, _condition(answer))
            await self._receive(answer, begins, total)

    async def _begin_anew(self, reason: str) -> NoReturn:
        """Forget the part that is here, so that the next attempt asks for all of it."""
        await anyio.to_thread.run_sync(self._clear_note)
        raise PassingFailure(reason, hint="try again")

    async def _receive(self, answer: httpx2.Response, begins: int, total: int | None) -> None:
        text = f"{self._url.partition('?')[0].rsplit('/', 1)[-1]}, {_size(total)}"
        self._say(StepKind.FETCHING, text, None, total)
        done = begins
        async with await anyio.open_file(self._path, "r+b" if begins else "wb") as file:
            await file.seek(begins)
            async for (
                part
            ) in answer.aiter_raw():  # as it comes: of a chunk that breaks off nothing would be kept
                done += len(part)
                _bounded(done)
                await file.write(part)
                self._say(StepKind.PROGRESS, text, done, total)

    def _say(self, kind: StepKind, text: str, done: int | None, total: int | None) -> None:
        self._progress.report(
            Step(kind=kind, subject=self._subject, text=text, done_bytes=done, total_bytes=total)
        )

    def _say_again(self, failure: PassingFailure, attempt: int) -> None:
        text = f"{failure.message}; attempt {attempt} of {REGISTRY_TRIES} follows"
        self._say(StepKind.NOTICE, text, None, None)

    def _left(self) -> tuple[_Note | None, int]:
        """Return the note and how many bytes lie there; None where there is nothing to go on with."""
        try:
            note = _Note.model_validate_json(self._note.read_bytes())
            there = self._path.stat().st_size
        except (FileNotFoundError, ValidationError):
            return None, 0
        return (note, there) if there and note.url == self._url else (None, 0)

    def _write_note(self, validator: str) -> None:
        if validator:
            note = _Note(url=self._url, validator=validator)
            self._note.write_text(note.model_dump_json(), encoding="utf-8")
        else:
            self._clear_note()

    def _clear_note(self) -> None:
        self._note.unlink(missing_ok=True)

    def _digest(self) -> str:
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _extent(answer: httpx2.Response) -> tuple[int, int | None]:
    """Return where the bytes of an answer begin in the file, and how large that is, if it is said."""
    if answer.status_code == _OK:
        length = answer.headers.get("content-length", "")
        return 0, int(length) if length.isascii() and length.isdigit() else None
    match = _RANGE.fullmatch(answer.headers.get("content-range", ""))
    if match is None:
        raise RegistryFailed("answered with a part and did not say which")
    return int(match[1] or 0), None if match[2] == "*" else int(match[2])


def _condition(answer: httpx2.Response) -> str:
    """Return what `If-Range` may hold: a strong ETag, else the time of the last change (RFC 9110, 13.1.5)."""
    etag = validator(answer, "etag")
    return etag if etag and not etag.startswith("W/") else validator(answer, "last-modified")


def _bounded(size: int) -> None:
    if size > ARCHIVE_MAX_BYTES:
        raise RegistryFailed(f"sent more than {ARCHIVE_MAX_BYTES} bytes")


def _size(total: int | None) -> str:
    return "size not said" if total is None else f"{total / 1e6:.1f} MB"
