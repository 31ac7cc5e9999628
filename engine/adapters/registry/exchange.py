"""One question and its answer over HTTP: redirects, tokens, unreachable hosts, what failures mean.

Whom one may connect to, `network` decides; when one is asked again, `pace`.
"""

import math
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import anyio
import httpx2

from engine.adapters.registry.network import Network, Resolve, system_addresses
from engine.adapters.registry.pace import Pace, PassingFailure
from engine.adapters.registry.reach import Reach, origin, tokens
from engine.core.errors import NotSetUp, RegistryFailed
from engine.core.limits import (
    CONNECT_TIMEOUT_SECONDS,
    READ_TIMEOUT_SECONDS,
    REGISTRY_REDIRECTS_MAX,
    REGISTRY_UNREACHABLE_SECONDS,
)
from engine.core.origins import Origin

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({404, 410})
_UNAUTHORISED: Final = frozenset({401, 403})
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_HEADER_MAX_CHARS: Final = 4_096
_PASSING: Final = (httpx2.NetworkError, httpx2.TimeoutException, httpx2.RemoteProtocolError, ssl.SSLError)
_RESET: Final = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, anyio.EndOfStream)
_OFFLINE: Final = "INTENT_OFFLINE=true answers from what was kept, and asks nobody"


class NothingThere(RegistryFailed):
    """The registry answers that it has no such thing."""


class Exchange:
    """Asks one URL at a time. A host that could not be reached is not tried again for a while."""

    def __init__(self, reach: Reach, pace: Pace, resolve: Resolve = system_addresses) -> None:
        self._reach = reach
        self._pace = pace
        self._resolve = resolve
        self._tokens = tokens(reach.environment)
        self._unreachable: dict[Origin, float] = {}

    def token(self, url: str) -> str | None:
        """Return the token that a question is asked with.

        Raises:
            RegistryFailed: this is no URL.
        """
        return self._tokens.get(origin(_parsed(url)))

    @asynccontextmanager
    async def ask(
        self, url: str, headers: Mapping[str, str], accepted: frozenset[int]
    ) -> AsyncIterator[httpx2.Response]:
        """Ask, follow redirects, and give the answer, whose status is one of those that are accepted.

        Raises:
            NothingThere: it answers 404 or 410.
            PassingFailure: it answers 429 or 5xx, or the connection broke.
            RegistryFailed: it cannot be had for any other reason.
            NotSetUp: the environment names a proxy, certificates or a token that cannot be used.
        """
        target = _parsed(url)
        try:
            async with httpx2.AsyncClient(
                transport=Network(self._reach, self._resolve),
                timeout=httpx2.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
                follow_redirects=False,
                trust_env=False,
            ) as client:
                for hop in range(REGISTRY_REDIRECTS_MAX + 1):
                    # INVARIANT: a token goes to the host that it is for, never on to where that one points.
                    answer = await self._send(client, target, headers, authorised=hop == 0)
                    try:
                        if answer.status_code not in _REDIRECTS:
                            self._check(answer, accepted)
                            yield answer
                            return
                        target = _onward(target, answer)
                    finally:
                        await answer.aclose()
                raise RegistryFailed(f"points on more than {REGISTRY_REDIRECTS_MAX} times")
        except (httpx2.HTTPError, ssl.SSLError) as failure:
            raise _broken(failure) from failure

    async def _send(
        self, client: httpx2.AsyncClient, target: httpx2.URL, headers: Mapping[str, str], *, authorised: bool
    ) -> httpx2.Response:
        asked = origin(target)
        if self._pace.monotonic() < self._unreachable.get(asked, -math.inf):
            raise RegistryFailed("is not reachable", hint=_OFFLINE)
        # INVARIANT: bytes are hashed as they were published, so no content coding is asked for.
        sent = {"accept-encoding": "identity", "user-agent": "intent-engine", **headers}
        if authorised and (token := self._tokens.get(asked)) is not None:
            if not plain(token):
                raise NotSetUp(
                    f"the token for {asked.host} holds characters that no token has",
                    hint="set TF_TOKEN_ and that host, with _ for each dot, to the token and nothing else",
                )
            sent["authorization"] = f"Bearer {token}"
        try:
            return await client.send(client.build_request("GET", target, headers=sent), stream=True)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as failure:
            reason = _not_reachable(failure)
            if not isinstance(reason, PassingFailure):
                self._unreachable[asked] = self._pace.monotonic() + REGISTRY_UNREACHABLE_SECONDS
            raise reason from failure

    def _check(self, answer: httpx2.Response, accepted: frozenset[int]) -> None:
        status = answer.status_code
        if status in accepted:
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise RegistryFailed("answered in a coding that was not asked for")
            return
        if status in _GONE:
            raise NothingThere(f"does not have it (HTTP {status})")
        if status in _UNAUTHORISED:
            raise RegistryFailed(
                f"refuses it (HTTP {status})",
                hint="set TF_TOKEN_ and the registry's host, with _ for each dot, to a token that it accepts",
            )
        if status != _TOO_MANY and status < _SERVER_ERROR:
            raise RegistryFailed(f"answered HTTP {status}")
        wait = self._pace.retry_after(answer.headers.get("retry-after"))
        later = "" if wait is None else f" and wants to be asked again in {wait:.0f} s"
        passing = PassingFailure(f"answered HTTP {status}{later}", hint="try again later")
        passing.wait = wait
        raise passing


def plain(text: str) -> bool:
    """Tell whether a text can stand in a header as it is: printable ASCII, not too long."""
    return text.isascii() and text.isprintable() and len(text) <= _HEADER_MAX_CHARS


def validator(answer: httpx2.Response, name: str) -> str:
    """Return a validator of an answer that can be sent back; empty where it has none."""
    text = str(answer.headers.get(name, ""))
    return text if plain(text) else ""


def _parsed(url: str) -> httpx2.URL:
    try:
        return httpx2.URL(url)
    except httpx2.InvalidURL as failure:
        raise _no_url() from failure


def _no_url() -> RegistryFailed:
    return RegistryFailed("points to what is no URL")


def _onward(target: httpx2.URL, answer: httpx2.Response) -> httpx2.URL:
    location = answer.headers.get("location", "")
    if not location:
        raise RegistryFailed("points on without saying where to")
    try:
        return target.join(location)
    except httpx2.InvalidURL as failure:
        raise _no_url() from failure


def _not_reachable(failure: Exception) -> RegistryFailed:
    for cause in _causes(failure):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return RegistryFailed(
                f"is not trusted, since its certificate is not believed: {cause.verify_message}",
                hint="SSL_CERT_FILE names further certificates that are",
            )
        if isinstance(cause, _RESET):
            return _broken(failure)
    why = f"timed out after {CONNECT_TIMEOUT_SECONDS:.0f} s and " * isinstance(failure, httpx2.ConnectTimeout)
    return RegistryFailed(f"{why}is not reachable", hint=_OFFLINE, untrusted=str(failure) or None)


def _causes(failure: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = failure
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _broken(failure: Exception) -> RegistryFailed:
    text, words = f"broke off: the transfer failed ({type(failure).__name__})", str(failure) or None
    if isinstance(failure, httpx2.TimeoutException):
        text = f"timed out: nothing arrived for {READ_TIMEOUT_SECONDS:.0f} s"
    if isinstance(failure, _PASSING):
        return PassingFailure(text, untrusted=words)
    return RegistryFailed(text, untrusted=words)
