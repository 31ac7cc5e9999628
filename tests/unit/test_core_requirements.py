"""Version constraints: what they allow, how they are spelt, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.addrs import Version
from engine.core.errors import InvalidInput
from engine.core.limits import VERSION_CONSTRAINTS_MAX_CHARS
from engine.core.providers.requirements import Operator, Part, Requirements, exactly

pytestmark = pytest.mark.requirement("5.1.constraints")
AT_HAND = tuple(
    map(
        Version.parse,
        [
            "1.0.0",
            "1.2.0",
            "1.2.5",
            "1.3.0",
            "2.0.0-beta1",
            "2.0.0-rc.1",
            "2.0.0",
            "2.0.1-alpha",
            "2.1.0",
            "3.0.0-rc1",
        ],
    )
)
NUMBERS = st.integers(0, 3)
VERSIONS = st.builds(
    Version,
    major=NUMBERS,
    minor=NUMBERS,
    patch=NUMBERS,
    prerelease=st.sampled_from(["", "", "alpha", "beta.2", "rc-1"]),
)
OPERATORS = st.sampled_from(["", "= ", "!= ", "> ", ">=", "< ", "<=", "~> "])
SHORT = st.builds(lambda a, b: f"{a}.{b}", NUMBERS, NUMBERS) | NUMBERS.map(str)
WRITTEN = st.lists(
    st.builds(lambda operator, version: f"{operator}{version}", OPERATORS, VERSIONS.map(str) | SHORT),
    min_size=1,
    max_size=4,
).map(", ".join)


@pytest.mark.parametrize(
    ("written", "spelt", "newest"),
    [
        ("1.2.0", "1.2.0", "1.2.0"),
        ("= 1.2", "1.2.0", "1.2.0"),
        ("=1", "1.0.0", "1.0.0"),
        ("01.02", "1.2.0", "1.2.0"),
        (" 1.0.0 ", "1.0.0", "1.0.0"),
        ("!= 2.1", "!= 2.1.0", "2.0.0"),
        ("!=2.1.0, != 2.0.0", "!= 2.0.0, != 2.1.0", "1.3.0"),
        ("> 2", "> 2.0.0", "2.1.0"),
        ("> 2.1.0", "> 2.1.0", None),
        (">= 2.1", ">= 2.1.0", "2.1.0"),
        ("< 1.3", "< 1.3.0", "1.2.5"),
        ("<= 1.3", "<= 1.3.0", "1.3.0"),
        ("~> 1", "~> 1.0", "1.3.0"),
        ("~>1.2", "~> 1.2", "1.3.0"),
        ("~> 1.2.0", "~> 1.2.0", "1.2.5"),
        ("~> 1.4", "~> 1.4", None),
        ("~> 2", "~> 2.0", "2.1.0"),
        ("< 2,>=1.2 , >= 1.2.0", ">= 1.2.0, < 2.0.0", "1.3.0"),
        (">= 1.2, ~> 1.2, ~> 1.2.0", ">= 1.2.0, ~> 1.2.0, ~> 1.2", "1.2.5"),
        # A pre-release is taken where it is named, and nowhere else.
        ("2.0.0-rc.1", "2.0.0-rc.1", "2.0.0-rc.1"),
        ("2-beta1", "2.0.0-beta1", "2.0.0-beta1"),
        (">= 2.0.0-beta1, < 2.0.0", ">= 2.0.0-beta1, < 2.0.0", None),
        ("~> 2.0.0-beta1", "~> 2.0.0-beta1", "2.0.0"),
        ("~> 2.0-beta1", "~> 2.0-beta1", "2.1.0"),
        ("~> 2.0-rc.1, 2.0.0-rc.1", "2.0.0-rc.1, ~> 2.0-rc.1", "2.0.0-rc.1"),
        ("> 2.1", "> 2.1.0", None),
        ("3.0.0-rc1, ~> 2.0", "~> 2.0, 3.0.0-rc1", "3.0.0-rc1"),
        ("2.0.0-rc.1, >= 2.0.0", "2.0.0-rc.1, >= 2.0.0", None),
    ],
)
def test_constraints_allow_what_opentofu_allows_and_are_spelt_as_its_lock_file_spells_them(
    written: str, spelt: str, newest: str | None
) -> None:
    requirements = Requirements.parse(written)
    chosen = requirements.choose(AT_HAND)
    assert (str(requirements), chosen and str(chosen)) == (spelt, newest)


@pytest.mark.parametrize(
    ("written", "says", "hint"),
    [
        ("", "an empty part", "write them like"),
        (">= 1.0,", "an empty part", "write them like"),
        (", 1.0", "an empty part", "write them like"),
        (">=  1.0", "more than one space after >= in '>=  1.0'", "write them like"),
        (">=\t1.0", "more than one space", "write them like"),
        ("v1.0.0", "a version with a v in 'v1.0.0'", "leave the v out"),
        (">= 1, < v2", "a version with a v in '< v2'", "leave the v out"),
        ("1.2.3.4", "more than three numbers in '1.2.3.4'", "write them like"),
        (">= 1.0 < 2", "lack a comma in '>= 1.0 < 2'", "put commas"),
        ("1.0.0 - 2.0.0", "lack a comma", "put commas"),
        ("1.0 || 2", "lack a comma", "put commas"),
        ("1.*", "a wildcard in '1.*'", "leave out what may be anything"),
        ("~> 1.x", "a wildcard in '~> 1.x'", "leave out what may be anything"),
        ("1.0.0+a", "build metadata", "leave out what follows"),
        ("=> 1", "an unknown operator => in '=> 1'", "write >="),
        ("=< 1", "an unknown operator =< in '=< 1'", "write <="),
        ("^1.0", "an unknown operator ^", "write ~>"),
        ("& 1.0", "an unknown operator &", "write them like"),
        (">=", "name no version in '>='", "write them like"),
        ("garbage", "name no version in 'garbage'", "write them like"),
        ("2.0.0-beta.01", "name no version in '2.0.0-beta.01'", "write them like"),
        ("1.0.0-", "name no version in '1.0.0-'", "write them like"),
        ("9999999999", "name no version", "write them like"),
        ("1\u0663", "name no version", "write them like"),
        ("1," * VERSION_CONSTRAINTS_MAX_CHARS, "are longer than 1000 characters", "write them like"),
    ],
)
def test_what_is_no_constraint_is_refused_by_the_part_with_the_way_out(
    written: str, says: str, hint: str
) -> None:
    with pytest.raises(InvalidInput, match="version constraints") as refused:
        Requirements.parse(written)
    assert says in refused.value.message
    assert hint in (refused.value.hint or "")
    assert refused.value.field == "constraint"


@given(WRITTEN)
def test_what_is_spelt_reads_back(written: str) -> None:
    requirements = Requirements.parse(written)
    assert Requirements.parse(str(requirements)) == requirements


@given(WRITTEN, VERSIONS)
def test_what_is_allowed_lies_within_every_part(written: str, version: Version) -> None:
    parts = Requirements.parse(written).parts
    named = any(part.operator is Operator.EQUAL and part.version == version for part in parts)
    within = all(_within(part, version) for part in parts)
    assert Requirements.parse(written).allow(version) is (within and (named or not version.prerelease))


def _within(part: Part, version: Version) -> bool:
    # The interval of each operator in another way: from, whether with it, to, whether with it.
    named = part.version
    top = Version(major=10, minor=0, patch=0)
    bottom = Version(major=0, minor=0, patch=0, prerelease="0")
    next_minor = Version(major=named.major, minor=named.minor + 1, patch=0)
    next_major = Version(major=named.major + 1, minor=0, patch=0)
    low, with_low, high, with_high = {
        Operator.EQUAL: (named, True, named, True),
        Operator.NOT_EQUAL: (bottom, True, top, False),
        Operator.GREATER: (named, False, top, False),
        Operator.AT_LEAST: (named, True, top, False),
        Operator.LESS: (bottom, True, named, False),
        Operator.AT_MOST: (bottom, True, named, True),
        Operator.WITHIN: (named, True, next_major if part.minor_free else next_minor, False),
    }[part.operator]
    if part.operator is Operator.NOT_EQUAL and version == named:
        return False
    above = low < version or (with_low and version == low)
    return above and (version < high or (with_high and version == high))


@given(WRITTEN, st.lists(VERSIONS, max_size=6))
def test_the_newest_that_is_allowed_is_chosen(written: str, versions: list[Version]) -> None:
    requirements = Requirements.parse(written)
    allowed = sorted(filter(requirements.allow, versions))
    assert requirements.choose(versions) == (allowed[-1] if allowed else None)


@given(VERSIONS, VERSIONS)
def test_exactly_one_version_meets_the_constraints_made_of_it(version: Version, other: Version) -> None:
    assert exactly(version).allow(other) is (version == other)
    assert str(exactly(version)) == str(version)
