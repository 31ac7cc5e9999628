"""The stand-in for a registry speaks the protocols as they are documented, and counts what it is asked."""

import base64
import hashlib
import json
import ssl
from collections.abc import Iterator
from urllib.parse import urljoin

import pysequoia
import pytest

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.testing.registry_standin import RegistryStandIn
from tests.plain_http import get

NULL = ProviderAddress.parse("hashicorp/null")
OLD = ProviderPin(address=NULL, version=Version.parse("2.1.1"))
NEW = ProviderPin(address=NULL, version=Version.parse("2.1.2"))
FILES = [("LICENSE", b"as you like"), ("terraform-provider-null_v2.1.2_x4", bytes(range(256)) * 40)]

pytestmark = pytest.mark.requirement("5.1.standin")


@pytest.fixture
def standing() -> Iterator[RegistryStandIn]:
    with RegistryStandIn() as serving:
        serving.add_provider(OLD, "linux_amd64", FILES)
        serving.add_provider(NEW, "linux_amd64", FILES, newer=True)
        serving.add_provider(NEW, "plan9_arm64", FILES[:1], newer=True)
        yield serving


def test_discovery_leads_to_versions_and_to_an_archive_that_is_signed(standing: RegistryStandIn) -> None:
    discovery = f"{standing.url}/.well-known/terraform.json"
    services = json.loads(get(discovery).body)
    root = urljoin(discovery, services["providers.v1"])
    versions = json.loads(get(f"{root}hashicorp/null/versions").body)
    assert versions == {
        "versions": [
            {
                "version": "2.1.2",
                "protocols": ["5.0"],
                "platforms": [{"os": "linux", "arch": "amd64"}, {"os": "plan9", "arch": "arm64"}],
            },
            {"version": "2.1.1", "protocols": ["5.0"], "platforms": [{"os": "linux", "arch": "amd64"}]},
        ]
    }
    download = json.loads(get(f"{root}hashicorp/null/2.1.2/download/linux/amd64").body)
    archive = get(download["download_url"]).body
    sums = get(download["shasums_url"]).body
    assert hashlib.sha256(archive).hexdigest() == download["shasum"]
    assert f"{download['shasum']}  {download['filename']}\n" in sums.decode()
    assert sorted(line.rpartition("_")[2] for line in sums.decode().splitlines()) == [
        "amd64.zip",
        "arm64.zip",
        "manifest.json",
    ]
    (key,) = download["signing_keys"]["gpg_public_keys"]
    certificate = pysequoia.Cert.from_bytes(key["ascii_armor"].encode())
    signature = pysequoia.Sig.from_bytes(get(download["shasums_signature_url"]).body)
    verified = pysequoia.verify(sums, lambda _ids: [certificate], signature=signature)
    assert verified.valid_sigs[0].certificate.upper() == standing.fingerprint
    assert key["key_id"] == standing.fingerprint[-16:]


def test_the_newer_answer_has_the_hashes_of_every_platform_and_the_older_has_none(
    standing: RegistryStandIn,
) -> None:
    root = f"{standing.url}/v1/providers/hashicorp/null"
    older = json.loads(get(f"{root}/2.1.1/download/linux/amd64").body)
    newer = json.loads(get(f"{root}/2.1.2/download/linux/amd64").body)
    assert "packages" not in older
    assert sorted(newer["packages"]) == ["linux_amd64", "plan9_arm64"]
    mine = newer["packages"]["linux_amd64"]
    archive = get(newer["download_url"]).body
    assert mine["package_size"] == len(archive)
    assert mine["hashes"][1] == f"zh:{newer['shasum']}"


def test_the_network_mirror_lists_versions_and_archives_with_their_hashes(standing: RegistryStandIn) -> None:
    root = f"{standing.mirror_url}registry.opentofu.org/hashicorp/null/"
    listed = get(f"{root}index.json")
    assert json.loads(listed.body) == {"versions": {"2.1.2": {}, "2.1.1": {}}}
    assert listed.headers["content-type"] == "application/json"
    archives = json.loads(get(f"{root}2.1.2.json").body)["archives"]
    assert sorted(archives) == ["linux_amd64", "plan9_arm64"]
    one = archives["linux_amd64"]
    archive = get(urljoin(root, one["url"])).body
    assert one["hashes"][1] == f"zh:{hashlib.sha256(archive).hexdigest()}"
    lines = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in FILES)
    folder = base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()
    assert one["hashes"][0] == f"h1:{folder}"


def test_a_version_that_is_offered_again_takes_the_place_of_the_first(standing: RegistryStandIn) -> None:
    path = "/files/hashicorp/null/2.1.1/terraform-provider-null_2.1.1_linux_amd64.zip"
    before = get(standing.url + path)
    standing.add_provider(OLD, "linux_amd64", archive=b"not even a zip" * 9)
    after = get(standing.url + path, range="bytes=5-", if_range=before.headers["etag"])
    assert (after.status, after.body) == (200, b"not even a zip" * 9)


