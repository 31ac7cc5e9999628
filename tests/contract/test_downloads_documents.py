"""Documents from a stand-in that does what registries do: late, busy, broken off, elsewhere, too large."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import anyio
import pytest

from engine.adapters.registry import http
from engine.adapters.registry.exchange import NothingThere
from engine.adapters.registry.offers import ProviderProtocol
from engine.core.addrs import ProviderAddress
from engine.core.errors import RegistryFailed
from engine.testing.registry_standin import Fault, RegistryStandIn, Trouble, answers
from tests.contract.asking import Watch, downloads

PATH: Final = "/.well-known/terraform.json"
NULL: Final = ProviderAddress.parse("hashicorp/null")
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
async def test_what_is_never_to_come_without_a_question_is_asked_however_long_it_says_that_it_lasts(
    stand_in: RegistryStandIn, watch: Watch, tmp_path: Path
) -> None:
    asking = downloads(stand_in.url, watch=watch, kept=tmp_path / "kept")
    stand_in.add_document("/a.json", b"[1]")  # the docs API says an hour
    for count in (1, 2):
        await asking.document(f"{stand_in.url}/a.json", fresh=0.0)
        assert stand_in.count("/a.json") == count
    assert [one.status for one in stand_in.asked] == [200, 304]


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


@pytest.mark.requirement("5.1.kept")
async def test_an_answer_that_makes_no_sense_is_asked_for_again(
    stand_in: RegistryStandIn, watch: Watch, tmp_path: Path
) -> None:
    asking = downloads(stand_in.url, watch=watch, kept=tmp_path / "kept")
    protocol = ProviderProtocol(asking, {NULL.host: stand_in.url})
    stand_in.make(Trouble(Fault.NOT_JSON, PATH, times=1))
    with pytest.raises(RegistryFailed, match="something else than the protocol"):
        await protocol.versions(NULL)
    with pytest.raises(NothingThere):
        await protocol.versions(NULL)
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


@pytest.mark.requirement("5.1.kept")
@pytest.mark.parametrize("etag", ['"caf\u00e9"', '"' + "e" * 5_000 + '"'])
async def test_a_validator_that_cannot_be_sent_back_is_not(
    stand_in: RegistryStandIn, watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, etag: str
) -> None:
    monkeypatch.setattr(answers, "etag_of", lambda _body: etag)
    asking = downloads(stand_in.url, watch=watch, kept=tmp_path / "kept")
    for _ in range(2):
        assert await asking.text(stand_in.url + PATH) == BODY
        watch.time += 61
    assert ["if-none-match" in one.headers for one in stand_in.asked] == [False, False]
