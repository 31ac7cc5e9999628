"""Pruning: what a project, a resource or an open request needs stays; without the database nothing goes."""

from pathlib import Path
from typing import Any

import pytest

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.auth.principals import Principal
from engine.core.errors import Forbidden, InvalidInput, NotFound, StoreFailed
from engine.core.projects import ProviderLock
from engine.ports.inventory import Leftover, LeftoverKind
from engine.ports.mirror import ProviderPackage
from engine.service.providers.packages import list_packages
from engine.service.providers.prune import PruneReport, prune_packages
from engine.service.providers.verify import verify_packages
from engine.testing.builders import operation, project, request, resource
from engine.testing.engines import make_services
from engine.testing.inventories import PACKAGE_BYTES, FakeInventory
from tests.service.world import ADA, BreakableStore

pytestmark = pytest.mark.anyio
LEFT = Leftover(kind=LeftoverKind.PART, path=Path("part"), size_bytes=7)


def _pin(text: str) -> ProviderPin:
    address, version = text.split("@")
    return ProviderPin(address=ProviderAddress.parse(address), version=Version.parse(version))


def _package(text: str, platform: str = "linux_amd64") -> ProviderPackage:
    folder = Path(text)
    return ProviderPackage(
        pin=_pin(text), platform=platform, folder=folder, executable=folder / "x", sha256="0" * 64
    )


def _inventory(*names: str) -> FakeInventory:
    return FakeInventory(there=[_package(name) for name in names], left=[LEFT])


async def _prune(inventory: FakeInventory, keep: int = 1, **more: Any) -> PruneReport:
    given: dict[str, Any] = {"wanted": (), "dry_run": False, "services": make_services().services, **more}
    services, wanted = given.pop("services"), given.pop("wanted")
    return await prune_packages(services, ADA, inventory, wanted, keep=keep, **given)


def _left(inventory: FakeInventory) -> list[str]:
    return [f"{one.pin.address}@{one.pin.version}" for one in inventory.packages()]


@pytest.mark.requirement("5.2.prune")
@pytest.mark.parametrize(
    ("keep", "left"),
    [
        (0, []),
        (1, ["a/x@3.0.0", "a/y@1.0.0"]),
        (2, ["a/x@3.0.0", "a/x@2.0.0", "a/y@1.0.0"]),
        (9, ["a/x@3.0.0", "a/x@2.0.0", "a/x@1.0.0", "a/y@1.0.0"]),
    ],
)
async def test_the_newest_versions_of_each_provider_stay(keep: int, left: list[str]) -> None:
    inventory = _inventory("a/x@3.0.0", "a/x@2.0.0", "a/x@1.0.0", "a/y@1.0.0")
    report = await _prune(inventory, keep)
    assert _left(inventory) == left
    assert len(report.removed) == 4 - len(left)
    assert report.freed_bytes == PACKAGE_BYTES * len(report.removed) + LEFT.size_bytes
    assert inventory.left == []


@pytest.mark.requirement("5.2.prune")
@pytest.mark.requirement("5.2.prerelease")
@pytest.mark.parametrize(
    ("keep", "left"),
    [(1, ["a/x@2.0.0"]), (2, ["a/x@2.0.0", "a/x@1.0.0"]), (3, ["a/x@2.0.0", "a/x@1.0.0", "a/x@2.1.0-beta1"])],
)
async def test_prereleases_go_before_any_release(keep: int, left: list[str]) -> None:
    inventory = _inventory("a/x@2.0.0", "a/x@1.0.0", "a/x@2.1.0-beta1")
    await _prune(inventory, keep)
    assert _left(inventory) == left


@pytest.mark.requirement("5.2.prune")
async def test_what_somebody_needs_stays_and_it_is_said_who() -> None:
    services = make_services().services
    lock = ProviderLock(version="1.0.0")
    home = project(provider_locks={"a/x": lock})
    open_request = operation(
        1, project_id=home.id, request=request(provider="a/x", provider_version="3.0.0"), provider=""
    )
    async with services.store.transaction() as transaction:
        await transaction.projects.add(home)
        await transaction.resources.save(
            resource(project_id=home.id, provider="a/x", provider_version="2.0.0")
        )
        await transaction.operations.add(open_request)
    inventory = _inventory("a/x@5.0.0", "a/x@4.0.0", "a/x@3.0.0", "a/x@2.0.0", "a/x@1.0.0", "a/x@0.1.0")
    report = await _prune(inventory, 0, services=services, wanted=[_pin("a/x@4.0.0")])
    assert {one.version: one.because for one in report.kept} == {
        "4.0.0": "set-up brings it",
        "3.0.0": f"operation {open_request.id} has not ended",
        "2.0.0": f"{resource().resource_id} of project {home.name} uses it",
        "1.0.0": f"project {home.name} locks it",
    }
    assert [one.version for one in report.removed] == ["5.0.0", "0.1.0"]


async def test_each_platform_keeps_its_newest() -> None:
    inventory = FakeInventory(
        there=[_package("a/x@2.0.0", "darwin_arm64"), _package("a/x@1.0.0"), _package("a/x@0.1.0")]
    )
    report = await _prune(inventory)
    assert [(one.version, one.platform) for one in report.kept] == [
        ("2.0.0", "darwin_arm64"),
        ("1.0.0", "linux_amd64"),
    ]


async def test_a_dry_run_removes_nothing_and_says_the_same() -> None:
    inventory = _inventory("a/x@2.0.0", "a/x@1.0.0")
    dry = await _prune(inventory, dry_run=True)
    assert (_left(inventory), inventory.left) == (["a/x@2.0.0", "a/x@1.0.0"], [LEFT])
    wet = await _prune(inventory)
    assert dry.model_copy(update={"dry_run": False}) == wet


@pytest.mark.requirement("5.2.prune")
async def test_without_the_database_nothing_is_removed() -> None:
    store = BreakableStore()
    store.broken = True
    inventory = _inventory("a/x@2.0.0", "a/x@1.0.0")
    with pytest.raises(StoreFailed):
        await _prune(inventory, services=make_services(store=store).services)
    assert (len(inventory.there), inventory.left) == (2, [LEFT])


async def test_a_negative_number_and_a_principal_without_scopes_are_refused() -> None:
    with pytest.raises(InvalidInput, match="number of versions"):
        await _prune(_inventory(), -1)
    nobody = Principal(**{**ADA.model_dump(), "scopes": frozenset()})
    with pytest.raises(Forbidden):
        await prune_packages(make_services().services, nobody, _inventory(), (), keep=1, dry_run=True)


async def test_packages_are_listed_and_verified_one_by_one() -> None:
    inventory = _inventory("a/x@2.0.0", "a/x@1.0.0", "a/y@1.0.0")
    listed = await list_packages(inventory)
    assert [str(one) for one in listed.packages][:2] == ["a/x 2.0.0 linux_amd64", "a/x 1.0.0 linux_amd64"]
    inventory.changed = {_pin("a/x@1.0.0")}
    report = await verify_packages(inventory)
    assert (report.ok, [one.ok for one in report.packages]) == (False, [True, False, True])
    assert (report.packages[1].reason, report.packages[1].hint) == ("a/x 1.0.0 has changed", "bring it again")
    assert report.leftovers == (LEFT,)
    one = await verify_packages(inventory, "a/y")
    assert (one.ok, [str(package) for package in one.packages]) == (True, ["a/y 1.0.0 linux_amd64"])
    assert one.leftovers == ()
    with pytest.raises(NotFound, match="no package of a/z"):
        await verify_packages(inventory, "a/z")
