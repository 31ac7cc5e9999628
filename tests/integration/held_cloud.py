"""A cloud that holds its answer to one call until it is told to give it; the effect has happened by then."""

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WAIT_SECONDS = 60.0
_PASSED = ("Content-Type", "X-Amz-Target", "Authorization", "X-Amz-Date")


class HeldCloud:
    """Passes calls on to a cloud; the answer to one of them waits.

    Attributes:
        arrived: set when the call has had its effect and its answer is being held.
        release: to be set for the answer to be given.
        away: how many of the next calls of that name find nobody: the connection ends, nothing is done.
    """

    def __init__(self, behind: str, held: str) -> None:
        self.arrived = threading.Event()
        self.release = threading.Event()
        self.away = 0
        self.url = ""
        self._behind = behind
        self._held = held

    def is_away(self, target: str) -> bool:
        """Tell whether a call finds nobody."""
        if self.away and target.endswith(self._held):
            self.away -= 1
            return True
        return False

    def answer(self, target: str, headers: dict[str, str], body: bytes) -> bytes:
        """Pass a call on and return the cloud's answer, later for the one that is held."""
        request = urllib.request.Request(self._behind, body, headers)  # noqa: S310 - our own loopback server
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as response:  # noqa: S310 - as above
            said: bytes = response.read()
        if target.endswith(self._held):
            self.arrived.set()
            self.release.wait(WAIT_SECONDS)
        return said


@contextmanager
def held_cloud(behind: str, held: str) -> Iterator[HeldCloud]:
    """Start a cloud in front of another one; `held` is the name of the call, `PutParameter`."""
    cloud = HeldCloud(behind, held)

    class Passing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: self.headers[name] for name in _PASSED if name in self.headers}
            target = self.headers.get("X-Amz-Target", "")
            if cloud.is_away(target):
                return
            said = cloud.answer(target, headers, body)
            try:
                self.send_response(200)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
            except ConnectionError:
                # Whoever asked has been killed.
                return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the overridden method's argument
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    cloud.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield cloud
    finally:
        cloud.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
