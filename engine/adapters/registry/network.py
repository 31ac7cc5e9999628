"""Connections of one question: whom one may connect to is decided for the very address that is connected to.

What is asked, and what answers mean, is `http`'s.
"""

import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from typing import Final

import anyio
import httpx2

from engine.adapters.registry.reach import Reach, names_host, origin, proxy_for
from engine.core.errors import RegistryFailed
from engine.core.limits import CONNECT_TIMEOUT_SECONDS, REGISTRY_ADDRESSES_MAX
from engine.core.origins import is_public, is_this_machine, literal_address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# INVARIANT: no connection serves two requests: they are made to addresses, which other hosts may share.
_NO_REUSE: Final = httpx2.Limits(max_keepalive_connections=0)


async def system_addresses(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host as the system resolves it, in its order.

    Raises:
        OSError: it has none.
    """
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Network(httpx2.AsyncBaseTransport):
    """Sends each request to a checked address, or through the proxy that the environment names for it.

    A proxy resolves names itself: of a host that is asked for through one, only an address that stands in the
    URL can be checked, and `localhost`.
    """

    def __init__(self, reach: Reach, resolve: Resolve) -> None:
        self._reach = reach
        self._resolve = resolve
        self._open: list[httpx2.AsyncHTTPTransport] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Check whom the request is made to, and send it.

        Raises:
            RegistryFailed: the request may not be made.
            NotSetUp: the environment names a proxy or certificates that cannot be used.
            httpx2.TransportError: it cannot be sent, or is not answered.
        """
        self._check_form(request.url)
        proxy = proxy_for(self._reach.environment, request.url)
        if proxy is not None:
            self._check_literal(request.url)
            return await self._transport(proxy).handle_async_request(request)
        return await self._direct(request)

    async def aclose(self) -> None:
        """Close every connection."""
        for transport in self._open:
            await transport.aclose()

    def _check_form(self, url: httpx2.URL) -> None:
        if url.userinfo:
            raise RegistryFailed("points to an address that holds a user's name")
        # INVARIANT: plain http goes to this machine alone, and only where it was configured.
        plain = url.scheme == "http" and is_this_machine(url.host) and origin(url) in self._reach.own
        if url.scheme != "https" and not plain:
            raise RegistryFailed("points to an address that is not https")
        if not names_host(url):
            raise RegistryFailed("points to no host")

    def _check_literal(self, url: httpx2.URL) -> None:
        address = literal_address(url.host)
        if origin(url) not in self._reach.own and address is not None and not is_public(address):
            raise _not_public()

    async def _direct(self, request: httpx2.Request) -> httpx2.Response:
        addresses = await self._checked(request.url)
        host = request.url.raw_host.decode("ascii")
        named = {} if literal_address(host) is not None else {"sni_hostname": host}
        deadline = anyio.current_time() + CONNECT_TIMEOUT_SECONDS
        for left in range(len(addresses), 0, -1):
            seconds = (deadline - anyio.current_time()) / left
            times = {**request.extensions.get("timeout", {}), "connect": max(seconds, 0.0)}
            try:
                return await self._transport(None).handle_async_request(
                    httpx2.Request(
                        request.method,
                        request.url.copy_with(host=addresses[-left]),
                        headers=request.headers,
                        extensions={**request.extensions, **named, "timeout": times},
                    )
                )
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if left == 1:
                    raise
        raise httpx2.ConnectError("the host has no address")

    async def _checked(self, url: httpx2.URL) -> Sequence[str]:
        """Return the addresses of a host, each of which may be connected to."""
        asked = origin(url)
        literal = literal_address(asked.host)
        if asked not in self._reach.own and is_this_machine(asked.host):
            raise _not_public()
        try:
            with anyio.fail_after(CONNECT_TIMEOUT_SECONDS):
                found = await self._resolve(asked.host, asked.port) if literal is None else [str(literal)]
        except (OSError, UnicodeError) as failure:  # a TimeoutError is an OSError
            raise httpx2.ConnectError(f"the host's name is not resolved: {failure}") from failure
        if asked not in self._reach.own and not all(is_public(ip_address(one)) for one in found):
            raise _not_public()
        return found[:REGISTRY_ADDRESSES_MAX]

    def _transport(self, proxy: httpx2.Proxy | None) -> httpx2.AsyncHTTPTransport:
        transport = httpx2.AsyncHTTPTransport(
            verify=self._reach.trusted, trust_env=False, limits=_NO_REUSE, proxy=proxy
        )
        self._open.append(transport)
        return transport


def _not_public() -> RegistryFailed:
    return RegistryFailed(
        "points to an address on a private network",
        hint="name the host in INTENT_PRIVATE_HOSTS if it is one of yours",
    )
