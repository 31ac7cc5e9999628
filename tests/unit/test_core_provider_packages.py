"""Names in packages and platforms: what leads elsewhere, is too long or ambiguous is refused by name."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.addrs import ProviderAddress
from engine.core.errors import IntegrityFailed, InvalidInput
from engine.core.limits import PACKAGE_FILE_NAME_MAX_CHARS, PACKAGE_FILES_MAX
from engine.core.providers.packages import check_file_names, executable_among, is_file_name, parse_platform

NULL = ProviderAddress.parse("hashicorp/null")
PLAIN = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=12)


@pytest.mark.requirement("5.security.3")
@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            ".",
            "..",
            "../x",
            "a/../b",
            "/etc/passwd",
            "a//b",
            "a/",
            "./a",
            "a\\b",
            "C:\\x",
            "c:x",
            "a\0b",
            "a\nb",
        ),
        *(
            "-rf",
            "a/-rf",
            "ä",
            "a\u202eb",
            "a\u200bb",
            "nul ",
            "a.",
            "...",
            "a/. ",
            "~root",
            "$(x)",
            "a;b",
            "a|b",
        ),
        *("x" * 201, "/".join(["x" * 100] * 5)),
    ],
)
def test_a_name_that_leads_elsewhere_or_means_more_is_no_file_of_a_package(name: str) -> None:
    accepted = name == "~root"
    assert is_file_name(name) is accepted
    if not accepted:
        with pytest.raises(IntegrityFailed, match="not accepted"):
            check_file_names([name])


@given(st.lists(PLAIN, min_size=1, max_size=4))
def test_plain_names_are_files_of_a_package(parts: list[str]) -> None:
    name = "/".join(parts)
    assert is_file_name(name)
    assert check_file_names([name]) == (name,)


@given(st.text(max_size=30))
def test_what_is_accepted_stays_below_its_folder(name: str) -> None:
    if is_file_name(name):
        parts = name.split("/")
        assert len(name) <= PACKAGE_FILE_NAME_MAX_CHARS
        assert name.isascii()
        assert name.isprintable()
        assert not {"", ".", ".."} & set(parts)
        assert not any(part.startswith("-") or "\\" in part or ":" in part for part in parts)


@pytest.mark.requirement("5.security.3")
@pytest.mark.parametrize(
    "names", [["a", "a"], ["LICENSE", "license"], ["x", "x/y"], ["X", "x/y"], ["d/a", "D/A"], ["a/b", "A"]]
)
def test_names_that_meet_on_some_file_system_are_refused(names: list[str]) -> None:
    for order in (names, names[::-1]):
        with pytest.raises(IntegrityFailed):
            check_file_names(order)


def test_too_many_files_are_refused() -> None:
    names = [f"f{number}" for number in range(PACKAGE_FILES_MAX)]
    assert len(check_file_names(names)) == PACKAGE_FILES_MAX
    with pytest.raises(IntegrityFailed, match="more than"):
        check_file_names([*names, "one"])


def test_the_executable_is_the_one_that_opentofu_would_start_and_the_only_one() -> None:
    for name in (
        "terraform-provider-null",
        "terraform-provider-null_v2.1.2_x4",
        "terraform-provider-null.exe",
    ):
        assert executable_among(NULL, ["LICENSE", name, "terraform-provider-nullx", f"lib/{name}"]) == name
    for names in ([], ["LICENSE"], ["terraform-provider-null", "terraform-provider-null_v2.1.2"]):
        with pytest.raises(IntegrityFailed, match="exactly one executable"):
            executable_among(NULL, names)


@pytest.mark.requirement("5.security.3")
@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "linux",
            "linux_",
            "_amd64",
            "linux_amd64_x",
            "Linux_amd64",
            "linux-amd64",
            "../x_y",
            "linux_amd64/",
        ),
        *("-x_amd64", "linux_amd64\0", "linux_amd64\n", "l\u0131nux_amd64", "l" * 33 + "_x", "linux_a\u0307"),
    ],
)
def test_what_is_no_platform_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_platform(text)
    assert (caught.value.field, caught.value.hint) == ("platform", "for example linux_amd64")


def test_a_platform_is_as_opentofu_spells_it() -> None:
    assert [parse_platform(one) for one in ("linux_amd64", "darwin_arm64")] == ["linux_amd64", "darwin_arm64"]
