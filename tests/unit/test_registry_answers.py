"""Answers of registries as they may come: what can be read is, what is odd is left out, nothing breaks."""

import json
from typing import Final

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.adapters.registry.exchange import NothingThere
from engine.adapters.registry.offers import OfferedPackage, ProviderProtocol
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import RegistryFailed
from tests.unit.told import JSON, Told

AWS: Final = ProviderAddress.parse("hashicorp/aws")
PIN: Final = ProviderPin(address=AWS, version=Version.parse("3.39.0"))
HOST: Final = "https://registry.opentofu.org"
DISCOVERED: Final = f"{HOST}/.well-known/terraform.json"
DISCOVERY: Final = '{"providers.v1": "/v1/providers/"}'
FOLDER: Final = f"{HOST}/v1/providers/hashicorp/aws"
SUM: Final = "A" * 64
DOWNLOAD: Final[dict[str, JsonValue]] = {
    "filename": "terraform-provider-aws_3.39.0_linux_amd64.zip",
    "download_url": "files/aws.zip",
    "shasum": SUM,
    "shasums_url": "/sums",
    "shasums_signature_url": "https://files.example.org/sums.sig",
    "signing_keys": {"gpg_public_keys": [{"ascii_armor": "key"}, {"key_id": "no key"}]},
    "packages": {"linux_amd64": {"hashes": ["zh:1", "h1:2"]}, "darwin_arm64": {}},
}


def _versions(answer: str) -> list[tuple[str, tuple[str, ...]]]:
    told = Told({DISCOVERED: DISCOVERY, f"{FOLDER}/versions": answer})
    offers = anyio.run(ProviderProtocol(told).versions, AWS)
    return [(str(offer.version), offer.platforms) for offer in offers]


def _package(
    download: dict[str, JsonValue], platform: str = "linux_amd64", url: str = DISCOVERED
) -> OfferedPackage:
    listed = '{"versions": [{"version": "3.39.0", "platforms": [{"os": "linux", "arch": "amd64"}]}]}'
    told = Told(
        {
            url: DISCOVERY,
            f"{FOLDER}/versions": listed,
            f"{FOLDER}/3.39.0/download/linux/amd64": json.dumps(download),
        }
    )
    return anyio.run(ProviderProtocol(told).package, PIN, platform)


@pytest.mark.requirement("5.1.discovery")
@pytest.mark.parametrize(
    ("service", "root"),
    [
        ("/v1/providers/", f"{HOST}/v1/providers"),
        ("/v1/providers", f"{HOST}/v1/providers"),
        ("v1/", f"{HOST}/.well-known/v1"),
        ("https://other.example.org:8443/p/", "https://other.example.org:8443/p"),
        ("//other.example.org/p#there", "https://other.example.org/p"),
    ],
)
def test_a_service_is_relative_to_where_it_was_found(service: str, root: str) -> None:
    told = Told({DISCOVERED: json.dumps({"providers.v1": service, "modules.v1": 42, "login.v1": {}})})
    with pytest.raises(NothingThere):
        anyio.run(ProviderProtocol(told).versions, AWS)
    assert told.asked == [DISCOVERED, f"{root}/hashicorp/aws/versions"]


@pytest.mark.requirement("5.1.discovery")
@pytest.mark.parametrize("answer", ["{}", '{"providers.v1": null}', '{"modules.v1": "/m"}'])
def test_a_host_without_the_service_offers_no_providers(answer: str) -> None:
    with pytest.raises(RegistryFailed, match="offers no providers"):
        anyio.run(ProviderProtocol(Told({DISCOVERED: answer})).versions, AWS)
    with pytest.raises(RegistryFailed, match="no list of services"):
        anyio.run(ProviderProtocol(Told({})).versions, AWS)


@pytest.mark.requirement("5.1.discovery")
def test_another_url_stands_for_a_host() -> None:
    told = Told({})
    hosts = {AWS.host: "https://mirror.example.org/registry/"}
    with pytest.raises(RegistryFailed):
        anyio.run(ProviderProtocol(told, hosts).versions, AWS)
    assert told.asked == ["https://mirror.example.org/registry/.well-known/terraform.json"]


