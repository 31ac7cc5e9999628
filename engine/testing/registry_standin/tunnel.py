"""A proxy on loopback that tunnels every connection to one port there, whatever host was asked for."""

import base64
import selectors
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Final, Self

_BYTES: Final = 64 * 1024
_SECONDS: Final = 30.0


class TunnelStandIn:
    """A forward proxy for tests; use it as a context manager.

    Args:
        port: where everything is tunnelled to.
        login: `name:password` that it demands; nothing where empty.

    Attributes:
        asked: `host:port` of every request in its order, the refused ones too.
    """

    def __init__(self, port: int, login: str = "") -> None:
        self.asked: list[str] = []
        self.port = port
        self.wanted = f"Basic {base64.b64encode(login.encode()).decode()}" if login else ""
        self._server = _Proxy(("127.0.0.1", 0), _requests_of(self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        """Start to serve."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop and close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    @property
    def url(self) -> str:
        """The proxy as `HTTPS_PROXY` names it, without a login."""
        return f"http://127.0.0.1:{self._server.server_port}"


class _Proxy(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: whoever hangs up is no fault of the proxy."""


def _requests_of(tunnel: TunnelStandIn) -> type[BaseHTTPRequestHandler]:
    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            tunnel.asked.append(self.path)
            if tunnel.wanted and self.headers.get("proxy-authorization") != tunnel.wanted:
                self.send_response(407)
                self.send_header("proxy-authenticate", "Basic")
                self.send_header("content-length", "0")
                self.end_headers()
                return
            with socket.create_connection(("127.0.0.1", tunnel.port), _SECONDS) as there:
                self.send_response(200)
                self.end_headers()
                _pass_on(self.connection, there)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Print nothing."""

    return Requests


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    """Pass bytes on both ways until one side ends."""
    with selectors.DefaultSelector() as watched:
        watched.register(here, selectors.EVENT_READ, there)
        watched.register(there, selectors.EVENT_READ, here)
        while ready := watched.select(_SECONDS):
            for key, _ in ready:
                source: socket.socket = here if key.data is there else there
                content = source.recv(_BYTES)
                if not content:
                    return
                key.data.sendall(content)
