"""Each fault of the stand-in is what its name says, where and as often as it was asked for."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

import pytest

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.testing.registry_standin import PRIVATE_ADDRESSES, Fault, RegistryStandIn, Trouble
from tests.plain_http import get

PIN = ProviderPin(address=ProviderAddress.parse("hashicorp/null"), version=Version.parse("2.1.2"))
ROOT = "/v1/providers/hashicorp/null"
FOLDER = "/files/hashicorp/null/2.1.2/terraform-provider-null_2.1.2"
ZIP = f"{FOLDER}_linux_amd64.zip"
MIRRORED = "/mirror/registry.opentofu.org/hashicorp/null/2.1.2.json"
DOWNLOAD = f"{ROOT}/2.1.2/download/linux/amd64"
KEYS = (Fault.OTHER_KEY, Fault.UNSIGNED)
TERABYTE = 10**12

pytestmark = pytest.mark.requirement("5.1.standin-faults")


@pytest.fixture
def standing() -> Iterator[RegistryStandIn]:
    with RegistryStandIn() as serving:
        serving.add_provider(PIN, "linux_amd64", [("terraform-provider-null", bytes(range(256)) * 400)])
        yield serving


def test_what_is_published_is_changed_where_the_fault_belongs_and_mended(standing: RegistryStandIn) -> None:
    paths = (ZIP, f"{FOLDER}_SHA256SUMS", f"{FOLDER}_SHA256SUMS.sig", DOWNLOAD, f"{ROOT}/versions", MIRRORED)

    def changed() -> list[str]:
        now = {path: get(standing.url + path).body for path in paths}
        return [path for path in paths if now[path] != right[path]]

    right = {path: get(standing.url + path).body for path in paths}
    differing = {}
    for fault in (*KEYS, Fault.WRONG_CHECKSUM, Fault.WRONG_SIGNATURE, Fault.NO_HASHES):
        standing.make(Trouble(fault))
        differing[fault] = changed()
        standing.mend(fault)
        assert changed() == []
    assert differing == {
        Fault.OTHER_KEY: [DOWNLOAD],
        Fault.UNSIGNED: [DOWNLOAD],
        Fault.WRONG_CHECKSUM: [ZIP],
        Fault.WRONG_SIGNATURE: [f"{FOLDER}_SHA256SUMS"],
        Fault.NO_HASHES: [MIRRORED],
    }


def test_an_unsigned_provider_has_no_key_and_another_key_is_another(standing: RegistryStandIn) -> None:
    own = standing.fingerprint
    standing.make(Trouble(Fault.UNSIGNED))
    shown = json.loads(get(standing.url + DOWNLOAD).body)["signing_keys"]
    assert shown == {"gpg_public_keys": []}
    standing.make(Trouble(Fault.OTHER_KEY))
    (key,) = json.loads(get(standing.url + DOWNLOAD).body)["signing_keys"]["gpg_public_keys"]
    assert standing.fingerprint != own
    assert get(f"{standing.url}/opentofu.asc").body.decode() == key["ascii_armor"]


def test_a_fault_happens_on_its_paths_as_often_as_it_was_asked_for(standing: RegistryStandIn) -> None:
    standing.make(Trouble(Fault.UNAVAILABLE, "*/versions", times=2, retry_after="1"))
    standing.make(Trouble(Fault.TOO_MANY, times=1))
    answers = [get(f"{standing.url}{path}") for path in (DOWNLOAD, *[f"{ROOT}/versions"] * 3)]
    assert [one.status for one in answers] == [429, 503, 503, 200]
    assert [one.headers.get("retry-after") for one in answers] == [None, "1", "1", None]


def test_a_slow_answer_begins_and_goes_on_when_it_is_released(standing: RegistryStandIn) -> None:
    standing.make(Trouble(Fault.SLOW, "*.zip"))
    with ThreadPoolExecutor() as pool:
        slow = [pool.submit(get, standing.url + ZIP) for _ in range(2)]
        standing.wait_until_held(2)
        assert [one.done() for one in slow] == [False, False]
        assert [one.sent_bytes for one in standing.asked] == [1, 1]
        assert get(f"{standing.url}{ROOT}/versions").status == 200
        standing.release()
        bodies = {one.result().body for one in slow}
    assert bodies == {get(standing.url + ZIP).body}


def test_a_stand_in_that_stops_lets_go_of_what_it_holds() -> None:
    with ThreadPoolExecutor() as pool, RegistryStandIn() as standing:
        standing.make(Trouble(Fault.SLOW))
        slow = pool.submit(get, f"{standing.url}/.well-known/terraform.json")
        standing.wait_until_held()
    assert slow.result().status == 200


@pytest.mark.parametrize(("after", "arrives"), [(None, 0.5), (7, None)])
def test_a_truncated_answer_announces_more_than_it_sends(
    standing: RegistryStandIn, after: int | None, arrives: float | None
) -> None:
    whole = get(standing.url + ZIP).body
    standing.make(Trouble(Fault.TRUNCATED, after=after))
    got = get(standing.url + ZIP)
    assert (got.whole, got.headers["content-length"]) == (False, str(len(whole)))
    assert got.body == whole[: int(len(whole) * arrives) if arrives else after]


@pytest.mark.parametrize(("fault", "length"), [(Fault.ENDLESS, None), (Fault.HUGE, str(TERABYTE))])
def test_a_body_without_end_sends_more_than_anyone_reads(
    standing: RegistryStandIn, fault: Fault, length: str | None
) -> None:
    standing.make(Trouble(fault, "*/versions"))
    got = get(f"{standing.url}{ROOT}/versions", most=3 * 2**20)
    assert (len(got.body), got.headers.get("content-length")) == (3 * 2**20, length)


def test_a_gzip_bomb_is_a_thousand_times_larger_than_it_looks(standing: RegistryStandIn) -> None:
    standing.make(Trouble(Fault.GZIP_BOMB))
    got = get(f"{standing.url}{ROOT}/versions")
    assert got.headers["content-encoding"] == "gzip"
    assert len(got.body) < 10**5
    assert len(zlib.decompress(got.body, wbits=31)) == 64 * 2**20


def test_answers_of_another_kind(standing: RegistryStandIn) -> None:
    got = {}
    for fault in (Fault.NOT_JSON, Fault.OTHER_SHAPE, Fault.NOT_FOUND):
        standing.make(Trouble(fault))
        answer = get(f"{standing.url}{ROOT}/versions")
        got[fault] = (answer.status, answer.headers.get("content-type"), answer.body[:6])
    assert got == {
        Fault.NOT_JSON: (200, "text/html", b"<html>"),
        Fault.OTHER_SHAPE: (200, "application/json", b'{"answ'),
        Fault.NOT_FOUND: (404, None, b""),
    }


def test_redirects_lead_to_themselves_around_or_elsewhere(standing: RegistryStandIn) -> None:
    path = "/registry/docs/search?q=aws"
    standing.make(Trouble(Fault.REDIRECT, times=1))
    assert get(standing.url + path).headers["location"] == path
    standing.make(Trouble(Fault.REDIRECT_LOOP))
    assert get(standing.url + path).headers["location"] == f"/around{path}"
    assert get(f"{standing.url}/around{path}").headers["location"] == path
    standing.make(Trouble(Fault.REDIRECT, to="http://192.0.2.1/elsewhere"))
    away = get(standing.url + path)
    assert (away.status, away.headers["location"]) == (302, "http://192.0.2.1/elsewhere")


def test_the_private_addresses_are_private_in_several_notations() -> None:
    plain = [text for text in PRIVATE_ADDRESSES if text.count(".") == 3 and text.replace(".", "").isdigit()]
    straight = [text for text in plain if not text.startswith("012") and not text.endswith(".")]
    assert [text for text in straight if ip_address(text).is_global] == []
    assert len(straight) >= 6
    assert len(PRIVATE_ADDRESSES) - len(straight) >= 12


@pytest.mark.parametrize(
    ("fault", "status", "span"),
    [
        (Fault.RANGE_IGNORED, 200, None),
        (Fault.RANGE_OTHER, 206, "bytes 5-{last}/{size}"),
        (Fault.RANGE_MIXED, 206, "bytes 10-{last}/{size}"),
        (Fault.RANGE_REFUSED, 416, "bytes */{size}"),
    ],
)
def test_a_request_for_a_part_is_answered_wrongly_and_one_for_all_rightly(
    standing: RegistryStandIn, fault: Fault, status: int, span: str | None
) -> None:
    whole = get(standing.url + ZIP)
    standing.make(Trouble(fault))
    got = get(standing.url + ZIP, range="bytes=10-", if_range=whole.headers["etag"])
    told = span and span.format(last=len(whole.body) - 1, size=len(whole.body))
    assert (got.status, got.headers.get("content-range")) == (status, told)
    assert got.body != whole.body[10:]
    assert get(standing.url + ZIP).body == whole.body


def test_a_server_without_validators_gives_parts_and_meets_no_condition(standing: RegistryStandIn) -> None:
    whole = get(standing.url + ZIP)
    tag = whole.headers["etag"]
    standing.make(Trouble(Fault.NO_VALIDATOR))
    assert "etag" not in get(standing.url + ZIP).headers
    assert get(standing.url + ZIP, if_none_match=tag).status == 200
    assert get(standing.url + ZIP, range="bytes=3-").body == whole.body[3:]
    assert get(standing.url + ZIP, range="bytes=3-", if_range=tag).status == 200


def test_the_same_files_make_the_same_archive_in_every_stand_in(standing: RegistryStandIn) -> None:
    with RegistryStandIn() as other:
        other.add_provider(PIN, "linux_amd64", [("terraform-provider-null", bytes(range(256)) * 400)])
        digests = {hashlib.sha256(get(one.url + ZIP).body).hexdigest() for one in (standing, other)}
    assert len(digests) == 1
