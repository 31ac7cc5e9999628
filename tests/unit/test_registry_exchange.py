"""What a status means, and what becomes of names that nobody knows."""

import socket
import struct
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from threading import Thread

import anyio
import httpx2
import pytest

from engine.adapters.registry import exchange
from engine.adapters.registry.exchange import NothingThere
from engine.core.errors import RegistryFailed
from tests.contract.asking import Watch, downloads

URL = "https://registry.example.org/x"


def _answering(
    monkeypatch: pytest.MonkeyPatch, status: int, headers: dict[str, str] | None = None
) -> list[str]:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(status, headers=headers, content=b"")

    monkeypatch.setattr(exchange, "Network", lambda *_: httpx2.MockTransport(answer))
    return asked


@pytest.mark.requirement("5.1.retries")
@pytest.mark.parametrize("status", [401, 403])
def test_a_registry_that_wants_a_token_says_how_to_give_one(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    asked = _answering(monkeypatch, status)
    with pytest.raises(RegistryFailed, match=f"refuses it .HTTP {status}") as refused:
        anyio.run(downloads().text, URL)
    assert ("TF_TOKEN_" in (refused.value.hint or ""), asked) == (True, [URL])


@pytest.mark.requirement("5.1.retries")
@pytest.mark.parametrize(
    ("status", "tries"), [(404, 1), (410, 1), (400, 1), (418, 1), (206, 1), (304, 1), (500, 4), (599, 4)]
)
def test_only_what_passes_is_tried_again(monkeypatch: pytest.MonkeyPatch, status: int, tries: int) -> None:
    asked = _answering(monkeypatch, status)
    with pytest.raises(RegistryFailed, match=f"HTTP {status}") as failed:
        anyio.run(downloads().text, URL)
    assert (len(asked), isinstance(failed.value, NothingThere)) == (tries, status in {404, 410})


@pytest.mark.requirement("5.1.redirects")
def test_a_redirect_says_where_to(monkeypatch: pytest.MonkeyPatch) -> None:
    _answering(monkeypatch, 302)
    with pytest.raises(RegistryFailed, match="without saying where to"):
        anyio.run(downloads().text, URL)


@pytest.mark.parametrize("url", ["https://a b/", "https://1.2.3.999/", "https://x:y/", "https://a/\n"])
def test_what_is_no_url_is_not_asked(url: str) -> None:
    with pytest.raises(RegistryFailed, match=r"no URL|no host"):
        anyio.run(downloads().text, url)


@pytest.mark.requirement("5.1.unreachable")
@pytest.mark.parametrize(
    "found", [socket.gaierror("unknown"), TimeoutError(), UnicodeError("label too long"), []]
)
def test_a_name_that_leads_nowhere_is_not_reachable(found: Exception | list[str]) -> None:
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        if isinstance(found, Exception):
            raise found
        return found

    asking = downloads(resolve=resolve)
    for _ in range(2):
        with pytest.raises(RegistryFailed, match="not reachable"):
            anyio.run(asking.text, URL)
    assert asked == ["registry.example.org"]


@pytest.mark.requirement("5.1.offline")
def test_what_was_kept_is_still_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        exchange,
        "Network",
        lambda *_: httpx2.MockTransport(lambda _request: httpx2.Response(200, content=_five())),
    )
    watch = Watch()
    assert anyio.run(downloads(kept=tmp_path, watch=watch).text, URL, 5) == b"12345"
    with pytest.raises(RegistryFailed, match="more than 4 bytes"):
        anyio.run(downloads(kept=tmp_path, offline=True).text, URL, 4)


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (httpx2.ReadTimeout(""), "timed out: nothing arrived for 30 s"),
        (httpx2.ConnectTimeout(""), "timed out after 5 s and is not reachable"),
    ],
)
def test_who_stays_silent_is_said_to_have_timed_out(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, message: str
) -> None:
    def silent(_request: httpx2.Request) -> httpx2.Response:
        raise failure

    monkeypatch.setattr(exchange, "Network", lambda *_: httpx2.MockTransport(silent))
    with pytest.raises(RegistryFailed) as caught:
        anyio.run(downloads().text, URL)
    assert caught.value.message == message


async def _five() -> AsyncIterator[bytes]:
    yield b"12345"


@pytest.mark.requirement("5.1.retries")
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("heard", [0, 1])
def test_a_connection_that_is_reset_is_tried_again(scheme: str, heard: int) -> None:
    watch = Watch()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reset_all() -> None:
            for _ in range(4):
                accepted, _address = server.accept()
                accepted.recv(heard)
                # With no time to linger, closing sends a reset.
                accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                accepted.close()

        resetting = Thread(target=reset_all, daemon=True)
        resetting.start()
        url = f"{scheme}://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(RegistryFailed, match="transfer failed"):
            anyio.run(downloads(url, watch=watch).text, f"{url}/x")
        resetting.join(timeout=10)
    assert (watch.waits, resetting.is_alive()) == ([0.5, 1.0, 2.0], False)
