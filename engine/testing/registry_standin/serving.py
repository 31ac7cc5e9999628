"""HTTP on a free loopback port, with or without TLS: what was asked, what was sent, who is held."""

import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from threading import Condition, Thread
from typing import Final

from engine.testing.registry_standin.answers import Answer

_CHUNK_BYTES: Final = 64 * 1024
_HELD_SECONDS: Final = 60.0


@dataclass
class Asked:
    """One request and what became of it.

    Attributes:
        target: path and query as they were asked for; a whole URL where the stand-in was asked as a proxy.
        headers: names in lower case.
        status: of the answer; 0 until it is given.
        sent_bytes: of the body, as far as they were given to the connection.
    """

    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    sent_bytes: int = 0


class Serving:
    """A server on 127.0.0.1 that runs between `start` and `stop`.

    Attributes:
        log: every request in its order.
    """

    def __init__(
        self, answer: Callable[[str, Mapping[str, str]], Answer], tls: ssl.SSLContext | None
    ) -> None:
        self.log: list[Asked] = []
        self._answer = answer
        self._changed = Condition()
        self._held = 0
        self._released = 0
        self._stopped = False
        self._server = _Server(("127.0.0.1", 0), _requests_of(self))
        if tls is not None:
            # The handshake is the request's: in the thread that accepts, a slow one would hold up the rest.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of all that is held, and close the port."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def release(self) -> None:
        """Let every request go on that is held now."""
        with self._changed:
            self._released += 1
            self._changed.notify_all()

    def wait_until_held(self, count: int) -> None:
        """Wait until that many requests are held.

        Raises:
            TimeoutError: that did not happen within a minute.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._held >= count, _HELD_SECONDS):
                raise TimeoutError(f"{self._held} requests are held, not {count}")

    def answer(self, target: str, headers: Mapping[str, str]) -> tuple[Asked, Answer]:
        """Take note of a request and return its answer; for the request's thread."""
        asked = Asked(target, headers)
        with self._changed:
            self.log.append(asked)
        answer = self._answer(target, headers)
        asked.status = answer.status
        return asked, answer

    def parts(self, answer: Answer) -> Iterator[bytes]:
        """Yield the body as it is to be sent, holding where the answer does; for the request's thread."""
        yield from _chunks(answer.body[: answer.cut])
        if answer.held:
            self._hold()
            yield from _chunks(answer.body[answer.cut :])
        while answer.endless and not self._stopped:
            yield bytes(_CHUNK_BYTES)

    def _hold(self) -> None:
        with self._changed:
            before = self._released
            self._held += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._stopped or self._released > before, _HELD_SECONDS)
            self._held -= 1


def _chunks(body: bytes) -> Iterator[bytes]:
    return (body[start : start + _CHUNK_BYTES] for start in range(0, len(body), _CHUNK_BYTES))


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """Say nothing of clients that hang up or do not trust the certificate."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _requests_of(serving: Serving) -> type[BaseHTTPRequestHandler]:
    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked, answer = serving.answer(
                self.path, {name.lower(): value for name, value in self.headers.items()}
            )
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.length is not None:
                self.send_header("content-length", str(answer.length))
            self.send_header("connection", "close")
            self.end_headers()
            for part in serving.parts(answer):
                asked.sent_bytes += len(part)
                self.wfile.write(part)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Print nothing."""

    return Requests
