"""Archives that break off, are gone on with, are changed in between, or never were what was said."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx2
import pytest

from engine.adapters.registry import archives, exchange
from engine.adapters.registry.exchange import NothingThere
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import NotSetUp, RegistryFailed
from engine.ports.artifacts import StepKind
from engine.testing.artifacts import Heard
from engine.testing.registry_standin import Fault, RegistryStandIn, Trouble
from tests.contract.asking import Watch, downloads

PIN: Final = ProviderPin(address=ProviderAddress.parse("hashicorp/null"), version=Version.parse("2.1.2"))
CONTENT: Final = bytes(range(256)) * 8_000
SHA256: Final = hashlib.sha256(CONTENT).hexdigest()
HALF: Final = len(CONTENT) // 2
PATH: Final = "/files/hashicorp/null/2.1.2/terraform-provider-null_2.1.2_linux_amd64.zip"

pytestmark = pytest.mark.anyio


@pytest.fixture
def stand_in() -> Iterator[RegistryStandIn]:
    with RegistryStandIn() as serving:
        serving.add_provider(PIN, "linux_amd64", archive=CONTENT)
        yield serving


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "null.zip"


async def _fetch(stand_in: RegistryStandIn, target: Path, heard: Heard | None = None) -> str:
    return await downloads(stand_in.url).file(stand_in.url + PATH, target, "null", heard or Heard())


async def _begin(stand_in: RegistryStandIn, target: Path) -> None:
    """Leave half of the archive at the target."""
    stand_in.make(Trouble(Fault.TRUNCATED, PATH, times=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.adapters.registry.pace.REGISTRY_TRIES", 1)
        with pytest.raises(RegistryFailed):
            await _fetch(stand_in, target)
    assert target.stat().st_size == HALF
    stand_in.forget()


@pytest.mark.requirement("5.1.resume")
async def test_a_download_that_breaks_off_goes_on_where_it_was(
    stand_in: RegistryStandIn, target: Path
) -> None:
    stand_in.make(Trouble(Fault.TRUNCATED, PATH, times=1))
    heard = Heard()
    assert await _fetch(stand_in, target, heard) == SHA256
    assert [one.status for one in stand_in.asked] == [200, 206]
    assert (stand_in.sent_bytes(PATH), target.read_bytes()) == (len(CONTENT), CONTENT)
    assert [path.name for path in target.parent.iterdir()] == ["null.zip"]
    done = [step.done_bytes for step in heard.steps if step.kind is StepKind.PROGRESS]
    assert (done[-1], heard.steps[-1].total_bytes, sorted(map(int, map(str, done)))) == (
        len(CONTENT),
        len(CONTENT),
        done,
    )


@pytest.mark.requirement("5.1.resume")
async def test_another_run_goes_on_with_what_lies_there(stand_in: RegistryStandIn, target: Path) -> None:
    await _begin(stand_in, target)
    assert await _fetch(stand_in, target) == SHA256
    assert (stand_in.sent_bytes(PATH), stand_in.asked[0].headers["range"]) == (HALF, f"bytes={HALF}-")
    assert "if-range" in stand_in.asked[0].headers


@pytest.mark.requirement("5.1.resume")
async def test_a_file_that_changed_in_between_is_downloaded_from_its_beginning(
    stand_in: RegistryStandIn, target: Path
) -> None:
    await _begin(stand_in, target)
    other = CONTENT[::-1]
    stand_in.add_provider(PIN, "linux_amd64", archive=other)
    assert await _fetch(stand_in, target) == hashlib.sha256(other).hexdigest()
    assert target.read_bytes() == other


@pytest.mark.requirement("5.1.resume")
@pytest.mark.parametrize("damage", ["no note", "not JSON", "another URL"])
async def test_a_part_of_which_nothing_is_known_is_not_gone_on_with(
    stand_in: RegistryStandIn, target: Path, damage: str
) -> None:
    await _begin(stand_in, target)
    note = target.with_name("null.zip.part")
    match damage:
        case "no note":
            note.unlink()
        case "not JSON":
            note.write_text("{")
        case _:
            note.write_text(json.dumps({**json.loads(note.read_text()), "url": "https://example.org/"}))
    assert await _fetch(stand_in, target) == SHA256
    assert "range" not in stand_in.asked[0].headers


@pytest.mark.requirement("5.1.resume")
async def test_a_server_without_validators_is_asked_for_the_whole(
    stand_in: RegistryStandIn, target: Path
) -> None:
    await _begin(stand_in, target)
    stand_in.make(Trouble(Fault.NO_VALIDATOR, PATH))
    target.with_name("null.zip.part").unlink()
    assert await _fetch(stand_in, target) == SHA256
    assert [one.status for one in stand_in.asked] == [200]


@pytest.mark.requirement("5.1.resume")
async def test_a_server_that_knows_no_parts_gives_the_whole(stand_in: RegistryStandIn, target: Path) -> None:
    await _begin(stand_in, target)
    stand_in.make(Trouble(Fault.RANGE_IGNORED, PATH))
    assert await _fetch(stand_in, target) == SHA256
    assert target.read_bytes() == CONTENT


@pytest.mark.requirement("5.1.resume")
@pytest.mark.parametrize("fault", [Fault.RANGE_OTHER, Fault.RANGE_REFUSED])
async def test_where_the_part_that_was_asked_for_is_not_given_the_whole_is_asked_for(
    stand_in: RegistryStandIn, target: Path, fault: Fault
) -> None:
    await _begin(stand_in, target)
    stand_in.make(Trouble(fault, PATH))
    assert await _fetch(stand_in, target) == SHA256
    assert ["range" in one.headers for one in stand_in.asked] == [True, False]


@pytest.mark.requirement("5.1.resume")
async def test_the_digest_is_of_all_that_lies_there(stand_in: RegistryStandIn, target: Path) -> None:
    await _begin(stand_in, target)
    stand_in.make(Trouble(Fault.RANGE_MIXED, PATH))
    digest = await _fetch(stand_in, target)
    assert digest == hashlib.sha256(target.read_bytes()).hexdigest() != SHA256
    # The caller, who knows what was signed, refuses it; another try begins anew.
    stand_in.mend()
    assert await _fetch(stand_in, target) == SHA256


@pytest.mark.requirement("5.1.resume")
async def test_a_download_that_was_complete_when_it_was_killed_is_not_repeated(
    stand_in: RegistryStandIn, target: Path
) -> None:
    await _begin(stand_in, target)
    target.write_bytes(CONTENT)
    assert await _fetch(stand_in, target) == SHA256
    assert [(one.status, one.sent_bytes) for one in stand_in.asked] == [(416, 0)]
    assert not target.with_name("null.zip.part").exists()


@pytest.mark.requirement("5.1.bounds")
@pytest.mark.parametrize("fault", [Fault.HUGE, Fault.ENDLESS])
async def test_an_archive_beyond_its_bound_is_not_read_on(
    stand_in: RegistryStandIn, target: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "ARCHIVE_MAX_BYTES", 4 * 1024**2)
    stand_in.make(Trouble(fault, PATH))
    with pytest.raises(RegistryFailed, match="sent more than 4194304 bytes"):
        await _fetch(stand_in, target)
    assert stand_in.count(PATH) == 1


@pytest.mark.requirement("5.1.bounds")
async def test_an_archive_has_a_time_for_all_tries_together(
    stand_in: RegistryStandIn, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "ARCHIVE_SECONDS", 0.2)
    stand_in.make(Trouble(Fault.SLOW, PATH))
    with pytest.raises(RegistryFailed, match="did not send it within"):
        await _fetch(stand_in, target)


async def test_an_archive_that_is_not_there_is_told_apart(stand_in: RegistryStandIn, target: Path) -> None:
    stand_in.make(Trouble(Fault.NOT_FOUND, PATH))
    with pytest.raises(NothingThere):
        await _fetch(stand_in, target)


async def test_a_place_that_cannot_be_written_is_named(stand_in: RegistryStandIn, tmp_path: Path) -> None:
    with pytest.raises(NotSetUp, match="cannot be written: No such file"):
        await _fetch(stand_in, tmp_path / "nowhere" / "null.zip")


@pytest.mark.requirement("5.1.offline")
async def test_offline_downloads_no_archive(stand_in: RegistryStandIn, target: Path) -> None:
    offline = downloads(stand_in.url, offline=True, watch=Watch())
    with pytest.raises(RegistryFailed, match="works offline"):
        await offline.file(stand_in.url + PATH, target, "null", Heard())
    assert stand_in.requests == []


@pytest.mark.requirement("5.1.resume")
@pytest.mark.parametrize(
    "range_", ["", "bytes", "bytes 5-9/x", "bytes " + "9" * 5_000 + "-9/10", "items 0-9/10"]
)
async def test_a_part_that_does_not_say_which_is_refused(
    stand_in: RegistryStandIn, target: Path, monkeypatch: pytest.MonkeyPatch, range_: str
) -> None:
    await _begin(stand_in, target)

    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(206, headers={"content-range": range_})

    monkeypatch.setattr(exchange, "Network", lambda *_: httpx2.MockTransport(answer))
    with pytest.raises(RegistryFailed, match="did not say which"):
        await _fetch(stand_in, target)
