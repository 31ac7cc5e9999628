"""Installing providers from a registry on loopback: which version is taken, and how downloads go on."""

import hashlib
import shutil
from pathlib import Path
from typing import Final

import anyio
import pytest

from engine.core.errors import EngineError, IntegrityFailed, InvalidInput, NotFound, NotSetUp
from engine.core.providers.hashes import package_hash
from engine.ports.artifacts import StepKind
from engine.testing.registry_standin import Fault, Trouble
from engine.testing.registry_standin.signing import h1_of, zh_of, zip_of
from tests.service.depot_stage import NULL, PLATFORM, Site, files, pin

NAME: Final = "terraform-provider-null_v3.1.0_x5"


@pytest.mark.anyio
@pytest.mark.requirement("5.2.install")
async def test_the_newest_release_is_installed_whole_with_all_that_a_lock_file_may_hold(site: Site) -> None:
    site.registry.add_provider(pin("3.1.0"), "darwin_arm64", [*files("3.1.0"), ("more", b"")])
    report = await site.install("hashicorp/null")
    assert [(item.name, item.state) for item in report.items] == [("hashicorp/null 3.1.0", "installed")]
    package = site.mirror.resolve(NULL, None)
    assert sorted(path.name for path in package.folder.iterdir()) == ["LICENSE", NAME]
    assert (package.executable.stat().st_mode & 0o777, package.signer) == (0o555, site.registry.fingerprint)
    assert (package.folder / "LICENSE").stat().st_mode & 0o777 == 0o444
    here, there = zip_of(files("3.1.0")), zip_of([*files("3.1.0"), ("more", b"")])
    # As OpenTofu, with every line of the signed checksums, the manifest's too.
    assert {h1_of(here), zh_of(here), zh_of(there)} < set(package.hashes)
    assert package.hashes == tuple(sorted(set(package.hashes)))
    assert package.files == {
        "LICENSE": hashlib.sha256(b"as you like").hexdigest(),
        NAME: hashlib.sha256(package.executable.read_bytes()).hexdigest(),
    }
    await site.mirror.verify(package, {h1_of(here)})


@pytest.mark.anyio
@pytest.mark.requirement("5.2.install")
@pytest.mark.parametrize(
    ("constraint", "version"),
    [
        ("@2.9.0", "2.9.0"),
        ("@~> 2.1", "2.9.0"),
        ("@>= 2, < 3.1", "3.0.0"),
        ("@4.0.0-beta1", "4.0.0-beta1"),
        ("", "3.1.0"),
    ],
)
async def test_the_newest_version_that_fits_is_taken(site: Site, constraint: str, version: str) -> None:
    await site.install(f"hashicorp/null{constraint}")
    assert site.installed() == [f"hashicorp/null {version}"]


@pytest.mark.anyio
async def test_a_version_for_another_platform_alone_is_passed_over(site: Site) -> None:
    site.registry.add_provider(pin("3.2.0"), "darwin_arm64", files("3.2.0"))
    await site.install("hashicorp/null")
    assert site.installed() == ["hashicorp/null 3.1.0"]
    report = await site.install("hashicorp/null", platforms=["darwin_arm64"])
    assert [item.name for item in report.items] == ["hashicorp/null 3.2.0 for darwin_arm64"]
    assert [str(p.pin) for p in site.inventory.packages()] == ["hashicorp/null 3.2.0", "hashicorp/null 3.1.0"]


@pytest.mark.anyio
async def test_what_is_there_is_checked_and_neither_asked_for_nor_fetched_again(site: Site) -> None:
    await site.install("hashicorp/null@3.1.0")
    site.registry.forget()
    report = await site.install("hashicorp/null@3.1.0")
    assert ([item.state for item in report.items], site.registry.requests) == (["found"], [])
    await site.install("hashicorp/null")
    assert site.registry.count("*.zip") == 0


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        ("hashicorp/null@~> 9.0", NotFound, "no version of hashicorp/null for linux_amd64 fits ~> 9.0"),
        ("hashicorp/nothing", NotFound, "no place has a provider hashicorp/nothing"),
        ("hashicorp/null@9.9.9", NotFound, "no version of hashicorp/null for linux_amd64 fits 9.9.9"),
        ("hashicorp/null@one", InvalidInput, "name no version in 'one'"),
    ],
)
async def test_what_cannot_be_had_is_named(
    site: Site, wanted: str, error: type[EngineError], words: str
) -> None:
    with pytest.raises(error) as caught:
        await site.install(wanted)
    assert words in caught.value.message
    assert caught.value.hint
    assert site.folders() == []


@pytest.mark.anyio
async def test_a_version_that_there_is_not_is_answered_with_those_that_there_are(site: Site) -> None:
    with pytest.raises(NotFound) as caught:
        await site.install("hashicorp/null@9.0.0")
    assert caught.value.hint == "the newest are 3.1.0, 3.0.0, 2.9.0, 4.0.0-beta1"
    assert caught.value.facts == {"versions": ["3.1.0", "3.0.0", "2.9.0", "4.0.0-beta1"]}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("hashicorp/null", "hashicorp/null has no package"),
        ("hashicorp/null@3.0.0", "hashicorp/null 3.0.0 has no package"),
        ("hashicorp/null@~> 3.0", "hashicorp/null ~> 3.0 has no package"),
    ],
)
async def test_a_platform_without_a_package_is_the_reason_and_those_with_one_are_named(
    site: Site, wanted: str, words: str
) -> None:
    with pytest.raises(NotFound) as caught:
        await site.install(wanted, platforms=["linux_foo"])
    assert caught.value.message == f"{words} for the platform linux_foo"
    assert (caught.value.field, caught.value.hint) == ("platform", f"there are packages for {PLATFORM}")