@pytest.mark.requirement("5.1.answers")
def test_odd_versions_and_platforms_are_left_out() -> None:
    answer = {
        "id": "unknown member",
        "versions": [
            {
                "version": "1.2.3",
                "platforms": [{"os": "linux", "arch": "amd64"}, {"os": "../x", "arch": "a"}],
            },
            {"version": "v10.0.0", "protocols": None, "platforms": None, "extra": {}},
            {"version": "1.2"},
            {"version": "1.2.3+build"},
            {"version": None},
            {},
            42,
            {"version": "2.0.0-rc1", "platforms": [7, {"os": "linux"}]},
        ],
    }
    assert _versions(json.dumps(answer)) == [("10.0.0", ()), ("2.0.0-rc1", ()), ("1.2.3", ("linux_amd64",))]


@pytest.mark.requirement("5.1.answers")
@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"versions": 1}',
        '{"versions": [{"version": "x"}]}',
        "<html>",
        "[" * 9_000,
        "\ud800",
    ],
)
def test_what_the_protocol_does_not_say_is_refused(answer: str) -> None:
    told = Told({DISCOVERED: DISCOVERY, f"{FOLDER}/versions": answer.encode("utf-8", "replace").decode()})
    with pytest.raises(RegistryFailed, match="something else than the protocol"):
        anyio.run(ProviderProtocol(told).versions, AWS)


@pytest.mark.requirement("5.1.answers")
@settings(deadline=None, max_examples=60)
@given(JSON)
def test_no_list_of_versions_breaks_the_client(versions: JsonValue) -> None:
    for answer in (versions, {"versions": versions}, {"versions": [versions]}):
        try:
            _versions(json.dumps(answer))
        except RegistryFailed as failure:
            assert "protocol" in failure.message  # noqa: PT017 - either outcome is right


@pytest.mark.requirement("5.1.answers")
def test_a_package_says_where_everything_is() -> None:
    assert _package(DOWNLOAD) == OfferedPackage(
        filename="terraform-provider-aws_3.39.0_linux_amd64.zip",
        url=f"{FOLDER}/3.39.0/download/linux/files/aws.zip",
        sha256=SUM.lower(),
        sums_url=f"{HOST}/sums",
        signature_url="https://files.example.org/sums.sig",
        keys=("key",),
        hashes={"linux_amd64": ("zh:1", "h1:2"), "darwin_arm64": ()},
    )


@pytest.mark.requirement("5.1.answers")
def test_a_package_without_keys_or_signature_says_so() -> None:
    bare = _package({**DOWNLOAD, "signing_keys": None, "shasums_signature_url": "", "packages": None})
    assert (bare.keys, bare.signature_url, bare.hashes) == ((), "", {})


@pytest.mark.requirement("5.1.answers")
@pytest.mark.parametrize(
    "change",
    [
        *({"filename": name} for name in ("../x.zip", "/x", ".hidden", "a/b", "", "a\nb", None, "x" * 300)),
        *({"shasum": text} for text in ("", "zz", "0" * 63, "0" * 65, None)),
        *({name: 1} for name in ("download_url", "shasums_url", "signing_keys", "packages")),
    ],
)
def test_a_malformed_package_is_refused(change: dict[str, JsonValue]) -> None:
    with pytest.raises(RegistryFailed, match="something else than the protocol"):
        _package({**DOWNLOAD, **change})


@pytest.mark.requirement("5.1.answers")
def test_a_platform_that_is_not_offered_is_named_before_it_is_asked_for() -> None:
    with pytest.raises(NothingThere, match=r"does not have hashicorp/aws 3\.39\.0 for plan9_arm64"):
        _package(DOWNLOAD, "plan9_arm64")


@pytest.mark.requirement("5.1.answers")
@settings(deadline=None, max_examples=60)
@given(link=st.text() | st.from_regex(r"(https?:)?//[^/]{0,12}(/.*)?"))
def test_no_link_breaks_the_client(link: str) -> None:
    for name in ("download_url", "shasums_url", "shasums_signature_url"):
        try:
            _package({**DOWNLOAD, name: link})
        except RegistryFailed as failure:
            assert "no URL" in failure.message or "protocol" in failure.message  # noqa: PT017 - either is right
