"""Installing providers: every way that a registry, an archive or a disk may do wrong, and what is refused."""

from pathlib import Path
from typing import Final

import pytest

from engine.adapters.cache import mirror as mirror_module
from engine.adapters.registry import archives as archives_module
from engine.adapters.registry import unpacking
from engine.adapters.registry.checks import no_room
from engine.core.errors import EngineError, Forbidden, IntegrityFailed, InvalidInput, NotSetUp
from engine.core.providers.allow import Unsigned
from engine.ports.artifacts import StepKind
from engine.testing.registry_standin import Fault, Trouble
from engine.testing.registry_standin.signing import h1_of, zh_of, zip_of
from tests.service.depot_stage import NULL, PLATFORM, Site, files, pin

NAME: Final = "terraform-provider-null_v3.1.0_x5"


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
            await site.install(address, places=places)
    assert (site.registry.requests, site.root.exists()) == ([], False)
    report = await site.install("hashicorp/external", "hashicorp/null")
    assert [one.error.code for one in report.errors] == ["forbidden"]
    assert site.registry.count("*external*") == 0


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
