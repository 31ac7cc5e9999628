"""Real OpenTofu installs from the stand-in, refuses what we refuse, and writes the hashes that we compute."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from engine.adapters.cache.machine import this_platform
from engine.adapters.registry.protocol import Registries, RegistrySource
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import IntegrityFailed, RegistryFailed
from engine.core.providers.hashes import archive_hash, package_hash
from engine.core.providers.lock_file import read_locks, write_locks
from engine.testing.artifacts import Heard
from engine.testing.registry_standin import Fault, RegistryStandIn, Trouble, TunnelStandIn
from tests.contract.asking import downloads
from tests.integration.tofu_init import Where, from_mirror, from_registry, init
from tests.plain_http import get

PIN = ProviderPin(address=ProviderAddress.parse("hashicorp/null"), version=Version.parse("2.1.2"))
REFUSED = {
    Fault.WRONG_CHECKSUM: ("archive has incorrect checksum", IntegrityFailed),
    Fault.WRONG_SIGNATURE: ("error checking signature", IntegrityFailed),
    Fault.OTHER_KEY: ("authentication signature from unknown issuer", IntegrityFailed),
    Fault.UNSIGNED: ("authentication signature from unknown issuer", IntegrityFailed),
    Fault.TRUNCATED: ("unexpected EOF", RegistryFailed),
}

pytestmark = pytest.mark.integration


def _hashes(standing: RegistryStandIn, null_files: list[tuple[str, bytes]]) -> list[str]:
    """Return what our code computes: of the unpacked files, and of each line of the signed checksums."""
    url = f"{standing.url}/files/hashicorp/null/2.1.2/terraform-provider-null_2.1.2_SHA256SUMS"
    sums = get(url, authority=standing.authority).body
    unpacked = package_hash({name: hashlib.sha256(content).hexdigest() for name, content in null_files})
    return sorted([unpacked, *(archive_hash(line.split()[0]) for line in sums.decode().splitlines())])


@pytest.mark.requirement("5.1.standin", "5.6.tofu-hashes")
@pytest.mark.parametrize("tls", [False, True])
def test_tofu_installs_from_the_stand_in_as_a_registry_and_locks_the_hashes_that_we_compute(
    tofu: Path, tmp_path: Path, null_files: list[tuple[str, bytes]], *, tls: bool
) -> None:
    with RegistryStandIn(tls=tls) as standing:
        standing.add_provider(PIN, this_platform(), null_files)
        standing.add_provider(PIN, "plan9_arm64", null_files[:1])
        done = init(tofu, tmp_path / "work", from_registry(standing))
        assert (done.code, f"key ID {standing.fingerprint[-16:]}" in done.words) == (0, True)
        assert done.lock is not None
        lock = read_locks(done.lock)["hashicorp/null"]
        assert (lock.version, lock.constraints) == ("2.1.2", "2.1.2")
        assert list(lock.hashes) == _hashes(standing, null_files)
        # Ours is theirs, byte for byte, and they take it back.
        assert write_locks({"hashicorp/null": lock}) == done.lock
        again = init(
            tofu,
            tmp_path / "again",
            from_registry(standing),
            "-lockfile=readonly",
            lock=write_locks({"hashicorp/null": lock}),
        )
        assert (again.code, again.lock) == (0, done.lock)


@pytest.mark.requirement("5.1.standin", "5.6.tofu-hashes")
def test_tofu_installs_from_the_stand_in_as_a_network_mirror_with_tls(
    tofu: Path, tmp_path: Path, null_files: list[tuple[str, bytes]]
) -> None:
    with RegistryStandIn(tls=True) as standing:
        standing.add_provider(PIN, this_platform(), null_files)
        done = init(tofu, tmp_path / "work", from_mirror(standing))
        assert (done.code, done.lock is not None) == (0, True)
        locked = read_locks(done.lock or "")["hashicorp/null"].hashes
        assert set(locked) == {one for one in _hashes(standing, null_files) if one.startswith("h1:")}
        stranger = init(tofu, tmp_path / "stranger", replace(from_mirror(standing), authority=b""))
        assert (stranger.code, stranger.lock) == (1, None)
        assert "certificate signed by unknown authority" in stranger.words
        standing.make(Trouble(Fault.WRONG_CHECKSUM))
        changed = init(tofu, tmp_path / "changed", from_mirror(standing))
        assert (changed.code, changed.lock) == (1, None)


@pytest.mark.requirement("5.1.standin", "5.6.faults")
@pytest.mark.anyio
async def test_tofu_and_we_install_from_the_registry_itself_through_a_proxy_that_leads_to_the_stand_in(
    tofu: Path, tmp_path: Path, null_files: list[tuple[str, bytes]]
) -> None:
    host = PIN.address.host
    with RegistryStandIn(tls=True, host=host) as standing, TunnelStandIn(standing.port) as tunnel:
        standing.add_provider(PIN, this_platform(), null_files)
        done = init(tofu, tmp_path / "work", Where("", standing.authority, tunnel.url))
        theirs = (done.code, set(tunnel.asked), sorted(standing.requests))
        standing.forget()
        tunnel.asked.clear()
        (tmp_path / "authority.pem").write_bytes(standing.authority)
        environment = {"HTTPS_PROXY": tunnel.url, "SSL_CERT_FILE": str(tmp_path / "authority.pem")}
        asking = downloads(environment=environment, kept=tmp_path / "kept")
        fetched = await RegistrySource(PIN, this_platform(), Registries(asking)).fetch(tmp_path, Heard())
        ours = (0, set(tunnel.asked), sorted(standing.requests))
    assert (fetched.executable.read_bytes(), ours) == (null_files[1][1], theirs)
    assert ours[1] == {f"{host}:443"}


@pytest.mark.requirement("5.6.tofu-hashes")
def test_tofu_refuses_a_lock_whose_hashes_are_of_another_package(
    tofu: Path, tmp_path: Path, null_files: list[tuple[str, bytes]]
) -> None:
    with RegistryStandIn() as standing:
        standing.add_provider(PIN, this_platform(), null_files)
        lock = read_locks(init(tofu, tmp_path / "work", from_registry(standing)).lock or "")["hashicorp/null"]
        other = lock.model_copy(update={"hashes": (package_hash({"other": "0" * 64}),)})
        refused = init(
            tofu, tmp_path / "other", from_registry(standing), lock=write_locks({"hashicorp/null": other})
        )
    assert (refused.code, "doesn't match any of the checksums" in refused.words) == (1, True)


@pytest.mark.requirement("5.6.faults", "5.security.46")
@pytest.mark.anyio
@pytest.mark.parametrize("fault", list(REFUSED))
async def test_what_is_wrong_is_refused_by_tofu_and_by_us(
    tofu: Path, tmp_path: Path, null_files: list[tuple[str, bytes]], fault: Fault
) -> None:
    words, error = REFUSED[fault]
    with RegistryStandIn(fault) as standing:
        standing.add_provider(PIN, this_platform(), null_files)
        refused = init(tofu, tmp_path / "work", from_registry(standing))
        assert (refused.code, refused.lock, words in refused.words) == (1, None, True)
        hosts = {PIN.address.host: standing.url}
        source = RegistrySource(PIN, this_platform(), Registries(downloads(standing.url), hosts))
        with pytest.raises(error):
            await source.fetch(tmp_path, Heard())
