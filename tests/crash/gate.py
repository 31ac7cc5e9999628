"""A gate before the cloud: it gives each run an account of its own, and can hold one call on its way.

A call is held before it reaches the cloud, or after the cloud has acted and before anybody hears of it. What
is done to whom meanwhile is `play`'s business.
"""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Final

WAIT_SECONDS: Final = 120.0
_ACCOUNTS: Final = count(100_000_000_001)
_HOP: Final = frozenset({"connection", "host", "content-length", "transfer-encoding", "accept-encoding"})


class Side(StrEnum):
    """On which side of the effect something happens."""

    BEFORE = "before"
    AFTER = "after"


@dataclass
class _Hold:
    number: int
    side: Side
    late: bool


@dataclass(frozen=True)
class Answer:
    """What the cloud said."""

    status: int
    headers: dict[str, str]
    body: bytes


class Gate:
    """Passes calls on, counted from `watch` on.

    Attributes:
        url: where it listens.
        account: the account of the cloud that all its calls are made in.
        calls: the calls since `watch`, in their order, `POST CreateVpc`.
        arrived: set while a call is held.
    """

    def __init__(self, behind: str) -> None:
        self.url = ""
        self.account = str(next(_ACCOUNTS))
        self.calls: list[str] = []
        self.arrived = threading.Event()
        self._behind = behind
        self._release = threading.Event()
        self._passed = threading.Event()
        self._hold: _Hold | None = None
        self._turn = threading.Lock()

    def watch(self, number: int = 0, side: Side = Side.BEFORE, *, late: bool = False) -> None:
        """Count calls anew, and hold the one of a number, if it is not 0.

        `late` says whether one that is held before the cloud goes on to it once it is released, as what was
        on its way when its sender died; otherwise it is lost.
        """
        with self._turn:
            self.calls = []
            self._hold = _Hold(number, side, late) if number else None

    def release(self) -> None:
        """Let go of the call that is held, and wait until the cloud has had it."""
        self._hold = None
        self._release.set()
        if self.arrived.is_set():
            assert self._passed.wait(WAIT_SECONDS)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        """Pass a call on and return the cloud's answer, None where the call was lost on its way."""
        with self._turn:
            self.calls.append(f"{method} {_name(path, headers, body)}")
            hold = self._hold if self._hold is not None and self._hold.number == len(self.calls) else None
        if hold is None:
            return self._pass_on(method, path, headers, body)
        if hold.side is Side.AFTER:
            said: Answer | None = self._pass_on(method, path, headers, body)
            self._wait()
        else:
            self._wait()
            said = self._pass_on(method, path, headers, body) if hold.late else None
        self._passed.set()
        return said

    def _wait(self) -> None:
        self.arrived.set()
        self._release.wait(WAIT_SECONDS)

    def _pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        sent = {**headers, "x-moto-account-id": self.account, "Host": self.url.removeprefix("http://")}
        request = urllib.request.Request(self._behind + path, body, sent, method=method)  # noqa: S310 - our own loopback server
        try:
            with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as response:  # noqa: S310 - as above
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, dict(refused.headers), refused.read())


def is_write(call: str) -> bool:
    """Tell whether a call changes something in the cloud, by its name."""
    method, _, name = call.partition(" ")
    return method in {"PUT", "DELETE"} or (
        method == "POST" and not name.startswith(("Describe", "Get", "List", "Head"))
    )


@contextmanager
def open_gate(behind: str) -> Iterator[Gate]:
    """Open a gate before the cloud at a URL; leaving releases what is held and closes it."""
    gate = Gate(behind)

    class Passing(BaseHTTPRequestHandler):
        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: text for name, text in self.headers.items() if name.lower() not in _HOP}
            said = gate.answer(self.command, self.path, headers, body)
            if said is None:
                self.close_connection = True
                return
            try:
                self.send_response(said.status)
                for name, text in said.headers.items():
                    if name.lower() not in _HOP | {"date", "server"}:
                        self.send_header(name, text)
                self.send_header("Content-Length", said.headers.get("Content-Length", str(len(said.body))))
                self.end_headers()
                self.wfile.write(said.body)
            except ConnectionError:
                # Whoever asked has been killed.
                return

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815 - the names that the server calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the overridden method's argument
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    gate.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield gate
    finally:
        gate.release()
        server.shutdown()
        thread.join()
        server.server_close()


def _name(path: str, headers: dict[str, str], body: bytes) -> str:
    lowered = {name.lower(): text for name, text in headers.items()}
    if (target := lowered.get("x-amz-target")) is not None:
        return target.rpartition(".")[2]
    for field in body.split(b"&"):
        if field.startswith(b"Action="):
            return field.removeprefix(b"Action=").decode()
    return path
