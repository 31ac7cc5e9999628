"""The allow-list: which pattern decides, whatever the order; what is built in; what is no pattern."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.addrs import ProviderAddress
from engine.core.errors import Forbidden, InvalidInput
from engine.core.limits import ALLOW_PATTERNS_MAX
from engine.core.providers.allow import BUILT_IN, SETTING, AllowList, Pattern

HOSTS = st.sampled_from(["registry.opentofu.org", "one.example.com", "two.example.com:8443"])
NAMES = st.sampled_from(["hashicorp", "aws", "external", "a-b"])
ADDRESSES = st.builds(ProviderAddress, host=HOSTS, namespace=NAMES, name=NAMES)
PART = NAMES | st.just("*")
TWO = st.tuples(PART, PART).map("/".join)
THREE = st.tuples(HOSTS | st.just("*"), PART, PART).map("/".join)
PATTERNS = st.tuples(st.sampled_from(["", "!"]), TWO | THREE).map("".join)
LISTS = st.lists(PATTERNS, max_size=6)


def _list(*patterns: str) -> AllowList:
    return AllowList.parse(",".join(patterns))


def _address(text: str) -> ProviderAddress:
    return ProviderAddress.parse(text)


@pytest.mark.requirement("5.2.allow")
@given(LISTS, ADDRESSES, st.randoms())
def test_the_order_of_patterns_plays_no_part(
    patterns: list[str], address: ProviderAddress, chance: Random
) -> None:
    shuffled = list(patterns)
    chance.shuffle(shuffled)
    assert _list(*patterns).decisive(address) == _list(*shuffled).decisive(address)
    assert _list(*patterns, *patterns).decisive(address) == _list(*patterns).decisive(address)


@pytest.mark.requirement("5.2.allow")
@given(LISTS, ADDRESSES)
def test_the_most_specific_pattern_decides_and_of_equals_the_refusal(
    patterns: list[str], address: ProviderAddress
) -> None:
    decisive = _list(*patterns).decisive(address)
    fitting = [p for p in map(Pattern.parse, patterns) if p.fits(address)]
    assert decisive.fits(address)
    assert all(p.literal_parts <= decisive.literal_parts for p in [*fitting, *BUILT_IN] if p.fits(address))
    equals = [p for p in fitting if p.literal_parts == decisive.literal_parts]
    if equals:
        assert decisive.refuses is any(p.refuses for p in equals)


@given(LISTS, ADDRESSES)
def test_naming_an_address_in_full_decides_about_it_alone(
    patterns: list[str], address: ProviderAddress
) -> None:
    general = [p for p in patterns if Pattern.parse(p).literal_parts < 3]
    assert _list(*general, address.full).allows(address)
    assert not _list(*patterns, f"!{address.full}").allows(address)
    other = address.model_copy(update={"name": "other"})
    assert _list(*general, address.full).decisive(other) == _list(*general).decisive(other)


@given(PATTERNS)
def test_a_pattern_is_spelt_as_it_was_written(text: str) -> None:
    assert str(Pattern.parse(f" {text.upper()} ")) == text


@pytest.mark.requirement("5.security.4")
@pytest.mark.parametrize(
    "address",
    [
        *("hashicorp/external", "hashicorp/local", "hashicorp/http", "hashicorp/archive", "hashicorp/dns"),
        *("registry.terraform.io/hashicorp/external", "scottwinkler/shell", "kreuzwerker/docker"),
    ],
)
def test_what_reaches_the_engines_host_is_refused_until_it_is_named(address: str) -> None:
    with pytest.raises(Forbidden) as caught:
        AllowList().check(_address(address))
    pattern = caught.value.facts["pattern"]
    assert f"is refused by {pattern} of the built-in list, since it " in caught.value.message
    assert SETTING in (caught.value.hint or "")
    assert str(pattern).startswith("!")
    _list(address).check(_address(address))
    _list("*/*/*", "hashicorp/*").check(_address("hashicorp/aws"))
    assert not _list("*/*/*").allows(_address(address))


def test_the_usual_providers_are_allowed() -> None:
    for address in ("hashicorp/aws", "hashicorp/null", "hashicorp/random", "registry.example.com/team/thing"):
        AllowList().check(_address(address))


def test_one_provider_alone_can_be_allowed() -> None:
    only = _list("!*/*", "hashicorp/aws")
    assert only.allows(_address("hashicorp/aws"))
    refused = ("hashicorp/null", "other.example.com/hashicorp/aws", "other.example.com/a/b")
    assert [only.allows(_address(one)) for one in refused] == [False] * 3
    with pytest.raises(Forbidden, match=r"is refused by !\*/\* of INTENT_PROVIDERS_ALLOW$"):
        only.check(_address("hashicorp/null"))


def test_a_permission_without_a_host_is_for_the_default_registry_and_a_refusal_for_every_host() -> None:
    assert not _list("hashicorp/external").allows(_address("evil.example.com/hashicorp/external"))
    assert not _list("!team/thing").allows(_address("one.example.com/team/thing"))
    assert _list("!team/thing", "one.example.com/team/thing").allows(_address("one.example.com/team/thing"))


@pytest.mark.requirement("5.2.allow")
@pytest.mark.parametrize(
    "text",
    [
        *(
            "hashicorp",
            "a/b/c/d",
            "!",
            "!!a/b",
            "*",
            "a/",
            "/b",
            "a//b",
            "hashi*/aws",
            "a b/c",
            "a/b,,c/d",
            ",",
        ),
        *("../a/b", "a/..", "-a/b", "a/b\0", "a/" + "b" * 300, "ä/b", "*.example.com/a/b", "a/b;c/d"),
    ],
)
def test_what_is_no_pattern_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        AllowList.parse(text)
    assert (caught.value.field, "whole part" in (caught.value.hint or "")) == (SETTING, True)


def test_nothing_given_is_the_built_in_list_and_too_much_is_refused() -> None:
    assert AllowList.parse("  ") == AllowList()
    with pytest.raises(InvalidInput, match="more than"):
        AllowList.parse(",".join(["a/b"] * (ALLOW_PATTERNS_MAX + 1)))