@pytest.mark.anyio
@pytest.mark.requirement("5.2.install")
async def test_one_that_cannot_be_had_keeps_no_other_from_being_installed(site: Site) -> None:
    report = await site.install("hashicorp/nothing", "hashicorp/null@9.9.9", "x", "hashicorp/null")
    assert [item.name for item in report.items] == ["hashicorp/null 3.1.0"]
    assert [(one.wanted, one.error.code) for one in report.errors] == [
        ("hashicorp/nothing", "not_found"),
        ("hashicorp/null@9.9.9", "not_found"),
        ("x", "invalid_input"),
    ]
    assert site.installed() == ["hashicorp/null 3.1.0"]


@pytest.mark.anyio
@pytest.mark.requirement("5.2.resumed")
async def test_a_download_that_stalls_says_so_and_which_attempt_follows(site: Site) -> None:
    site.registry.make(Trouble(Fault.UNAVAILABLE, path="*.zip"))
    with pytest.raises(NotSetUp) as caught:
        await site.install("hashicorp/null@3.1.0")
    said = [text for text in site.heard.texts(StepKind.NOTICE) if "attempt" in text]
    assert [text.partition(";")[2] for text in said] == [f" attempt {n} of 4 follows" for n in (2, 3, 4)]
    assert "INTENT_PROVIDERS_MIRRORS" in (caught.value.hint or "")
    assert "INTENT_OFFLINE" in (caught.value.hint or "")


@pytest.mark.anyio
@pytest.mark.requirement("5.2.resumed")
async def test_a_download_that_broke_off_goes_on_where_it_ended(site: Site) -> None:
    large = [(NAME, hashlib.shake_256().digest(5_000_000))]
    size = len(zip_of(large))
    site.registry.add_provider(pin("3.1.0"), PLATFORM, large)
    site.registry.make(Trouble(Fault.UNAVAILABLE, path="*.zip"))
    site.registry.make(Trouble(Fault.TRUNCATED, path="*.zip", times=1, after=2_500_000))
    with pytest.raises(NotSetUp):
        await site.install("hashicorp/null@3.1.0")
    assert site.installed() == []
    parts = [path for path in (site.root / ".parts").rglob("*.zip") if path.stat().st_size]
    assert len(parts) == 1
    there = parts[0].stat().st_size
    site.registry.mend()
    site.registry.forget()
    await site.install("hashicorp/null@3.1.0")
    assert site.registry.sent_bytes("*.zip") == size - there
    assert site.installed() == ["hashicorp/null 3.1.0"]
    assert [path for path in (site.root / ".parts").rglob("*") if path.is_file()] == []


@pytest.mark.anyio
@pytest.mark.requirement("5.2.resumed")
async def test_parts_of_two_different_files_are_not_taken_for_one(site: Site) -> None:
    site.registry.add_provider(pin("3.1.0"), PLATFORM, [(NAME, hashlib.shake_256().digest(5_000_000))])
    site.registry.make(Trouble(Fault.UNAVAILABLE, path="*.zip"))
    site.registry.make(Trouble(Fault.TRUNCATED, path="*.zip", times=1, after=2_500_000))
    with pytest.raises(NotSetUp):
        await site.install("hashicorp/null@3.1.0")
    site.registry.mend()
    site.registry.make(Trouble(Fault.RANGE_MIXED, path="*.zip", times=1))
    await site.install("hashicorp/null@3.1.0")
    assert site.installed() == ["hashicorp/null 3.1.0"]


@pytest.mark.anyio
@pytest.mark.requirement("5.2.changed")
async def test_a_changed_package_is_refused_and_mended_by_installing_it_again(site: Site) -> None:
    def rewrite(path: Path) -> None:
        path.chmod(0o644)
        path.write_bytes(b"x")

    await site.install("hashicorp/null@3.1.0")
    package = site.mirror.resolve(NULL, None)
    license_file = package.folder / "LICENSE"
    for spoil in (
        lambda: rewrite(license_file),
        license_file.unlink,
        lambda: (package.folder / "more").write_bytes(b"x"),
        lambda: shutil.rmtree(package.folder),
    ):
        spoil()
        with pytest.raises(IntegrityFailed):
            await site.mirror.verify(package)
        await site.install("hashicorp/null@3.1.0")
        await site.mirror.verify(package)
        assert package_hash(package.files) in package.hashes


@pytest.mark.anyio
@pytest.mark.requirement("5.2.at-once")
async def test_different_packages_are_brought_at_once_and_the_same_one_is_brought_once(site: Site) -> None:
    site.registry.make(Trouble(Fault.SLOW, path="*3.1.0*.zip"))
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(site.install, "hashicorp/null@3.1.0")
            await anyio.to_thread.run_sync(site.registry.wait_until_held)
            tasks.start_soon(site.install, "hashicorp/null@3.1.0")
            await site.install("hashicorp/null@3.0.0")
            assert site.installed() == ["hashicorp/null 3.0.0"]
            await anyio.to_thread.run_sync(site.registry.release)
    assert site.installed() == ["hashicorp/null 3.1.0", "hashicorp/null 3.0.0"]
    assert site.registry.count("*3.1.0*.zip") == 1
