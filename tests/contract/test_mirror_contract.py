"""Every mirror under one contract: what is given out, in which order, and what is vouched for."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from engine.adapters.cache.mirror import FilesystemMirror
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import IntegrityFailed, NotFound
from engine.core.providers.hashes import archive_hash, package_hash
from engine.ports.artifacts import Fetched
from engine.ports.mirror import ProviderMirror
from engine.testing.mirrors import FakeMirror
from engine.testing.schemas import FAKE, FAKE_VERSIONS

Spoil = Callable[[ProviderPin], None]
OTHER: Final = ProviderAddress.parse("testing/other")


BETA: Final = ProviderPin(address=FAKE, version=Version.parse("2.1.0-beta1"))


def _on_disk(tmp_path: Path, versions: Sequence[Version] = FAKE_VERSIONS) -> tuple[FilesystemMirror, Spoil]:
    mirror = FilesystemMirror(tmp_path / "mirror", "any_any")
    for version in reversed(versions):
        folder = tmp_path / str(version)
        folder.mkdir()
        executable = folder / f"terraform-provider-fake_v{version}"
        executable.write_bytes(str(version).encode())
        sha256 = hashlib.sha256(executable.read_bytes()).hexdigest()
        mirror.install(
            ProviderPin(address=FAKE, version=version),
            Fetched(executable=executable, sha256=sha256, source="a test", archives=(archive_hash(sha256),)),
        )

    def spoil(pin: ProviderPin) -> None:
        executable = mirror.resolve(pin.address, pin.version).executable
        executable.chmod(0o755)
        executable.write_bytes(b"another")

    return mirror, spoil


def _fake(_tmp_path: Path) -> tuple[ProviderMirror, Spoil]:
    mirror = FakeMirror()
    return mirror, mirror.changed.add


@pytest.fixture(params=[_on_disk, _fake])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ProviderMirror, Spoil]:
    build: Callable[[Path], tuple[ProviderMirror, Spoil]] = request.param
    return build(tmp_path)


def test_packages_come_newest_first_with_hashes_of_their_own(made: tuple[ProviderMirror, Spoil]) -> None:
    mirror, _ = made
    packages = mirror.packages()
    assert [package.pin.version for package in packages] == list(FAKE_VERSIONS)
    for package in packages:
        assert package.files[package.executable.name] == package.sha256
        assert package.hashes == tuple(sorted(package.hashes))
        assert package_hash(package.files) in package.hashes
        assert package.executable.parent == package.folder
    assert not set(packages[0].hashes) & set(packages[1].hashes)


def test_a_version_or_the_newest_is_given_out_and_nothing_else(made: tuple[ProviderMirror, Spoil]) -> None:
    mirror, _ = made
    assert mirror.resolve(FAKE, None) == mirror.packages()[0]
    assert mirror.resolve(FAKE, FAKE_VERSIONS[1]) == mirror.packages()[1]
    with pytest.raises(NotFound) as no_version:
        mirror.resolve(FAKE, Version.parse("9.9.9"))
    with pytest.raises(NotFound) as no_provider:
        mirror.resolve(OTHER, None)
    assert (no_version.value.field, no_provider.value.field) == ("provider_version", "provider")
    assert no_version.value.hint
    assert no_provider.value.hint


def _with_beta_on_disk(tmp_path: Path) -> ProviderMirror:
    return _on_disk(tmp_path, [*FAKE_VERSIONS, BETA.version])[0]


def _fake_with_beta(_tmp_path: Path) -> ProviderMirror:
    mirror = FakeMirror()
    mirror.add(BETA)
    return mirror


@pytest.mark.requirement("5.2.prerelease")
@pytest.mark.parametrize("build", [_with_beta_on_disk, _fake_with_beta])
def test_a_prerelease_is_given_out_only_to_who_names_it(
    build: Callable[[Path], ProviderMirror], tmp_path: Path
) -> None:
    mirror = build(tmp_path)
    assert [one.pin.version for one in mirror.packages()] == [*FAKE_VERSIONS, BETA.version]
    assert mirror.resolve(FAKE, None).pin.version == FAKE_VERSIONS[0]
    assert mirror.resolve(FAKE, BETA.version).pin == BETA


@pytest.mark.requirement("5.2.prerelease")
def test_a_prerelease_that_is_all_there_is_is_given_out(tmp_path: Path) -> None:
    older = Version.parse("2.1.0-alpha2")
    mirror, _ = _on_disk(tmp_path, [BETA.version, older])
    assert mirror.resolve(FAKE, None).pin == BETA


@pytest.mark.requirement("5.2.changed")
@pytest.mark.anyio
async def test_only_what_was_installed_and_what_a_lock_holds_is_vouched_for(
    made: tuple[ProviderMirror, Spoil],
) -> None:
    mirror, spoil = made
    newest, older = mirror.packages()
    await mirror.verify(newest)
    await mirror.verify(newest, newest.hashes)
    await mirror.verify(newest, {package_hash(newest.files)})
    archives = {one for one in newest.hashes if one.startswith("zh:")}
    for accepted in (older.hashes, (), archives):
        with pytest.raises(IntegrityFailed):
            await mirror.verify(newest, accepted)
    spoil(newest.pin)
    for wanted in (None, newest.hashes):
        with pytest.raises(IntegrityFailed):
            await mirror.verify(newest, wanted)
    await mirror.verify(older, older.hashes)
