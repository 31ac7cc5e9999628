"""The provider mirror: what is recorded is found, what changed is refused, the rest is not trusted."""

import hashlib
import json
import os
from pathlib import Path
from typing import Final

import anyio.to_thread
import pytest

from engine.adapters.cache import files, folders
from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.cache.record import RECORD_NAME
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import Forbidden, IntegrityFailed, NotFound, NotSetUp
from engine.core.providers.allow import AllowList
from engine.ports.artifacts import Fetched

PLATFORM: Final = "linux_amd64"
AWS: Final = ProviderAddress.parse("hashicorp/aws")
NULL: Final = ProviderAddress.parse("hashicorp/null")


def _pin(address: ProviderAddress, version: str) -> ProviderPin:
    return ProviderPin(address=address, version=Version.parse(version))


def _install(mirror: FilesystemMirror, pin: ProviderPin, content: bytes = b"provider") -> Path:
    mirror.root.mkdir(exist_ok=True)
    executable = mirror.root / f"terraform-provider-{pin.address.name}_v{pin.version}_x5"
    executable.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return mirror.install(pin, Fetched(executable=executable, sha256=sha256, source="a test")).executable


@pytest.fixture
def mirror(tmp_path: Path) -> FilesystemMirror:
    return FilesystemMirror(tmp_path / "mirror", PLATFORM)


def test_packages_lie_in_the_unpacked_layout_read_only_and_sorted(mirror: FilesystemMirror) -> None:
    for pin in (_pin(NULL, "2.1.2"), _pin(AWS, "2.70.0"), _pin(AWS, "3.9.0"), _pin(AWS, "3.39.0")):
        _install(mirror, pin)
    assert [str(package.pin) for package in mirror.packages()] == [
        "hashicorp/aws 3.39.0",
        "hashicorp/aws 3.9.0",
        "hashicorp/aws 2.70.0",
        "hashicorp/null 2.1.2",
    ]
    package = mirror.resolve(AWS, None)
    folder = mirror.root / "registry.opentofu.org/hashicorp/aws/3.39.0/linux_amd64"
    assert (package.folder, package.executable.name) == (folder, "terraform-provider-aws_v3.39.0_x5")
    assert [path.name for path in folder.iterdir()] == ["terraform-provider-aws_v3.39.0_x5"]
    assert package.executable.stat().st_mode & 0o777 == 0o555
    assert mirror.resolve(AWS, Version.parse("2.70.0")).pin == _pin(AWS, "2.70.0")


def test_an_empty_mirror_names_the_command_that_fills_it(mirror: FilesystemMirror) -> None:
    assert mirror.packages() == []
    with pytest.raises(NotSetUp) as caught:
        mirror.resolve(AWS, None)
    assert caught.value.hint == "run `intent setup`"


@pytest.mark.requirement("2.8.no-provider")
def test_packages_of_another_platform_are_not_seen(mirror: FilesystemMirror) -> None:
    _install(FilesystemMirror(mirror.root, "darwin_arm64"), _pin(AWS, "3.39.0"))
    with pytest.raises(NotSetUp, match="for linux_amd64"):
        mirror.resolve(AWS, None)


def test_an_unknown_provider_or_version_names_what_is_installed(mirror: FilesystemMirror) -> None:
    _install(mirror, _pin(AWS, "3.39.0"))
    with pytest.raises(NotFound) as no_version:
        mirror.resolve(AWS, Version.parse("9.9.9"))
    assert no_version.value.facts["versions"] == ["3.39.0"]
    with pytest.raises(NotFound) as no_provider:
        mirror.resolve(NULL, None)
    assert no_provider.value.facts["providers"] == ["hashicorp/aws"]
    near = ProviderAddress.parse("hashicorp/awz")
    with pytest.raises(NotFound) as refused:
        mirror.resolve(near, None)
    assert refused.value.hint == "did you mean hashicorp/aws? or run `intent provider install hashicorp/awz`"


def test_installing_again_replaces_the_record(mirror: FilesystemMirror) -> None:
    _install(mirror, _pin(AWS, "3.39.0"), b"old")
    _install(mirror, _pin(AWS, "3.39.0"), b"new")
    assert [package.sha256 for package in mirror.packages()] == [hashlib.sha256(b"new").hexdigest()]


@pytest.mark.anyio
async def test_a_changed_binary_is_refused_also_after_it_was_verified(mirror: FilesystemMirror) -> None:
    executable = await anyio.to_thread.run_sync(_install, mirror, _pin(AWS, "3.39.0"))
    package = mirror.resolve(AWS, None)
    await mirror.verify(package)
    status = executable.stat()
    executable.chmod(0o755)
    executable.write_bytes(b"PROVIDER")
    os.utime(executable, ns=(status.st_atime_ns, status.st_mtime_ns))
    executable.chmod(0o555)
    with pytest.raises(IntegrityFailed, match="not the file that was installed"):
        await mirror.verify(package)


