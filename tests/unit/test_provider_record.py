"""`installed.json`: format 1.0 is read, 1.1 is written, and what was tampered with is refused."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.cache.record import RECORD_NAME, RecordedPackage, read_record, write_record
from engine.core.errors import NotSetUp
from engine.core.providers.hashes import package_hash

SHA256: Final = "a" * 64
EXECUTABLE: Final = "terraform-provider-null_v2.1.2_x4"
OLD: Final[dict[str, Any]] = {
    "provider": "registry.opentofu.org/hashicorp/null",
    "version": "2.1.2",
    "platform": "linux_amd64",
    "executable": EXECUTABLE,
    "sha256": SHA256,
    "source": "a test",
}
FILES: Final = {EXECUTABLE: SHA256, "LICENSE": "b" * 64}
NEW: Final[dict[str, Any]] = {
    **{key: value for key, value in OLD.items() if key != "sha256"},
    "files": FILES,
    "hashes": [package_hash(FILES), f"zh:{SHA256}"],
    "signer": "C" * 40,
}


def _write(root: Path, version: str, *packages: dict[str, Any]) -> None:
    (root / RECORD_NAME).write_text(json.dumps({"format_version": version, "packages": packages}))


@pytest.mark.requirement("5.2.record")
def test_a_record_of_format_1_0_is_read_as_folders_of_one_executable(tmp_path: Path) -> None:
    _write(tmp_path, "1.0", OLD)
    files = {EXECUTABLE: SHA256}
    (package,) = FilesystemMirror(tmp_path, "linux_amd64").packages()
    assert (package.files, package.hashes, package.signer) == (files, (package_hash(files),), None)
    write_record(tmp_path, read_record(tmp_path))
    written = json.loads((tmp_path / RECORD_NAME).read_text())
    assert (written["format_version"], written["packages"][0]["files"]) == ("1.1", files)
    assert [one.key for one in read_record(tmp_path)] == [
        ("registry.opentofu.org/hashicorp/null", "2.1.2", "linux_amd64")
    ]


@pytest.mark.requirement("5.2.record")
def test_a_record_of_format_1_1_is_read_as_it_was_written(tmp_path: Path) -> None:
    recorded = RecordedPackage.model_validate(NEW)
    write_record(tmp_path, [recorded])
    assert read_record(tmp_path) == (recorded,)
    (package,) = FilesystemMirror(tmp_path, "linux_amd64").packages()
    assert (package.sha256, package.signer, package.source) == (SHA256, "C" * 40, "a test")
    assert package.hashes == (package_hash(FILES), f"zh:{SHA256}")


@pytest.mark.requirement("5.2.record")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("executable", "../../bin/sh"), ("executable", "terraform-provider-other")),
        *(
            ("platform", "../linux_amd64"),
            ("platform", "Linux_amd64"),
            ("version", "../3.39.0"),
            ("version", "v2.1.2"),
        ),
        *(
            ("provider", "registry.opentofu.org/../null"),
            ("provider", "hashicorp/null"),
            ("provider", "a/b/C"),
        ),
        *(("files", {}), ("files", {**FILES, "../x": SHA256}), ("files", {**FILES, "/x": SHA256})),
        *(
            ("files", {EXECUTABLE: "none"}),
            ("files", {"LICENSE": SHA256}),
            ("files", {**FILES, EXECUTABLE: "d" * 64}),
        ),
        *(("hashes", []), ("hashes", ["h1:x"]), ("hashes", [f"zh:{SHA256}"]), ("more", 1)),
    ],
)
def test_a_record_that_was_tampered_with_is_refused_with_the_way_out(
    tmp_path: Path, field: str, value: Any
) -> None:
    _write(tmp_path, "1.1", {**NEW, field: value})
    with pytest.raises(NotSetUp, match="cannot be read") as caught:
        read_record(tmp_path)
    assert caught.value.hint == f"remove {tmp_path / RECORD_NAME} and run `intent setup`"


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda b: b.decode("latin-1")))
def test_any_other_content_is_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = tmp_path_factory.mktemp("record")
    (root / RECORD_NAME).write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(NotSetUp):
        read_record(root)
