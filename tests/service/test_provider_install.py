"""Installing providers from a registry on loopback: which version, from where, and every way it may fail."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import anyio
import pytest

from engine.adapters.cache import mirror as mirror_module
from engine.adapters.registry import archives as archives_module
from engine.adapters.registry import unpacking
from engine.adapters.registry.checks import no_room
from engine.core.errors import EngineError, Forbidden, IntegrityFailed, InvalidInput, NotFound, NotSetUp
from engine.core.providers.allow import Unsigned
from engine.core.providers.hashes import package_hash
from engine.ports.artifacts import StepKind
from engine.testing.registry_standin import Fault, RegistryStandIn, Trouble
from engine.testing.registry_standin.signing import h1_of, zh_of, zip_of
from tests.service.depot_stage import NULL, PLATFORM, Site, files, pin

NAME: Final = "terraform-provider-null_v3.1.0_x5"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with RegistryStandIn() as registry:
        made = Site(tmp_path / "mirror", registry)
        made.offer("2.9.0", "3.0.0", "3.1.0", "4.0.0-beta1")
        yield made


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
        ("hashicorp/null@9.9.9", NotSetUp, "no source could give hashicorp/null 9.9.9"),
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
@pytest.mark.requirement("5.2.refused")
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.WRONG_CHECKSUM, IntegrityFailed),
        (Fault.WRONG_SIGNATURE, IntegrityFailed),
        (Fault.OTHER_KEY, IntegrityFailed),
        (Fault.UNSIGNED, IntegrityFailed),
        (Fault.TRUNCATED, NotSetUp),
        (Fault.NOT_FOUND, NotSetUp),
        (Fault.NOT_JSON, NotSetUp),
        (Fault.OTHER_SHAPE, NotSetUp),
    ],
)
async def test_a_registry_that_does_wrong_leaves_nothing_that_is_trusted(
    site: Site, fault: Fault, error: type[EngineError]
) -> None:
    site.registry.make(Trouble(fault))
    with pytest.raises(error):
        await site.install("hashicorp/null@3.1.0")
    assert (site.installed(), site.folders()) == ([], [])
    site.registry.mend()
    await site.install("hashicorp/null@3.1.0")
    assert site.installed() == ["hashicorp/null 3.1.0"]


@pytest.mark.anyio
@pytest.mark.requirement("5.2.bombs")
@pytest.mark.parametrize("fault", [Fault.HUGE, Fault.ENDLESS])
async def test_an_archive_without_an_end_is_refused_announced_or_not(
    site: Site, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives_module, "ARCHIVE_MAX_BYTES", 3_000_000)
    site.registry.make(Trouble(fault, path="*.zip"))
    with pytest.raises(NotSetUp) as caught:
        await site.install("hashicorp/null@3.1.0")
    assert "sent more than 3000000 bytes" in str(caught.value.facts["sources"])
    assert sum(path.stat().st_size for path in site.root.rglob("*") if path.is_file()) < 5_000_000


@pytest.mark.anyio
@pytest.mark.requirement("5.2.unpacked")
@pytest.mark.parametrize(
    "names",
    [["../x"], ["LICENSE"], ["terraform-provider-null", "terraform-provider-null_x"], ["a", "A", NAME]],
)
async def test_a_signed_archive_with_a_wrong_content_is_refused_too(site: Site, names: list[str]) -> None:
    site.registry.add_provider(pin("3.1.0"), PLATFORM, [(name, b"x") for name in names])
    with pytest.raises(IntegrityFailed):
        await site.install("hashicorp/null@3.1.0")
    assert (site.installed(), site.folders()) == ([], [])
    assert list(site.root.parent.glob("x")) == []


@pytest.mark.anyio
@pytest.mark.requirement("5.2.refused")
async def test_another_versions_signed_archive_is_not_taken_for_this_one(site: Site) -> None:
    old = site.registry._pages  # noqa: SLF001 - a registry that answers with the file of an older version
    path = "/v1/providers/hashicorp/null/{}/download/linux/amd64"
    site.registry._pages = {**old, path.format("3.1.0"): old[path.format("3.0.0")]}  # noqa: SLF001 - as above
    with pytest.raises(
        IntegrityFailed, match=r"another file than terraform-provider-null_3\.1\.0_linux_amd64"
    ):
        await site.install("hashicorp/null@3.1.0")


@pytest.mark.anyio
@pytest.mark.requirement("5.2.unsigned")
async def test_a_provider_without_a_key_is_refused_unless_the_operator_lets_it_pass(site: Site) -> None:
    site.registry.make(Trouble(Fault.UNSIGNED))
    with pytest.raises(IntegrityFailed, match="without a signing key") as caught:
        await site.install("hashicorp/null@3.1.0")
    assert "INTENT_PROVIDERS_UNSIGNED=allow" in (caught.value.hint or "")
    lenient = site.places(unsigned=Unsigned.ALLOW)
    await site.install("hashicorp/null@3.1.0", places=lenient)
    package = site.mirror.resolve(NULL, None)
    archive = zip_of(files("3.1.0"))
    assert (package.signer, package.hashes) == (None, tuple(sorted([h1_of(archive), zh_of(archive)])))
    assert any("nobody signed" in text for text in site.heard.texts(StepKind.NOTICE))
    for fault in (Fault.WRONG_SIGNATURE, Fault.OTHER_KEY, Fault.WRONG_CHECKSUM):
        site.registry.mend()
        site.registry.make(Trouble(fault))
        with pytest.raises(IntegrityFailed):
            await site.install("hashicorp/null@3.0.0", places=lenient)


@pytest.mark.anyio
@pytest.mark.requirement("5.security.4")
async def test_what_the_allow_list_refuses_is_not_even_asked_for(site: Site) -> None:
    for places, address in (
        (site.places(), "hashicorp/external"),
        (site.places(allow="!*/*/*"), "hashicorp/null"),
    ):
        with pytest.raises(Forbidden, match="is refused by !"):
            await site.install("hashicorp/null", address, places=places)
    assert (site.registry.requests, site.root.exists()) == ([], False)


@pytest.mark.anyio
@pytest.mark.requirement("5.security.3")
@pytest.mark.parametrize(
    "wanted",
    [
        *(
            "../../etc/passwd",
            "hashicorp/../null",
            "-rf/null",
            "hashicorp/null\0",
            "hashicorp/" + "n" * 300,
            "",
        ),
        *("hashicorp/nu\u0131l", "hashicorp/n\u202ell", "hashicorp/null@../3.1.0", "hashicorp/null@-rf"),
        *(
            "hashicorp/null@3.1.0\0",
            "hashicorp/null@" + "1" * 2_000,
            "hashicorp/null@3.1.0/../../x",
            "a/b/c/d",
        ),
    ],
)
async def test_what_names_no_provider_or_version_reaches_neither_a_path_nor_a_registry(
    site: Site, wanted: str
) -> None:
    with pytest.raises(InvalidInput):
        await site.install(wanted)
    with pytest.raises(InvalidInput):
        await site.install("hashicorp/null", platforms=["../../x_y"])
    assert (site.registry.requests, site.root.exists()) == ([], False)


@pytest.mark.anyio
@pytest.mark.requirement("5.2.sources")
async def test_a_network_mirror_is_trusted_for_the_hashes_that_it_gives(site: Site) -> None:
    places = site.places(mirrors=site.registry.mirror_url)
    await site.install("hashicorp/null@~> 3.0", places=places)
    package = site.mirror.resolve(NULL, None)
    archive = zip_of(files("3.1.0"))
    assert (str(package.pin.version), package.signer) == ("3.1.0", None)
    assert package.hashes == tuple(sorted([h1_of(archive), zh_of(archive)]))
    assert package.source.startswith("network mirror 127.0.0.1:")
    assert [path for path in site.registry.requests if not path.startswith("/mirror/")] == []
    site.registry.make(Trouble(Fault.WRONG_CHECKSUM))
    with pytest.raises(IntegrityFailed, match="not the one whose hash the mirror gives"):
        await site.install("hashicorp/null@3.0.0", places=places)
    site.registry.mend()
    site.registry.make(Trouble(Fault.NO_HASHES))
    await site.install("hashicorp/null@3.0.0", places=places)
    assert any("gives no hash" in text for text in site.heard.texts(StepKind.NOTICE))


@pytest.mark.anyio
@pytest.mark.requirement("5.2.sources")
@pytest.mark.parametrize("packed", [True, False])
async def test_a_filesystem_mirror_serves_without_a_network(
    site: Site, tmp_path: Path, *, packed: bool
) -> None:
    folder = tmp_path / "disk" / NULL.full
    archive = zip_of(files("3.0.0"))
    folder.mkdir(parents=True)
    if packed:
        (folder / "terraform-provider-null_3.0.0_linux_amd64.zip").write_bytes(archive)
        (folder / "terraform-provider-null_one_linux_amd64.zip").write_bytes(b"x")
    else:
        (folder / "3.0.0" / PLATFORM).mkdir(parents=True)
        for name, content in files("3.0.0"):
            (folder / "3.0.0" / PLATFORM / name).write_bytes(content)
    places = site.places(mirrors=f"direct,{tmp_path / 'disk'}")
    await site.install("hashicorp/null", places=places, offline=True)
    package = site.mirror.resolve(NULL, None)
    assert (str(package.pin), package.source) == (
        "hashicorp/null 3.0.0",
        f"filesystem mirror {tmp_path / 'disk'}",
    )
    assert package.hashes == tuple(sorted([h1_of(archive), *([zh_of(archive)] if packed else [])]))
    assert package.signer is None
    await site.mirror.verify(package, {h1_of(archive)})
    assert site.registry.requests == []


@pytest.mark.anyio
@pytest.mark.requirement("5.2.sources")
async def test_links_in_a_filesystem_mirror_are_refused_but_the_package_may_be_one(
    site: Site, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name, content in files("3.0.0"):
        (elsewhere / name).write_bytes(content)
    folder = tmp_path / "disk" / NULL.full / "3.0.0"
    folder.mkdir(parents=True)
    (folder / PLATFORM).symlink_to(elsewhere)
    places = site.places(mirrors=str(tmp_path / "disk"))
    await site.install("hashicorp/null@3.0.0", places=places)
    assert site.installed() == ["hashicorp/null 3.0.0"]
    shutil.rmtree(site.root)
    (elsewhere / "secret").symlink_to("/etc/passwd")
    with pytest.raises(IntegrityFailed, match="not a plain file"):
        await site.install("hashicorp/null@3.0.0", places=places)
    assert site.installed() == []


@pytest.mark.anyio
async def test_places_are_tried_in_their_order_and_a_broken_one_is_passed_over(
    site: Site, tmp_path: Path
) -> None:
    places = site.places(mirrors=f"{tmp_path / 'none'},{site.registry.mirror_url},direct")
    site.registry.make(Trouble(Fault.UNAVAILABLE, path="/mirror/*"))
    await site.install("hashicorp/null", places=places)
    assert site.mirror.resolve(NULL, None).source == f"registry {NULL.host}"
    said = site.heard.texts(StepKind.UNAVAILABLE)
    assert any("network mirror" in text for text in said)


@pytest.mark.anyio
async def test_without_a_network_what_is_there_may_do_and_else_the_reason_is_said(site: Site) -> None:
    with pytest.raises(NotSetUp, match="no place could be asked") as caught:
        await site.install("hashicorp/null", offline=True)
    assert "the registry" in str(caught.value.facts["sources"])
    await site.install("hashicorp/null@3.0.0")
    report = await site.install("hashicorp/null@>= 2.0", offline=True)
    assert [(item.name, item.state) for item in report.items] == [("hashicorp/null 3.0.0", "found")]


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
    site.registry.make(Trouble(Fault.RANGE_MIXED, times=1))
    await site.install("hashicorp/null@3.1.0")
    assert site.installed() == ["hashicorp/null 3.1.0"]


@pytest.mark.anyio
@pytest.mark.requirement("5.2.killed")
async def test_what_is_placed_and_not_recorded_is_not_trusted_and_is_brought_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(mirror_module, "write_record", killed)
        with pytest.raises(BaseException):  # noqa: B017, PT011 - whatever wraps what stands for the kill
            await site.install("hashicorp/null@3.1.0")
    assert (site.installed(), len(site.folders())) == ([], 1)
    await site.install("hashicorp/null@3.1.0")
    await site.mirror.verify(site.mirror.resolve(NULL, None))


@pytest.mark.anyio
@pytest.mark.requirement("5.2.full-disk")
async def test_a_cache_that_cannot_be_written_or_has_no_room_is_named(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    blocked = Site(tmp_path / "file" / "mirror", site.registry)
    with pytest.raises(NotSetUp, match="cannot be read"):
        await blocked.install("hashicorp/null@3.1.0")

    def full(*_: object) -> None:
        raise no_room(OSError(28, "No space left on device"))

    monkeypatch.setattr(unpacking, "write", full)
    with pytest.raises(NotSetUp) as caught:
        await site.install("hashicorp/null@3.1.0")
    assert "No space left" in str(caught.value.facts["sources"])
    assert (site.installed(), site.folders()) == ([], [])


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
