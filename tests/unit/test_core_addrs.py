"""Addresses of providers, versions and types."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.addrs import (
    DEFAULT_REGISTRY,
    ConfiguredProvider,
    ProviderAddress,
    ProviderPin,
    Version,
    parse_type,
)
from engine.core.errors import InvalidInput

PARTS = st.from_regex(r"[a-z0-9](-?[a-z0-9_]){0,8}[a-z0-9]", fullmatch=True)
HOSTS = st.just(DEFAULT_REGISTRY) | st.from_regex(
    r"[a-z][a-z0-9.-]{0,8}[a-z](:[1-9][0-9]{1,3})?", fullmatch=True
)
NUMBERS = st.integers(0, 999_999_999)
IDENTIFIERS = st.integers(0, 10**12).map(str) | st.from_regex(
    r"[0-9]{0,2}[a-zA-Z-][0-9a-zA-Z-]{0,4}", fullmatch=True
)
VERSIONS = st.builds(
    Version,
    major=NUMBERS,
    minor=NUMBERS,
    patch=NUMBERS,
    prerelease=st.lists(IDENTIFIERS, max_size=3).map(".".join),
)


@given(HOSTS, PARTS, PARTS)
def test_an_address_reads_back_what_it_spells(host: str, namespace: str, name: str) -> None:
    address = ProviderAddress(host=host, namespace=namespace, name=name)
    assert ProviderAddress.parse(str(address)) == ProviderAddress.parse(address.full) == address
    assert ProviderAddress.parse(f" {address.full.upper()}\n") == address


def test_the_default_registry_is_left_out_of_the_short_spelling() -> None:
    address = ProviderAddress.parse("hashicorp/aws")
    assert (str(address), address.full) == ("hashicorp/aws", f"{DEFAULT_REGISTRY}/hashicorp/aws")
    other = ProviderAddress.parse("registry.example.com:8443/ns/name")
    assert str(other) == other.full == "registry.example.com:8443/ns/name"


HOSTILE = [
    "",
    " ",
    "aws",
    "a/b/c/d",
    "/",
    "//",
    "../..",
    "../../etc",
    "hashicorp/..",
    "a/../b",
    "-x/aws",
    "hashicorp/-rf",
    "hashicorp/aws-",
    "hashicorp/a--b",
    "hashi corp/aws",
    "hashicorp/aws\x00",
    "\x00/\x00",
    "hashicorp\\aws",
    "a" * 65 + "/aws",
    "x/" + "a" * 100_000,
    "h" * 300 + "/a/b",
    "hashicorp/\u212aey",
    "ä/b",
    "-host/a/b",
    ".host/a/b",
    "host:/a/b",
    "host:123456/a/b",
    "hashicorp/aws?x",
    "${a}/b",
    "\ud800/a",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_no_address(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ProviderAddress.parse(text)
    assert (caught.value.field, caught.value.hint) == ("provider", "for example hashicorp/aws")


@pytest.mark.requirement("2.3.values")
@given(st.text() | st.text("ab/.-_:\x00"))
def test_any_text_is_an_address_or_invalid_input(text: str) -> None:
    try:
        address = ProviderAddress.parse(text)
    except InvalidInput:
        return
    assert not {"", ".", ".."} & set(address.full.split("/"))
    assert not any(part.startswith("-") for part in address.full.split("/"))


@given(VERSIONS)
def test_a_version_reads_back_what_it_spells(version: Version) -> None:
    assert Version.parse(str(version)) == Version.parse(f"v{version}") == version


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.2",
        "1.2.3.4",
        "01.2.3",
        "1.02.3",
        "1.2.03",
        "1.2.3-",
        "1.2.3-.",
        "1.2.3-a..b",
        "1.2.3-01",
        "1.2.3-..",
        "1.2.3+build",
        "1.2.x",
        "vv1.2.3",
        "V1.2.3",
        "-1.2.3",
        " 1.2.3",
        "1.2.3\n",
        "1.2.3-\x00",
        "1.2.3-a/b",
        "../1.2.3",
        "1.2.3-" + "a" * 1_000_000,
        "9" * 10 + ".0.0",
        "١.٢.٣",
        "1.2.3-ä",
    ],
)
def test_hostile_text_is_no_version(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Version.parse(text)
    assert caught.value.field == "provider_version"


def test_the_standard_s_own_example_is_in_order() -> None:
    # semver.org 2.0.0, section 11.
    spelt = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "2.0.0",
        "2.1.0",
        "2.1.1",
        "10.0.0",
    ]
    ordered = [Version.parse(text) for text in spelt]
    assert sorted(sorted(ordered, key=str)) == ordered
    assert all(a < b and not b < a for a, b in pairwise(ordered))


def before(left: Version, right: Version) -> bool:
    """Say which of two versions comes first as section 11 of semver.org 2.0.0 words it."""
    numbers = [(v.major, v.minor, v.patch) for v in (left, right)]
    if numbers[0] != numbers[1]:
        return numbers[0] < numbers[1]
    if not left.prerelease or not right.prerelease:
        return bool(left.prerelease) and not right.prerelease
    fields = left.prerelease.split("."), right.prerelease.split(".")
    for one, other in zip(*fields, strict=False):
        if one != other:
            if one.isdigit() and other.isdigit():
                return int(one) < int(other)
            return one < other if one.isdigit() == other.isdigit() else one.isdigit()
    return len(fields[0]) < len(fields[1])


@given(VERSIONS, VERSIONS, st.booleans())
def test_versions_are_ordered_as_semver_orders(left: Version, right: Version, near: bool) -> None:  # noqa: FBT001 - a drawn argument
    if near:
        right = right.model_copy(update={"major": left.major, "minor": left.minor, "patch": left.patch})
    assert (left < right) == before(left, right)
    assert [left < right, left == right, right < left].count(True) == 1


def test_a_pin_names_address_and_version() -> None:
    pin = ProviderPin(address=ProviderAddress.parse("hashicorp/aws"), version=Version.parse("3.39.0"))
    assert str(pin) == "hashicorp/aws 3.39.0"


@pytest.mark.parametrize("text", ["aws_s3_bucket", "a", "null_resource", "a" * 127])
def test_a_type_is_taken_as_it_stands(text: str) -> None:
    assert parse_type(text) == text


@pytest.mark.parametrize(
    "text", ["", "Aws", "1a", "_a", "a-b", "a.b", "../a", "a\x00", "a\n", "-a", "a" * 128, "ä"]
)
def test_hostile_text_is_no_type(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_type(text)
    assert caught.value.field == "resource_type"


@pytest.mark.requirement("5.5.aliases")
def test_a_configuration_given_as_a_provider_is_told_how_to_be_named() -> None:
    for text, address in (("hashicorp/aws.west", "hashicorp/aws"), ("a.example/b/c.west", "a.example/b/c")):
        with pytest.raises(InvalidInput) as refused:
            ProviderAddress.parse(text)
        assert refused.value.hint == (
            f"give provider {address} and provider_alias west; "
            f"commands: --provider {address} --provider-alias west"
        )
    for text in ("aws.west", "hashicorp/aws.", "hashicorp/aws.we st"):
        with pytest.raises(InvalidInput) as refused:
            ProviderAddress.parse(text)
        assert refused.value.hint == "for example hashicorp/aws"


@pytest.mark.requirement("5.5.aliases")
@pytest.mark.parametrize(
    ("text", "address", "alias", "spelt"),
    [
        ("hashicorp/aws", "hashicorp/aws", "", "hashicorp/aws"),
        ("hashicorp/aws.west", "hashicorp/aws", "west", "hashicorp/aws.west"),
        ("HashiCorp/AWS.West_2", "hashicorp/aws", "West_2", "hashicorp/aws.West_2"),
        ("registry.opentofu.org/hashicorp/aws.w", "hashicorp/aws", "w", "hashicorp/aws.w"),
        ("r.example.com:8443/org/x", "r.example.com:8443/org/x", "", "r.example.com:8443/org/x"),
        ("r.example.com/org/x.west", "r.example.com/org/x", "west", "r.example.com/org/x.west"),
    ],
)
def test_a_configured_provider_is_an_address_and_an_alias(
    text: str, address: str, alias: str, spelt: str
) -> None:
    found = ConfiguredProvider.parse(text)
    assert (found.address, found.alias, str(found)) == (ProviderAddress.parse(address), alias, spelt)
    assert ConfiguredProvider.parse(str(found)) == found


@pytest.mark.parametrize(
    "text",
    ["", ".", "aws", "aws.west", "hashicorp/aws.", "hashicorp/aws.a.b", "hashicorp/aws.1", "hashicorp/.west",
     "hashicorp/aws. west", "a/b/c/d.west", "hashicorp/aws.we\x00st", "hashicorp/aws.${x}"],
)  # fmt: skip
def test_what_is_no_configured_provider_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        ConfiguredProvider.parse(text)
