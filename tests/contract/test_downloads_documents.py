"""Documents from a stand-in that does what registries do: late, busy, broken off, elsewhere, too large."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import anyio
import pytest

from engine.adapters.registry import http
from engine.adapters.registry.exchange import NothingThere
from engine.adapters.registry.network import Resolve
from engine.core.errors import RegistryFailed
from engine.testing.registry_standin import PRIVATE_ADDRESSES, Fault, RegistryStandIn, Trouble
from tests.contract.asking import Watch, downloads

PATH: Final = "/.well-known/terraform.json"
BODY: Final = b'{"providers.v1": "/v1/providers/"}'

pytestmark = pytest.mark.anyio


@pytest.fixture
def stand_in() -> Iterator[RegistryStandIn]:
    with RegistryStandIn() as serving:
        yield serving


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.mark.requirement("5.1.retries")
@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.UNAVAILABLE, Fault.TRUNCATED])
async def test_what_passes_is_tried_again_after_longer_and_longer_waits(
    stand_in: RegistryStandIn, watch: Watch, fault: Fault
) -> None:
    stand_in.make(Trouble(fault, PATH, times=3))
    assert await downloads(stand_in.url, watch=watch).text(stand_in.url + PATH) == BODY
    assert (stand_in.count(PATH), watch.waits) == (4, [0.5, 1.0, 2.0])


@pytest.mark.requirement("5.1.retries")
@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.UNAVAILABLE, Fault.TRUNCATED])
async def test_what_does_not_pass_is_given_up(stand_in: RegistryStandIn, watch: Watch, fault: Fault) -> None:
    stand_in.make(Trouble(fault, PATH))
    with pytest.raises(RegistryFailed):
        await downloads(stand_in.url, watch=watch).text(stand_in.url + PATH)
    assert (stand_in.count(PATH), len(watch.waits)) == (4, 3)


@pytest.mark.requirement("5.1.retries")
@pytest.mark.parametrize(
    ("retry_after", "waits"),
    [("7", [7.0]), ("Mon, 12 Jan 1970 13:46:49 GMT", [9.0]), ("0", [0.5]), ("soon", [0.5])],
)
async def test_a_registry_says_when_to_ask_again(
    stand_in: RegistryStandIn, watch: Watch, retry_after: str, waits: Sequence[float]
) -> None:
    stand_in.make(Trouble(Fault.TOO_MANY, PATH, times=1, retry_after=retry_after))
    await downloads(stand_in.url, watch=watch).text(stand_in.url + PATH)
    assert watch.waits == waits


@pytest.mark.requirement("5.1.retries")
async def test_a_registry_that_wants_to_be_left_alone_for_long_is_not_waited_for(
    stand_in: RegistryStandIn, watch: Watch
) -> None:
    stand_in.make(Trouble(Fault.UNAVAILABLE, PATH, retry_after="3600"))
    with pytest.raises(RegistryFailed, match="asked again in 3600 s"):
        await downloads(stand_in.url, watch=watch).text(stand_in.url + PATH)
    assert (stand_in.count(PATH), watch.waits) == (1, [])


@pytest.mark.requirement("5.1.bounds")
@pytest.mark.parametrize("fault", [Fault.HUGE, Fault.ENDLESS])
async def test_an_answer_beyond_its_bound_is_not_read_on(stand_in: RegistryStandIn, fault: Fault) -> None:
    stand_in.make(Trouble(fault, PATH))
    with pytest.raises(RegistryFailed, match="sent more than 1000 bytes"):
        await downloads(stand_in.url).text(stand_in.url + PATH, 1_000)
    assert stand_in.count(PATH) == 1


@pytest.mark.requirement("5.1.bounds")
async def test_an_answer_packed_unasked_is_not_unpacked(stand_in: RegistryStandIn) -> None:
    stand_in.make(Trouble(Fault.GZIP_BOMB, PATH))
    with pytest.raises(RegistryFailed, match="coding that was not asked for"):
        await downloads(stand_in.url).text(stand_in.url + PATH)
    assert stand_in.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.requirement("5.1.bounds")
async def test_a_document_has_a_time_for_all_tries_together(
    stand_in: RegistryStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "REGISTRY_DOCUMENT_SECONDS", 0.2)
    stand_in.make(Trouble(Fault.SLOW, PATH))
    with pytest.raises(RegistryFailed, match="did not answer within"):
        await downloads(stand_in.url).text(stand_in.url + PATH)


async def test_what_is_not_there_and_what_is_refused_are_told_apart(stand_in: RegistryStandIn) -> None:
    with pytest.raises(NothingThere, match="HTTP 404"):
        await downloads(stand_in.url).text(f"{stand_in.url}/nothing")
    assert stand_in.count("/nothing") == 1


@pytest.mark.requirement("5.1.redirects")
async def test_a_redirect_is_followed_and_what_is_found_knows_where_it_is(stand_in: RegistryStandIn) -> None:
    stand_in.add_document("/elsewhere/a.json", b"[1]")
    stand_in.make(Trouble(Fault.REDIRECT, PATH, to="/elsewhere/a.json"))
    found = await downloads(stand_in.url).document(stand_in.url + PATH)
    assert (found.url, found.body) == (f"{stand_in.url}/elsewhere/a.json", b"[1]")


@pytest.mark.requirement("5.1.redirects")
async def test_redirects_end(stand_in: RegistryStandIn) -> None:
    stand_in.make(Trouble(Fault.REDIRECT_LOOP, PATH))
    with pytest.raises(RegistryFailed, match="points on more than 5 times"):
        await downloads(stand_in.url).text(stand_in.url + PATH)
    assert len(stand_in.requests) == 6


@pytest.mark.requirement("5.1.redirects")
@pytest.mark.parametrize("address", PRIVATE_ADDRESSES)
async def test_no_redirect_leads_to_a_private_network(stand_in: RegistryStandIn, address: str) -> None:
    stand_in.make(Trouble(Fault.REDIRECT, PATH, to=f"https://{address}/secret"))
    with pytest.raises(RegistryFailed, match=r"private network|no URL"):
        await downloads(stand_in.url).text(stand_in.url + PATH)


@pytest.mark.requirement("5.1.redirects")
async def test_a_private_host_points_to_no_other_one_but_to_one_that_was_named(
    stand_in: RegistryStandIn,
) -> None:
    with RegistryStandIn() as other:
        stand_in.make(Trouble(Fault.REDIRECT, PATH, to=other.url + PATH))
        with pytest.raises(RegistryFailed, match="not https"):
            await downloads(stand_in.url).text(stand_in.url + PATH)
        assert other.requests == []
        assert await downloads(stand_in.url, other.url).text(stand_in.url + PATH) == BODY


@pytest.mark.requirement("5.1.redirects")
@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("http://192.0.2.1/x", "not https"),
        ("ftp://example.org/x", "not https"),
        ("file:///etc/passwd", "not https"),
        ("https://user:secret@example.org/x", "holds a user's name"),
        ("https://[/", "no host"),
        ("https:///x", "not https"),
        ("https://exa%20mple.org/x", "no host"),
    ],
)
async def test_no_redirect_leads_away_from_https(stand_in: RegistryStandIn, to: str, why: str) -> None:
    stand_in.make(Trouble(Fault.REDIRECT, PATH, to=to))
    with pytest.raises(RegistryFailed, match=why) as refused:
        await downloads(stand_in.url).text(stand_in.url + PATH)
    assert "secret" not in str(refused.value) + str(refused.value.untrusted)


@pytest.mark.requirement("5.1.rebinding")
@pytest.mark.parametrize(
    "answers",
    [
        [["10.0.0.1"]],
        [["93.184.216.34", "10.0.0.1"]],
        [["::ffff:10.0.0.1"]],
        [["fe80::1%lo"]],
        [["127.0.0.1"]],
    ],
)
async def test_a_name_that_leads_to_a_private_network_is_not_asked(answers: list[list[str]]) -> None:
    with pytest.raises(RegistryFailed, match="private network") as refused:
        await downloads(resolve=_scripted(answers, [])).text("https://registry.example.org/x")
    assert "INTENT_PRIVATE_HOSTS" in (refused.value.hint or "")


@pytest.mark.requirement("5.1.rebinding")
async def test_a_name_is_resolved_once_and_connected_to_where_it_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The second answer is what an attacker's name server gives to whoever resolves again to connect.
    asked: list[str] = []
    connected: list[str] = []

    async def connect(remote_host: str, remote_port: int, **_: object) -> None:
        connected.append(f"{remote_host}:{remote_port}")
        raise OSError("nobody there")

    monkeypatch.setattr(anyio, "connect_tcp", connect)
    resolve = _scripted([["93.184.216.34"], ["127.0.0.1"]], asked)
    with pytest.raises(RegistryFailed, match="not reachable"):
        await downloads(resolve=resolve).text("https://registry.example.org/x")
    assert (asked, connected) == (["registry.example.org"], ["93.184.216.34:443"])


@pytest.mark.requirement("5.1.rebinding")
async def test_every_address_of_a_host_is_tried(stand_in: RegistryStandIn) -> None:
    port = int(stand_in.url.rsplit(":", 1)[1])
    named = f"http://stand-in.localhost:{port}"
    resolve = _scripted([["127.0.0.2", "127.0.0.1"]], [])
    assert await downloads(named, resolve=resolve).text(named + PATH) == BODY
    assert stand_in.asked[0].headers["host"] == f"stand-in.localhost:{port}"


@pytest.mark.requirement("5.1.unreachable")
async def test_a_host_that_cannot_be_reached_is_left_alone_for_a_minute(watch: Watch) -> None:
    asked: list[str] = []
    asking = downloads("http://gone.localhost:1", watch=watch, resolve=_scripted([["127.0.0.1"]] * 2, asked))
    for seconds, times in ((0, 1), (59, 1), (2, 2)):
        watch.time += seconds
        with pytest.raises(RegistryFailed, match="not reachable") as refused:
            await asking.text("http://gone.localhost:1/x")
        assert (len(asked), "INTENT_OFFLINE" in (refused.value.hint or "")) == (times, True)
    assert watch.waits == []


@pytest.mark.requirement("5.1.kept")
async def test_a_burst_of_the_same_question_asks_once(
    stand_in: RegistryStandIn, watch: Watch, tmp_path: Path
) -> None:
    asking = downloads(stand_in.url, watch=watch, kept=tmp_path / "kept")
    found: list[bytes] = []

    async def ask() -> None:
        found.append(await asking.text(stand_in.url + PATH))

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(ask)
    assert (found, stand_in.count(PATH)) == ([BODY] * 20, 1)


@pytest.mark.requirement("5.1.kept")
async def test_an_answer_is_asked_for_anew_only_whether_it_changed(
    stand_in: RegistryStandIn, watch: Watch, tmp_path: Path
) -> None:
    asking = downloads(stand_in.url, watch=watch, kept=tmp_path / "kept")
    first = await asking.document(stand_in.url + PATH)
    watch.time += 59
    assert (await asking.document(stand_in.url + PATH), stand_in.count(PATH)) == (first, 1)
    watch.time += 2
    assert await asking.document(stand_in.url + PATH) == first
    assert [one.status for one in stand_in.asked] == [200, 304]
    assert stand_in.asked[1].sent_bytes == 0
    # Another process finds it on disk, and that it is fresh again.
    assert (
        await downloads(stand_in.url, watch=watch, kept=tmp_path / "kept").document(stand_in.url + PATH)
        == first
    )
    assert stand_in.count(PATH) == 2


@pytest.mark.requirement("5.1.kept")
async def test_a_changed_answer_takes_the_place_of_the_kept_one(
    stand_in: RegistryStandIn, watch: Watch, tmp_path: Path
) -> None:
    asking = downloads(stand_in.url, watch=watch, kept=tmp_path / "kept")
    stand_in.add_document("/a.json", b"[1]")
    assert await asking.text(f"{stand_in.url}/a.json") == b"[1]"
    stand_in.add_document("/a.json", b"[2]")
    watch.time += 3_601
    assert await asking.text(f"{stand_in.url}/a.json") == b"[2]"


@pytest.mark.requirement("5.1.kept")
@pytest.mark.parametrize("most", [3_600.0, 600.0])
async def test_an_answer_lasts_as_long_as_it_says_but_no_longer_than_its_bound(
    stand_in: RegistryStandIn, watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: float
) -> None:
    monkeypatch.setattr(http, "REGISTRY_FRESH_MAX_SECONDS", most)
    asking = downloads(stand_in.url, watch=watch, kept=tmp_path / "kept")
    stand_in.add_document("/a.json", b"[1]")  # the docs API says an hour
    for seconds, count in ((0, 1), (most - 1, 1), (2, 2)):
        watch.time += seconds
        await asking.text(f"{stand_in.url}/a.json")
        assert stand_in.count("/a.json") == count


@pytest.mark.requirement("5.1.kept")
@pytest.mark.parametrize("set_back", [3_600, 86_400 * 365])
async def test_a_clock_that_is_set_back_makes_nothing_fresh(
    stand_in: RegistryStandIn, watch: Watch, tmp_path: Path, set_back: int
) -> None:
    asking = downloads(stand_in.url, watch=watch, kept=tmp_path / "kept")
    await asking.text(stand_in.url + PATH)
    watch.time -= set_back
    await asking.text(stand_in.url + PATH)
    assert stand_in.count(PATH) == 2


@pytest.mark.requirement("5.1.offline")
async def test_offline_answers_from_what_was_kept_however_old_and_asks_nobody(
    stand_in: RegistryStandIn, watch: Watch, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    await downloads(stand_in.url, watch=watch, kept=kept).text(stand_in.url + PATH)
    watch.time += 86_400 * 365
    offline = downloads(stand_in.url, watch=watch, kept=kept, offline=True)
    assert await offline.text(stand_in.url + PATH) == BODY
    with pytest.raises(RegistryFailed, match="works offline") as refused:
        await offline.text(f"{stand_in.url}/other")
    assert (len(stand_in.requests), refused.value.hint) == (1, "unset INTENT_OFFLINE to ask it")


def _scripted(answers: list[list[str]], asked: list[str]) -> Resolve:
    left = list(answers)

    async def resolve(host: str, _port: int) -> Sequence[str]:
        await anyio.lowlevel.checkpoint()
        asked.append(host)
        return left.pop(0)

    return resolve