def test_the_documentation_has_indexes_and_pages(standing: RegistryStandIn) -> None:
    root = f"{standing.url}/registry/docs/providers/hashicorp/aws"
    index = json.loads(get(f"{root}/index.json").body)
    assert [one["id"] for one in index["versions"]] == ["v3.39.0", "v2.70.0"]
    assert index["addr"] == {"display": "hashicorp/aws", "namespace": "hashicorp", "name": "aws"}
    listed = json.loads(get(f"{root}/v3.39.0/index.json").body)
    assert [one["name"] for one in listed["docs"]["resources"]] == ["instance", "s3_bucket", "sqs_queue"]
    assert sorted(listed["docs"]["resources"][0]) == [
        *("description", "edit_link", "name", "subcategory", "title"),
    ]
    for kind in ("resources", "datasources"):
        for one in listed["docs"][kind]:
            page = get(f"{root}/v3.39.0/{kind}/{one['name']}.md")
            assert (page.status, page.headers["content-type"]) == (200, "text/markdown")
    assert get(f"{root}/v3.39.0/resources/s3_buckets.md").status == 404


def test_every_page_that_an_index_names_is_there(standing: RegistryStandIn) -> None:
    missing = []
    for namespace, name, version in (("acme", "widgets", "v1.10.0"), ("hashicorp", "null", "v2.1.2")):
        root = f"{standing.url}/registry/docs/providers/{namespace}/{name}/{version}"
        docs = json.loads(get(f"{root}/index.json").body)["docs"]
        urls = [
            f"{root}/{kind}/{one['name']}.md" for kind in ("resources", "datasources") for one in docs[kind]
        ]
        missing += [url for url in urls if get(url).status != 200]
    assert missing == []


def test_a_search_finds_at_most_five_with_providers_first_and_modules_beside(
    standing: RegistryStandIn,
) -> None:
    found = json.loads(get(f"{standing.url}/registry/docs/search?q=aws").body)
    assert [(one["type"], one["addr"]) for one in found] == [
        ("provider", "hashicorp/aws"),
        ("provider", "opentofu/aws-mock"),
        *[("provider/resource", "hashicorp/aws")] * 3,
        ("module", "terraform-aws-modules/vpc/aws"),
    ]
    assert json.loads(get(f"{standing.url}/registry/docs/search?q=zzz").body) == []
    assert get(f"{standing.url}/registry/docs/search").status == 404


def test_what_has_not_changed_is_not_sent_again(standing: RegistryStandIn) -> None:
    url = f"{standing.url}/v1/providers/hashicorp/null/versions"
    first = get(url)
    again = get(url, if_none_match=first.headers["etag"])
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert get(url, if_none_match='"another", W/' + first.headers["etag"]).status == 304
    assert get(url, if_none_match='"another"').status == 200
    assert (standing.count("*/versions"), standing.sent_bytes("*/versions")) == (4, 2 * len(first.body))


@pytest.mark.parametrize(
    ("wanted", "start", "end"), [("bytes=0-0", 0, 1), ("bytes=5-", 5, 99), ("bytes=-4", 95, 99)]
)
def test_a_part_is_given_with_where_it_belongs(
    standing: RegistryStandIn, wanted: str, start: int, end: int
) -> None:
    standing.add_document("/registry/docs/part.md", bytes(range(99)))
    part = get(f"{standing.url}/registry/docs/part.md", range=wanted)
    assert (part.status, part.body) == (206, bytes(range(start, end)))
    assert part.headers["content-range"] == f"bytes {start}-{end - 1}/99"


def test_a_part_that_is_not_there_or_of_another_version_is_not_given(standing: RegistryStandIn) -> None:
    standing.add_document("/registry/docs/part.md", bytes(range(99)))
    url = f"{standing.url}/registry/docs/part.md"
    beyond = get(url, range="bytes=99-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, "bytes */99")
    assert get(url, range="bytes=9-", if_range='"other"').status == 200
    assert get(url, range="lines=9-").status == 200


def test_tls_is_spoken_with_a_certificate_of_its_own_authority() -> None:
    with RegistryStandIn(tls=True) as standing:
        discovery = f"{standing.url}/.well-known/terraform.json"
        assert get(discovery, authority=standing.authority).status == 200
        assert get(discovery.replace("127.0.0.1", "localhost"), authority=standing.authority).status == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            get(discovery)


def test_requests_are_told_in_their_order_with_their_headers_and_counted_by_path(
    standing: RegistryStandIn,
) -> None:
    get(f"{standing.url}/registry/docs/search?q=aws", authorization="Bearer t")
    get(f"{standing.url}/nothing")
    assert [(one.target, one.status) for one in standing.asked] == [
        ("/registry/docs/search?q=aws", 200),
        ("/nothing", 404),
    ]
    assert standing.asked[0].headers["authorization"] == "Bearer t"
    assert (standing.count(), standing.count("/registry/*"), standing.sent_bytes("/nothing")) == (2, 1, 0)
    standing.forget()
    assert list(standing.requests) == []
