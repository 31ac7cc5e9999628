"""What a workspace is bound to: the package that its project trusts, compared at each start."""

from pathlib import Path
from typing import Final

import pytest

from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.registry.checks import sha256_of
from engine.adapters.tofu.binding import DevOverrides
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import IntegrityFailed
from engine.core.providers.hashes import archive_hash
from engine.ports.artifacts import Fetched
from engine.ports.mirror import ProviderPackage, Trusted

PIN: Final = ProviderPin(address=ProviderAddress.parse("acme/widgets"), version=Version.parse("1.10.0"))
ZH: Final = archive_hash("0" * 64)

pytestmark = pytest.mark.anyio


def install(mirror: FilesystemMirror, folder: Path, content: bytes) -> ProviderPackage:
    folder.mkdir()
    binary = folder / "terraform-provider-widgets_v1.10.0"
    binary.write_bytes(content)
    fetched = Fetched(executable=binary, sha256=sha256_of(binary), source="a test", archives=(ZH,))
    return mirror.install(PIN, fetched)


@pytest.mark.requirement("5.security.46", "5.2.lock_holds")
async def test_a_package_that_was_exchanged_with_its_record_is_bound_to_no_workspace(tmp_path: Path) -> None:
    mirror = FilesystemMirror(tmp_path / "mirror", "linux_amd64")
    trusted = Trusted(pin=PIN, hashes=install(mirror, tmp_path / "one", b"trusted").hashes)
    binding = DevOverrides(mirror)
    assert await binding.bind([trusted], tmp_path) == {"TF_CLI_CONFIG_FILE": str(tmp_path / "cli.tofurc")}
    # The record says that this is what was installed, and even names the archive that the lock holds.
    install(mirror, tmp_path / "other", b"another")
    with pytest.raises(IntegrityFailed, match="not the package that the project's lock holds"):
        await binding.bind([trusted], tmp_path)
