"""Hashes of packages as OpenTofu computes them, by values that OpenTofu itself wrote."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.providers.hashes import archive_hash, is_accepted, is_package_hash, package_hash

SHA256 = hashlib.sha256(b"x").hexdigest()
NAMES = st.text("abcAB_./-", min_size=1, max_size=8)
FILES = st.dictionaries(NAMES, st.binary(max_size=4).map(lambda b: hashlib.sha256(b).hexdigest()))


@pytest.mark.requirement("5.2.hashes")
def test_the_hash_of_a_package_is_that_of_opentofu_for_the_same_files() -> None:
    # `tofu init` of 1.6.2 wrote this for hashicorp/aws 3.39.0, whose package is one file.
    name = "terraform-provider-aws_v3.39.0_x5"
    aws = {name: "f4c79fea3b5e079c3b63a12024b7ac3e19978947d0cbf03047c347e8a630eed1"}
    assert package_hash(aws) == "h1:goOMfGE4SjLps+hpxJFEM/pZFiNgvi6BMG8/w86+f6k="


def test_the_hash_is_over_sorted_lines_of_hash_and_name() -> None:
    lines = f"{SHA256}  a/b\n{SHA256}  c\n".encode()
    expected = "h1:" + base64.b64encode(hashlib.sha256(lines).digest()).decode()
    assert package_hash({"c": SHA256, "a/b": SHA256}) == expected
    assert archive_hash(SHA256) == f"zh:{SHA256}"


@given(FILES, FILES)
def test_packages_have_one_hash_exactly_when_they_have_the_same_files(
    one: dict[str, str], other: dict[str, str]
) -> None:
    assert (package_hash(one) == package_hash(other)) == (one == other)
    assert package_hash(one) == package_hash(dict(reversed(one.items())))
    assert is_package_hash(package_hash(one))


@pytest.mark.parametrize(
    "text", ["", "h1:", "h1:abc=", "zh:" + "A" * 64, f" zh:{SHA256}", f"zh:{SHA256}\n", SHA256]
)
def test_what_is_not_a_hash_is_told(text: str) -> None:
    assert not is_package_hash(text)
    assert is_package_hash(archive_hash(SHA256))


def test_a_lock_accepts_what_it_holds_and_an_empty_one_nothing() -> None:
    found = package_hash({"a": SHA256})
    assert is_accepted(found, None)
    assert is_accepted(found, {found, archive_hash(SHA256)})
    assert not is_accepted(found, ())
    assert not is_accepted(found, {archive_hash(SHA256)})
