"""The commands beside `tofu init`, on one stand-in: the same hashes, the same locks, the same refusals."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.adapters.cache.machine import this_platform
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.providers.lock_file import read_locks
from engine.testing.registry_standin import Fault, RegistryStandIn, Trouble
from tests.integration.forked_commands import Command, Ended, Forks
from tests.integration.installing import Room
from tests.integration.tofu_init import from_mirror, from_registry, init

PIN = ProviderPin(address=ProviderAddress.parse("hashicorp/null"), version=Version.parse("2.1.2"))
INSTALL = ("provider", "install", "hashicorp/null@2.1.2", "--quiet")
WRONG = (Fault.WRONG_CHECKSUM, Fault.WRONG_SIGNATURE, Fault.OTHER_KEY, Fault.UNSIGNED, Fault.TRUNCATED)
FAILED = 1

pytestmark = [pytest.mark.integration, pytest.mark.requirement("5.6.tofu-hashes", "5.security.46")]


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


def _run(forks: Forks, room: Room, *arguments: str, **environment: str) -> Ended:
    return forks.run(Command(arguments, {**room.environment, **environment}, str(room.mirror)))


def _recorded(room: Room) -> list[str]:
    (package,) = json.loads((room.mirror / "installed.json").read_text())["packages"]
    return [str(one) for one in package["hashes"]]


def _mirrored(standing: RegistryStandIn, tmp_path: Path) -> Mapping[str, str]:
    authority = tmp_path / "authority.pem"
    authority.write_bytes(standing.authority)
    return {"INTENT_PROVIDERS_MIRRORS": standing.mirror_url, "SSL_CERT_FILE": str(authority)}


def test_a_lock_of_ours_is_the_lock_that_tofu_writes_and_each_takes_the_others(
    forks: Forks, tofu: Path, tmp_path: Path, null_files: list[tuple[str, bytes]]
) -> None:
    with RegistryStandIn() as standing:
        standing.add_provider(PIN, this_platform(), null_files)
        standing.add_provider(PIN, "plan9_arm64", null_files[:1])
        room, theirs = Room(tmp_path, standing), tmp_path / "theirs.hcl"
        theirs.write_text(init(tofu, tmp_path / "work", from_registry(standing)).lock or "")
        commands = (
            INSTALL,
            ("project", "create", "moved"),
            ("provider", "lock", "moved", "hashicorp/null", "--constraint", "2.1.2"),
            ("provider", "lock", "moved", "--export", str(tmp_path / "moved.hcl")),
            ("project", "create", "imported"),
            ("provider", "lock", "imported", "--import", str(theirs)),
            ("provider", "lock", "imported", "--export", str(tmp_path / "imported.hcl")),
        )
        assert [_run(forks, room, *words).code for words in commands] == [0] * len(commands)
        assert _recorded(room) == list(read_locks(theirs.read_text())["hashicorp/null"].hashes)
        ours = [(tmp_path / name).read_text() for name in ("moved.hcl", "imported.hcl")]
        assert ours == [theirs.read_text()] * 2
        taken = init(tofu, tmp_path / "again", from_registry(standing), "-lockfile=readonly", lock=ours[0])
    assert (taken.code, taken.lock) == (0, ours[0])


def test_a_network_mirror_with_tls_gives_both_the_same_package(
    forks: Forks, tofu: Path, tmp_path: Path, null_files: list[tuple[str, bytes]]
) -> None:
    with RegistryStandIn(tls=True) as standing:
        standing.add_provider(PIN, this_platform(), null_files)
        room, reach = Room(tmp_path, standing), _mirrored(standing, tmp_path)
        theirs = init(tofu, tmp_path / "work", from_mirror(standing)).lock
        assert _run(forks, room, *INSTALL, **reach).code == 0
        assert room.trusted() == 1
        assert set(read_locks(theirs or "")["hashicorp/null"].hashes) <= set(_recorded(room))
        # Without the certificate of its authority nobody speaks to it.
        stranger = Room(tmp_path / "stranger", standing)
        assert _run(forks, stranger, *INSTALL, **{**reach, "SSL_CERT_FILE": ""}).code == FAILED


@pytest.mark.requirement("5.6.faults")
@pytest.mark.parametrize("fault", [*WRONG, Fault.NOT_FOUND, Fault.NOT_JSON, Fault.OTHER_SHAPE])
def test_what_is_wrong_at_a_registry_ends_the_command_and_leaves_nothing(
    forks: Forks, tmp_path: Path, fault: Fault
) -> None:
    with RegistryStandIn(fault) as standing:
        standing.add_provider(PIN, this_platform(), [("terraform-provider-null_v2.1.2_x4", bytes(10_000))])
        room = Room(tmp_path, standing)
        refused = _run(forks, room, *INSTALL)
        assert (refused.code, refused.stdout, room.trusted()) == (FAILED, "", 0)
        assert refused.stderr.startswith("error: ")
        standing.mend()
        done = _run(forks, room, *INSTALL)
    assert (done.code, room.trusted()) == (0, 1)


@pytest.mark.requirement("5.6.faults")
def test_what_is_wrong_at_a_network_mirror_ends_the_command_and_leaves_nothing(
    forks: Forks, tmp_path: Path
) -> None:
    with RegistryStandIn(tls=True) as standing:
        standing.add_provider(PIN, this_platform(), [("terraform-provider-null_v2.1.2_x4", bytes(10_000))])
        room, reach = Room(tmp_path, standing), _mirrored(standing, tmp_path)
        for fault in (Fault.WRONG_CHECKSUM, Fault.TRUNCATED, Fault.NOT_JSON, Fault.OTHER_SHAPE):
            standing.make(Trouble(fault))
            refused = _run(forks, room, *INSTALL, **reach)
            assert (refused.code, room.trusted()) == (FAILED, 0), fault
            standing.mend()
        assert _run(forks, room, *INSTALL, **reach).code == 0
