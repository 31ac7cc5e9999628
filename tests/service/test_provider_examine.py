"""What doctor says of the provider cache."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import NotSetUp
from engine.core.providers.allow import AllowList
from engine.ports.inventory import Leftover, LeftoverKind
from engine.ports.mirror import ProviderPackage
from engine.service.doctor import Check
from engine.service.providers.examine import examine_cache
from engine.testing.inventories import FakeInventory

pytestmark = pytest.mark.anyio


def _pin(name: str) -> ProviderPin:
    return ProviderPin(address=ProviderAddress.parse(f"hashicorp/{name}"), version=Version.parse("1.0.0"))


def _package(name: str, platform: str = "linux_amd64", signer: str | None = "A" * 40) -> ProviderPackage:
    folder = Path(name)
    return ProviderPackage(
        pin=_pin(name),
        platform=platform,
        folder=folder,
        executable=folder / "x",
        sha256="0" * 64,
        signer=signer,
    )


async def test_an_empty_cache_and_a_signed_one_are_said_in_few_words() -> None:
    empty = await examine_cache(FakeInventory(), AllowList(), "linux_amd64", [])
    assert empty == Check(name="provider cache", ok=True, found="0 packages for linux_amd64")
    full = await examine_cache(
        FakeInventory(there=[_package("aws")]), AllowList(), "linux_amd64", [_pin("aws")]
    )
    assert full.found == "1 package for linux_amd64"


async def test_what_is_unsigned_refused_foreign_or_left_is_said() -> None:
    inventory = FakeInventory(
        there=[_package("aws", signer=None), _package("http"), _package("aws", "darwin_arm64")],
        left=[Leftover(kind=LeftoverKind.PART, path=Path("x"), size_bytes=2_500_000)],
    )
    check = await examine_cache(inventory, AllowList.parse("!hashicorp/null"), "linux_amd64", [_pin("null")])
    assert (check.ok, check.found.split("; ")) == (
        True,
        [
            "2 packages for linux_amd64",
            "1 for other platforms",
            "1 of them without a signature (mirrors, packages with pinned hashes)",
            "hashicorp/http 1.0.0 is not used: !hashicorp/http of the allow-list refuses it",
            "hashicorp/null 1.0.0 is not used: !hashicorp/null of the allow-list refuses it",
            "2.5 MB of unfinished runs, which `intent provider prune` removes",
        ],
    )


@pytest.mark.requirement("5.2.changed")
async def test_a_changed_package_is_ill_and_the_command_that_mends_it_is_said() -> None:
    inventory = FakeInventory(
        there=[_package("aws"), _package("null", "darwin_arm64"), _package("random")],
        changed={_pin("aws"), _pin("null")},
    )
    assert await examine_cache(inventory, AllowList(), "linux_amd64", []) == Check(
        name="provider cache",
        ok=False,
        found="2 packages for linux_amd64; 1 for other platforms",
        missing="hashicorp/aws 1.0.0 has changed; hashicorp/null 1.0.0 has changed",
        mend="intent provider install hashicorp/aws@1.0.0; "
        "intent provider install hashicorp/null@1.0.0 --platform darwin_arm64",
    )


async def test_a_record_that_cannot_be_read_is_no_cache() -> None:
    class Unreadable(FakeInventory):
        def packages(self) -> Sequence[ProviderPackage]:
            raise NotSetUp("the record cannot be read", hint="remove it")

    check = await examine_cache(Unreadable(), AllowList(), "linux_amd64", [])
    assert (check.ok, check.missing, check.mend) == (False, "the record cannot be read", "remove it")
