"""Installing providers from mirrors on the network and on disk, in the order of the setting."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from engine.adapters.registry.offers import place_asked
from engine.core.errors import IntegrityFailed, NotSetUp
from engine.ports.artifacts import StepKind
from engine.testing.registry_standin import Fault, Trouble
from engine.testing.registry_standin.signing import h1_of, zh_of, zip_of
from tests.service.depot_stage import NULL, PLATFORM, Site, files

NAME: Final = "terraform-provider-null_v3.1.0_x5"


def _asked(site: Site) -> str:
    return site.registry.url.partition("//")[2]


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
    assert site.mirror.resolve(NULL, None).source == f"registry {_asked(site)} in place of {NULL.host}"
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


@pytest.mark.requirement("5.2.record")
def test_the_place_that_is_asked_is_named_without_what_is_secret_in_its_url() -> None:
    own = {NULL.host: "https://ada:secret@registry.example.com:8443/providers/?token=secret"}
    assert place_asked(NULL, own) == f"registry.example.com:8443/providers in place of {NULL.host}"
    assert place_asked(NULL, {NULL.host: f"https://{NULL.host}/"}) == place_asked(NULL, {}) == NULL.host
