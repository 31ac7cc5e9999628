"""Archives and lists of checksums: one regular file comes out, bounded, or nothing does."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.registry.checks import check_sha256, checksum_of, extract
from engine.core.errors import IntegrityFailed

CONTENT = b"\x7fELF" + bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
NAMES = st.text("abcdefghijklmnop._-0123456789", min_size=1, max_size=30)


def _zip(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, CONTENT)
    return path


def _tar(path: Path, *entries: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for entry in entries:
            entry.size = len(CONTENT) if entry.isreg() else 0
            archive.addfile(entry, io.BytesIO(CONTENT) if entry.isreg() else None)
    return path


def test_one_member_of_a_zip_comes_out_executable_for_its_owner_alone(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "a.zip", "LICENSE", "tofu", "../../outside")
    assert extract(archive, "tofu", tmp_path / "out") == SHA256
    assert (tmp_path / "out").read_bytes() == CONTENT
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "out"]


def test_a_member_named_outside_still_goes_to_the_named_file(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    archive = _zip(folder / "a.zip", "../outside")
    assert extract(archive, "../outside", folder / "out") == SHA256
    assert not (tmp_path / "outside").exists()


def test_one_member_of_a_gzipped_tar_comes_out(tmp_path: Path) -> None:
    archive = _tar(tmp_path / "a.tgz", tarfile.TarInfo("package/README"), tarfile.TarInfo("package/tofu"))
    assert extract(archive, "package/tofu", tmp_path / "out") == SHA256


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_a_link_or_device_in_a_tar_is_refused(tmp_path: Path, kind: bytes) -> None:
    entry = tarfile.TarInfo("tofu")
    entry.type = kind
    entry.linkname = "real"
    archive = _tar(tmp_path / "a.tgz", tarfile.TarInfo("real"), entry)
    with pytest.raises(IntegrityFailed):
        extract(archive, "tofu", tmp_path / "out")


def test_a_member_larger_than_the_bound_is_refused(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "a.zip", "tofu")
    with pytest.raises(IntegrityFailed, match="larger than 100 bytes"):
        extract(archive, "tofu", tmp_path / "out", max_bytes=100)


@pytest.mark.parametrize("member", ["absent", "tofu/", ""])
def test_a_missing_member_is_refused(tmp_path: Path, member: str) -> None:
    with pytest.raises(IntegrityFailed):
        extract(_zip(tmp_path / "a.zip", "tofu"), member, tmp_path / "out")


@given(damage=st.integers(min_value=0, max_value=10_000), archive_kind=st.sampled_from(["zip", "tgz"]))
def test_a_damaged_archive_gives_the_right_bytes_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, damage: int, archive_kind: str
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = folder / f"a.{archive_kind}"
    _zip(path, "tofu") if archive_kind == "zip" else _tar(path, tarfile.TarInfo("tofu"))
    content = bytearray(path.read_bytes())
    content[damage % len(content)] ^= 0xFF
    path.write_bytes(content)
    try:
        # A flipped bit in a time stamp or an unused field changes nothing; the callers compare the hash.
        extract(path, "tofu", folder / "out")
    except IntegrityFailed:
        return


@given(entries=st.dictionaries(NAMES, HASHES, min_size=1, max_size=8))
def test_every_entry_of_a_list_of_checksums_is_found(entries: dict[str, str]) -> None:
    document = "".join(f"{sha256}  {name}\n" for name, sha256 in entries.items()).encode()
    assert {name: checksum_of(document, name) for name in entries} == entries


@given(document=st.binary(max_size=300))
def test_any_other_document_is_refused(document: bytes) -> None:
    with pytest.raises(IntegrityFailed):
        checksum_of(document, "tofu.zip")


def test_a_file_with_two_checksums_is_refused() -> None:
    document = f"{'a' * 64}  tofu.zip\n{'b' * 64}  tofu.zip\n".encode()
    with pytest.raises(IntegrityFailed, match="gives one file two"):
        checksum_of(document, "tofu.zip")


def test_another_hash_is_refused_and_named() -> None:
    check_sha256("tofu", SHA256, SHA256)
    with pytest.raises(IntegrityFailed) as caught:
        check_sha256("tofu", SHA256, "0" * 64)
    assert dict(caught.value.facts) == {"found": SHA256, "expected": "0" * 64}