@pytest.mark.anyio
async def test_an_unchanged_binary_is_hashed_once(
    mirror: FilesystemMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(mirror, _pin(AWS, "3.39.0"))
    package = mirror.resolve(AWS, None)
    hashed: list[Path] = []
    real = files.sha256_of

    def counted(path: Path) -> str:
        hashed.append(path)
        return real(path)

    monkeypatch.setattr(folders, "sha256_of", counted)
    await mirror.verify(package)
    await mirror.verify(package)
    assert hashed == [package.executable]


@pytest.mark.anyio
async def test_a_missing_linked_or_writable_binary_is_refused(mirror: FilesystemMirror) -> None:
    executable = _install(mirror, _pin(AWS, "3.39.0"))
    package = mirror.resolve(AWS, None)
    executable.chmod(0o757)
    with pytest.raises(IntegrityFailed, match="written by others"):
        await mirror.verify(package)
    executable.rename(mirror.root / "elsewhere")
    with pytest.raises(IntegrityFailed, match="cannot be read"):
        await mirror.verify(package)
    executable.symlink_to(mirror.root / "elsewhere")
    with pytest.raises(IntegrityFailed, match="not a regular file"):
        await mirror.verify(package)


def test_a_binary_without_a_record_is_not_there(mirror: FilesystemMirror) -> None:
    _install(mirror, _pin(AWS, "3.39.0"))
    (mirror.root / RECORD_NAME).unlink()
    assert mirror.packages() == []


@pytest.mark.parametrize(
    "record",
    [
        "{",
        "[]",
        '{"format_version": "2.0", "packages": []}',
        '{"format_version": "1.0", "packages": [{}]}',
    ],
)
def test_a_malformed_record_is_refused_with_the_way_out(mirror: FilesystemMirror, record: str) -> None:
    mirror.root.mkdir()
    (mirror.root / RECORD_NAME).write_text(record)
    with pytest.raises(NotSetUp, match="cannot be read") as caught:
        mirror.packages()
    assert caught.value.hint == f"remove {mirror.root / RECORD_NAME} and run `intent setup`"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("executable", "../../../../bin/sh"),
        ("executable", "terraform-provider-aws/../../x"),
        ("platform", "../linux_amd64"),
        ("version", "../3.39.0"),
        ("provider", "registry.opentofu.org/../aws"),
        ("sha256", "none"),
    ],
)
def test_a_record_cannot_point_outside(mirror: FilesystemMirror, field: str, value: str) -> None:
    _install(mirror, _pin(AWS, "3.39.0"))
    path = mirror.root / RECORD_NAME
    record = json.loads(path.read_text())
    record["packages"][0][field] = value
    if field == "platform":
        mirror.platform = value
    path.write_text(json.dumps(record))
    with pytest.raises(NotSetUp, match="cannot be read"):
        mirror.packages()


@pytest.mark.requirement("5.2.changed")
@pytest.mark.anyio
async def test_a_folder_that_holds_another_set_of_files_is_refused(mirror: FilesystemMirror) -> None:
    executable = await anyio.to_thread.run_sync(_install, mirror, _pin(AWS, "3.39.0"))
    package = mirror.resolve(AWS, None)
    await mirror.verify(package)
    added = executable.with_name("lib.so")
    added.write_bytes(b"x")
    with pytest.raises(IntegrityFailed, match=r"'lib\.so' was added") as caught:
        await mirror.verify(package)
    assert "intent provider install hashicorp/aws@3.39.0" in (caught.value.hint or "")
    added.unlink()
    await mirror.verify(package)
    added.symlink_to(executable)
    with pytest.raises(IntegrityFailed, match="was added"):
        await mirror.verify(package)


@pytest.mark.requirement("5.2.changed", "5.2.hashes")
@pytest.mark.anyio
async def test_the_hashes_of_a_lock_are_compared_with_the_files_and_not_with_the_record(
    mirror: FilesystemMirror,
) -> None:
    first = await anyio.to_thread.run_sync(_install, mirror, _pin(AWS, "3.39.0"))
    package = mirror.resolve(AWS, None)
    locked = package.hashes
    await mirror.verify(package, locked)
    # Somebody who can write the mirror changes binary and record together.
    await anyio.to_thread.run_sync(_install, mirror, _pin(AWS, "3.39.0"), b"another")
    assert first.read_bytes() == b"another"
    changed = mirror.resolve(AWS, None)
    await mirror.verify(changed)
    with pytest.raises(IntegrityFailed, match="not the package that the project's lock holds"):
        await mirror.verify(changed, locked)
    with pytest.raises(IntegrityFailed, match="not the package that"):
        await mirror.verify(changed, ())


@pytest.mark.requirement("5.security.4")
@pytest.mark.anyio
async def test_a_provider_that_the_allow_list_refuses_is_neither_given_out_nor_started_nor_installed(
    mirror: FilesystemMirror,
) -> None:
    await anyio.to_thread.run_sync(_install, mirror, _pin(AWS, "3.39.0"))
    package = mirror.resolve(AWS, None)
    strict = FilesystemMirror(mirror.root, PLATFORM, AllowList.parse("!hashicorp/aws"))
    with pytest.raises(Forbidden, match="INTENT_PROVIDERS_ALLOW"):
        strict.resolve(AWS, None)
    with pytest.raises(Forbidden, match="!hashicorp/aws"):
        await strict.verify(package)
    with pytest.raises(Forbidden, match="!hashicorp/aws"):
        await anyio.to_thread.run_sync(_install, strict, _pin(AWS, "3.40.0"))
    assert [str(one.pin) for one in mirror.packages()] == ["hashicorp/aws 3.39.0"]
