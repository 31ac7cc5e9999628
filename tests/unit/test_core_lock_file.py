"""Lock files: written as OpenTofu writes them, read back, and refused by the line."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.addrs import DEFAULT_REGISTRY
from engine.core.errors import InvalidInput
from engine.core.limits import LOCK_FILE_MAX_BYTES
from engine.core.projects import ProviderLock
from engine.core.providers.lock_file import read_locks, write_locks
from engine.core.providers.requirements import Requirements

pytestmark = pytest.mark.requirement("5.2.lock_file")
H1 = "h1:M/siCgyqMt40SbLKtZWaZ4AI729j8qx+NRKrWg5sIAE="
ZH = f"zh:{'0a' * 32}"
# As OpenTofu 1.6.2 wrote it for a fake provider in a filesystem mirror.
WRITTEN = f"""\
# This file is maintained automatically by "tofu init".
# Manual edits may be lost in future updates.

provider "{DEFAULT_REGISTRY}/acme/fake" {{
  version     = "1.3.0"
  constraints = "~> 1.0"
  hashes = [
    "{H1}",
  ]
}}
"""
LOCKS = {"acme/fake": ProviderLock(version="1.3.0", constraints="~> 1.0", hashes=(H1,))}

_VERSIONS = st.builds("{}.{}.{}{}".format, *[st.integers(0, 99)] * 3, st.sampled_from(["", "-rc1", "-b.2"]))
_CONSTRAINTS = st.just("") | st.builds("{} {}".format, st.sampled_from(["~>", ">=", "!="]), _VERSIONS).map(
    lambda text: str(Requirements.parse(text))
)
_DIGESTS = st.binary(min_size=32, max_size=32)
_HASHES = _DIGESTS.map(lambda digest: f"h1:{b64encode(digest).decode()}") | _DIGESTS.map(
    lambda digest: f"zh:{digest.hex()}"
)
_ADDRESSES = st.builds(
    "{}{}/{}".format,
    st.sampled_from(["", "registry.example.com/", "registry.example.com:8443/"]),
    st.sampled_from(["a", "acme", "zoo"]),
    st.sampled_from(["b", "fake", "null"]),
)
MANY = st.dictionaries(
    _ADDRESSES,
    st.builds(
        ProviderLock,
        version=_VERSIONS,
        constraints=_CONSTRAINTS,
        hashes=st.lists(_HASHES, max_size=4, unique=True).map(lambda hashes: tuple(sorted(hashes))),
    ),
    max_size=4,
)


def test_a_lock_file_is_written_as_opentofu_writes_it() -> None:
    assert write_locks(LOCKS) == WRITTEN
    assert read_locks(WRITTEN) == LOCKS


def test_what_is_not_known_of_a_lock_is_left_out_and_providers_stand_in_order() -> None:
    locks = {
        "registry.example.com/b/a": ProviderLock(version="1.0.0"),
        "b/a": ProviderLock(version="2.0.0", hashes=(ZH, H1, ZH)),
        "a/z": ProviderLock(version="3.0.0-rc1", constraints="3.0.0-rc1"),
    }
    assert write_locks(locks).partition("\n\n")[2] == (
        'provider "registry.example.com/b/a" {\n  version = "1.0.0"\n}\n\n'
        f'provider "{DEFAULT_REGISTRY}/a/z" {{\n'
        '  version     = "3.0.0-rc1"\n  constraints = "3.0.0-rc1"\n}\n\n'
        f'provider "{DEFAULT_REGISTRY}/b/a" {{\n'
        f'  version = "2.0.0"\n  hashes = [\n    "{H1}",\n    "{ZH}",\n  ]\n}}\n'
    )


@given(MANY)
def test_what_is_written_reads_back(locks: dict[str, ProviderLock]) -> None:
    text = write_locks(locks)
    assert read_locks(text) == locks
    assert write_locks(read_locks(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + WRITTEN,
        WRITTEN.replace("\n", "\r\n"),
        WRITTEN.replace(f'"{H1}",\n', f'"{H1}"\n'),
        WRITTEN.replace(f'    "{H1}",\n', f'// one\n "{H1}" /* two\n three */, "{H1}", # four\n\n'),
        WRITTEN.replace('version     = "1.3.0"', 'version="1.3.0" # the one'),
        WRITTEN.rstrip("\n"),
    ],
)
def test_what_people_make_of_it_reads_the_same(text: str) -> None:
    assert read_locks(text) == LOCKS


def test_an_empty_file_locks_nothing_and_a_block_of_one_member_may_stand_on_one_line() -> None:
    assert read_locks("") == read_locks("# nothing\n") == {}
    one = f'provider "{DEFAULT_REGISTRY}/acme/fake" {{ version = "1.3.0" }}'
    assert read_locks(one) == {"acme/fake": ProviderLock(version="1.3.0")}


def _with(body: str, address: str = f"{DEFAULT_REGISTRY}/acme/fake") -> str:
    return f'provider "{address}" {{\n{body}\n}}\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("foo = 1\n", "line 1: foo is not known: a lock file has blocks of providers only"),
        ('module "x" {}\n', "line 1: module is not known"),
        ("{\n", "line 1: { stands where a block of a provider is wanted"),
        ('provider fake {\n version = "1.0.0"\n}', "line 1: fake stands where the address of a provider"),
        (_with('version = "1.0.0"', "acme/fake"), f"must be written '{DEFAULT_REGISTRY}/acme/fake'"),
        (_with('version = "1.0.0"', "registry.opentofu.org/Acme/fake"), "must be written"),
        (_with('version = "1.0.0"', "../../etc/passwd"), "line 1: a provider is named"),
        (_with('version = "1.0.0"') * 2, "line 4: acme/fake is locked twice"),
        (_with('version = "1.0.0"').strip() + ' provider "x" {}', "stands where the end of the line"),
        (_with('version = "1.0.0"\nversion = "1.0.0"'), "line 3: version stands twice"),
        (_with('version = "1.0"'), "line 2: a version has the form 1.2.3"),
        (_with('version = "v1.0.0"'), "line 2: the version 'v1.0.0' must be written '1.0.0'"),
        (_with("version = 1"), "line 2: '1' begins nothing that a lock file holds"),
        (_with("version = null"), "line 2: null stands where the version in quotes is wanted"),
        (_with('version = "${1}"'), "begins nothing"),
        (_with('version = "1\\u002e0.0"'), "begins nothing"),
        (_with('version = "1.0.0'), "begins nothing"),
        (_with('version =\n"1.0.0"'), "line 2: the line ends where the version in quotes is wanted"),
        (_with('version "1.0.0"'), "line 2: 1.0.0 stands where a = is wanted"),
        (_with('version = "1.0.0", constraints = "1.0.0"'), "line 2: , stands where the end of the line"),
        (_with(f'hashes = ["{H1}"]'), "line 1: the lock of acme/fake has no version"),
        (
            _with('version = "1.0.0"\nconstraints = "~>1"'),
            "line 3: the constraints '~>1' must be written '~> 1",
        ),
        (_with('version = "1.0.0"\nconstraints = "one"'), "line 3: the version constraints name no version"),
        (
            _with('version = "1.0.0"\nfoo = 1'),
            "line 3: foo is not known; a lock has version, con",
        ),
        (_with('version = "1.0.0"\nfoo {}'), "line 3: foo is not known"),
        (_with('version = "1.0.0"\nhashes = []'), "line 3: hashes hold at least one"),
        (_with('version = "1.0.0"\nhashes = ["abc"]'), "line 3: 'abc' is no hash of a package"),
        (_with(f'version = "1.0.0"\nhashes = ["{H1}" "{ZH}"]'), "stands where a comma is wanted"),
        (_with(f'version = "1.0.0"\nhashes = "{H1}"'), "stands where a list of hashes is wanted"),
        (
            _with('version = "1.0.0"\nhashes = [').replace("}", ""),
            "the file ends where a hash in quotes",
        ),
        (
            f'provider "{DEFAULT_REGISTRY}/a/b" {{ version = "1.0.0" constraints = "1.0.0" }}',
            "on one line holds one",
        ),
        ("/* never closed", "begins nothing"),
        ("#" * (LOCK_FILE_MAX_BYTES + 1), "is longer than"),
    ],
)
def test_anything_else_is_refused_by_the_line_that_it_stands_on(text: str, says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_locks(text)
    assert says in refused.value.message
    assert (refused.value.field, refused.value.hint) == (
        "import",
        "give a .terraform.lock.hcl as `tofu init` writes it",
    )


@given(st.text('provider "={}[],#/*\n\\$%h1:az0.', max_size=60) | st.text(max_size=30))
def test_no_text_is_read_but_as_locks(text: str) -> None:
    try:
        locks = read_locks(text)
    except InvalidInput:
        return
    assert read_locks(write_locks(locks)) == locks
