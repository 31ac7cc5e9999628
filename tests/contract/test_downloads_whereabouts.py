"""Where a question may lead: redirects, names that resolve to anything, hosts that cannot be reached."""

from collections.abc import Iterator, Sequence
from typing import Final

import anyio
import pytest

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
        ("https://192.0.2.1:65536/x", "no host"),
        ("https://192.0.2.1:0/x", "no host"),
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


def _scripted(answers: list[list[str]], asked: list[str]) -> Resolve:
    left = list(answers)

    async def resolve(host: str, _port: int) -> Sequence[str]:
        await anyio.lowlevel.checkpoint()
        asked.append(host)
        return left.pop(0)

    return resolve
