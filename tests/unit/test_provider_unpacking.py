"""Whole archives of providers: what is plain is unpacked, everything else is refused before it is trusted."""

import hashlib
import io
import os
import stat
import struct
import zipfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.registry import unpacking
from engine.adapters.registry.unpacking import unpack
from engine.core.errors import IntegrityFailed, NotSetUp
from engine.core.limits import PACKAGE_INDEX_MAX_BYTES
from engine.core.providers.hashes import package_hash
from engine.testing.registry_standin.signing import h1_of, zip_of

EXECUTABLE: Final = "terraform-provider-null_v2.1.2"


def _archive(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "package.zip"
    path.write_bytes(content)
    return path


def _unpacked(tmp_path: Path, content: bytes, **bounds: int) -> dict[str, str]:
    folder = tmp_path / "folder"
    folder.mkdir()
    return dict(unpack(_archive(tmp_path, content), folder, **bounds))


def _special(name: str, kind: int, content: bytes = b"/etc/passwd") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, content)
    return buffer.getvalue()


def test_every_file_is_unpacked_and_hashed_as_opentofu_hashes_it(tmp_path: Path) -> None:
    content = zip_of([("LICENSE", b"as you like"), (EXECUTABLE, b"x" * 10_000), ("docs/a/b.md", b"")])
    files = _unpacked(tmp_path, content)
    assert files == {
        "LICENSE": hashlib.sha256(b"as you like").hexdigest(),
        EXECUTABLE: hashlib.sha256(b"x" * 10_000).hexdigest(),
        "docs/a/b.md": hashlib.sha256(b"").hexdigest(),
    }
    assert package_hash(files) == h1_of(content)
    assert (tmp_path / "folder" / "docs/a/b.md").read_bytes() == b""


def test_folders_in_an_archive_are_passed_over(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.mkdir("docs")
        archive.writestr(EXECUTABLE, b"x")
    assert list(_unpacked(tmp_path, buffer.getvalue())) == [EXECUTABLE]


@pytest.mark.requirement("5.2.unpacked", "5.security.3")
@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../../x",
        "/x",
        "\\x",
        "a\\..\\x",
        "-rf",
        "a\u202eb",
        "ä",
        "x" * 300,
        "a//b",
        "a\nb",
        "../../",
        "C:x",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(EXECUTABLE, b"x")
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name
        archive.writestr(entry, b"" if name.endswith("/") else b"y")
    with pytest.raises(IntegrityFailed, match="not accepted"):
        _unpacked(tmp_path, buffer.getvalue())
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["folder", "package.zip"]


@pytest.mark.requirement("5.security.3")
def test_a_name_with_a_nul_is_refused(tmp_path: Path) -> None:
    content = zip_of([(EXECUTABLE, b"x"), ("safe.txtZ.so", b"y")]).replace(b"safe.txtZ", b"safe.txt\0")
    with pytest.raises(IntegrityFailed, match="not accepted"):
        _unpacked(tmp_path, content)


@pytest.mark.requirement("5.2.unpacked")
@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, stat.S_IFDIR]
)
def test_links_and_special_files_are_refused(tmp_path: Path, kind: int) -> None:
    with pytest.raises(IntegrityFailed, match="not a plain file"):
        _unpacked(tmp_path, _special("link", kind))


@pytest.mark.requirement("5.2.unpacked")
@pytest.mark.parametrize("names", [("a", "a"), ("a", "A"), ("a", "a/b")])
def test_names_that_stand_twice_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo("x" * len(name))
            entry.filename = name
            archive.NameToInfo.clear()
            archive.writestr(entry, b"x")
    with pytest.raises(IntegrityFailed, match=r"twice|is a file"):
        _unpacked(tmp_path, buffer.getvalue())


@pytest.mark.requirement("5.2.bombs")
def test_an_archive_that_grows_beyond_the_bound_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    content = zip_of([(EXECUTABLE, bytes(2_000_000)), ("more", bytes(2_000_000))])
    assert len(content) < 10_000
    with pytest.raises(IntegrityFailed, match="larger than 3000000 bytes"):
        _unpacked(tmp_path, content, max_bytes=3_000_000)
    assert list((tmp_path / "folder").iterdir()) == []


@pytest.mark.requirement("5.2.bombs")
def test_an_archive_that_lies_about_its_size_writes_no_more_than_it_says(tmp_path: Path) -> None:
    content = bytearray(zip_of([(EXECUTABLE, bytes(2_000_000))]))
    index = content.rindex(b"PK\x01\x02")
    # APPNOTE 4.3.12: the size when unpacked stands 24 bytes into an entry of the index.
    content[index + 24 : index + 28] = struct.pack("<L", 10)
    with pytest.raises(IntegrityFailed, match="cannot be unpacked"):
        _unpacked(tmp_path, bytes(content), max_bytes=1_000)
    assert sum(path.stat().st_size for path in (tmp_path / "folder").iterdir()) <= 10


@pytest.mark.requirement("5.2.bombs")
def test_an_index_that_would_take_much_memory_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = zip_of([(EXECUTABLE, b"x")])
    huge = content[:-22] + struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, PACKAGE_INDEX_MAX_BYTES + 1, 0, 0
    )
    many = content[:-22] + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 60_000, 60, 0, 0)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    for number, one in enumerate((huge, many)):
        (tmp_path / str(number)).mkdir()
        with pytest.raises(IntegrityFailed, match="more than 2000 files"):
            _unpacked(tmp_path / str(number), one)


@pytest.mark.requirement("5.2.bombs")
def test_an_index_of_zip64_cannot_hide_behind_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = zip_of([(EXECUTABLE, b"x")])
    body, end = content[:-22], content[-22:]
    size = struct.unpack("<4s4H2LH", end)[5]
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, len(body) - size)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body), 1)
    # It is one that zipfile reads: what is refused is what would be believed.
    assert zipfile.ZipFile(io.BytesIO(body + large + locator + end)).namelist() == [EXECUTABLE]
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(IntegrityFailed, match="not a plain zip archive"):
        _unpacked(tmp_path, body + large + locator + end)


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"<html>" * 20, zip_of([("a", b"x")]) + b"more", b"\0" * 100]
)
def test_what_is_no_plain_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(IntegrityFailed, match="zip archive"):
        _unpacked(tmp_path, content)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    content = bytearray(zip_of([(EXECUTABLE, b"x")]))
    index = content.rindex(b"PK\x01\x02")
    content[index + 8] |= 1
    with pytest.raises(IntegrityFailed, match="not a plain file"):
        _unpacked(tmp_path, bytes(content))


@given(damage=st.integers(min_value=0, max_value=10_000), bit=st.integers(0, 7))
def test_a_damaged_archive_is_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, damage: int, bit: int
) -> None:
    root = tmp_path_factory.mktemp("damaged")
    content = bytearray(zip_of([(EXECUTABLE, b"x" * 50), ("docs/b", b"y")]))
    content[damage % len(content)] ^= 1 << bit
    try:
        files = _unpacked(root, bytes(content))
    except IntegrityFailed:
        files = {}
    for path in (root / "folder").rglob("*"):
        assert path.is_dir() or path.is_file()
    assert len(files) <= 2


@pytest.mark.requirement("5.2.full-disk")
def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("wb") as device:
        monkeypatch.setattr(unpacking, "new_file", lambda _path: io.FileIO(os.dup(device.fileno()), "w"))
        with pytest.raises(NotSetUp, match="No space left"):
            _unpacked(tmp_path, zip_of([(EXECUTABLE, b"x")]))
