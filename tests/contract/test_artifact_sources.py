"""Every source of executables under one contract, against stand-ins for registry and package clients."""

import hashlib
import io
import socket
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from engine.adapters.registry import archives, network
from engine.adapters.registry.manifest import Member, PackagePin, ReleasePin
from engine.adapters.registry.packages import PackageClient, PackageSource
from engine.adapters.registry.protocol import Registries, RegistrySource
from engine.adapters.registry.releases import ReleaseSource
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import EngineError, IntegrityFailed, NotSetUp, RegistryFailed
from engine.core.providers.allow import Unsigned
from engine.ports.artifacts import Source, StepKind
from engine.testing.artifacts import Heard
from engine.testing.registry_standin import Fault, RegistryStandIn
from tests.contract.asking import downloads

PLATFORM: Final = "linux_amd64"
PIN: Final = ProviderPin(address=ProviderAddress.parse("hashicorp/null"), version=Version.parse("2.1.2"))
NAME: Final = "terraform-provider-null_v2.1.2_x4"
CONTENT: Final = b"\x7fELF" + bytes(range(256)) * 4_000
SHA256: Final = hashlib.sha256(CONTENT).hexdigest()


def _registries(url: str, unsigned: Unsigned = Unsigned.REFUSE) -> Registries:
    return Registries(downloads(url), {PIN.address.host: url}, unsigned)


def _registry(stand_in: RegistryStandIn, platform: str = PLATFORM) -> Source:
    stand_in.add_provider(PIN, PLATFORM, [("LICENSE", b"as you like"), (NAME, CONTENT)])
    return RegistrySource(PIN, platform, _registries(stand_in.url))


def _release(stand_in: RegistryStandIn, fingerprint: str | None = None) -> Source:
    stand_in.add_release("1.10.7", PLATFORM, CONTENT)
    pin = ReleasePin(
        version="1.10.7",
        downloads=f"{stand_in.url}/releases",
        key=f"{stand_in.url}/opentofu.asc",
        key_fingerprint=fingerprint or stand_in.fingerprint,
    )
    return ReleaseSource(pin, PLATFORM, downloads(stand_in.url))


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


ONLINE: Final = pytest.mark.parametrize(("build", "name"), [(_registry, NAME), (_release, "tofu")])


@pytest.mark.requirement("2.2.tofu-verified", "2.2.provider-sources", "2.2.progress")
@pytest.mark.anyio
@ONLINE
async def test_an_online_source_gives_the_signed_executable_and_says_each_check(
    tmp_path: Path, build: Callable[[RegistryStandIn], Source], name: str
) -> None:
    heard = Heard()
    with RegistryStandIn() as stand_in:
        source = build(stand_in)
        fetched = await source.fetch(tmp_path, heard)
    assert (fetched.executable.name, fetched.sha256, fetched.source) == (name, SHA256, source.name)
    assert fetched.executable.read_bytes() == CONTENT
    signed, hashed = heard.texts(StepKind.CHECKED)
    assert signed == f"the checksums are signed by {stand_in.fingerprint[-16:]}"
    assert " has SHA-256 " in hashed
    last = [step for step in heard.steps if step.kind is StepKind.PROGRESS][-1]
    assert last.done_bytes == last.total_bytes


@pytest.mark.requirement("2.2.hashes", "2.2.tofu-verified")
@pytest.mark.anyio
@ONLINE
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.WRONG_CHECKSUM, IntegrityFailed),
        (Fault.WRONG_SIGNATURE, IntegrityFailed),
        (Fault.OTHER_KEY, IntegrityFailed),
        (Fault.TRUNCATED, RegistryFailed),
        (Fault.NOT_FOUND, RegistryFailed),
    ],
)
async def test_an_online_source_refuses_what_is_wrong_and_passes_what_is_absent(
    tmp_path: Path,
    build: Callable[[RegistryStandIn], Source],
    name: str,
    fault: Fault,
    error: type[EngineError],
) -> None:
    with RegistryStandIn(fault) as stand_in, pytest.raises(error):
        await build(stand_in).fetch(tmp_path, Heard())
    assert name not in _names(tmp_path)


@pytest.mark.anyio
async def test_a_provider_without_a_signing_key_is_refused_before_it_is_downloaded(tmp_path: Path) -> None:
    with RegistryStandIn(Fault.UNSIGNED) as stand_in:
        with pytest.raises(IntegrityFailed, match="without a signing key"):
            await _registry(stand_in).fetch(tmp_path, Heard())
        assert [path for path in stand_in.requests if path.endswith(".zip")] == []


@pytest.mark.anyio
async def test_a_web_page_instead_of_a_registry_is_a_source_that_failed(tmp_path: Path) -> None:
    with RegistryStandIn(Fault.NOT_JSON) as stand_in:
        with pytest.raises(RegistryFailed, match="something else than the protocol"):
            await _registry(stand_in).fetch(tmp_path, Heard())
        with pytest.raises(IntegrityFailed, match="key cannot be read"):
            await _release(stand_in).fetch(tmp_path, Heard())


@pytest.mark.anyio
async def test_a_release_signed_by_a_key_that_is_not_pinned_is_refused(tmp_path: Path) -> None:
    with RegistryStandIn() as stand_in, pytest.raises(IntegrityFailed, match="not the pinned one") as caught:
        await _release(stand_in, "E3E6E43D84CB852EADB0051D0C0AF313E5FD9F80").fetch(tmp_path, Heard())
    assert caught.value.facts["found"] == stand_in.fingerprint


@pytest.mark.anyio
async def test_a_platform_that_the_registry_lacks_is_named(tmp_path: Path) -> None:
    with RegistryStandIn() as stand_in:
        source = _registry(stand_in, "plan9_arm64")
        with pytest.raises(RegistryFailed, match=r"does not have hashicorp/null 2\.1\.2 for plan9_arm64"):
            await source.fetch(tmp_path, Heard())


@pytest.mark.anyio
@ONLINE
async def test_an_unreachable_source_fails_fast_and_is_not_tried_twice(
    tmp_path: Path, build: Callable[[RegistryStandIn], Source], name: str
) -> None:
    with RegistryStandIn() as stand_in:
        source = build(stand_in)
    del name
    started = time.monotonic()
    for _ in range(2):
        with pytest.raises(RegistryFailed, match="not reachable"):
            await source.fetch(tmp_path, Heard())
    assert time.monotonic() - started < 2


@pytest.mark.anyio
async def test_a_host_that_swallows_connections_costs_its_time_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "CONNECT_TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        # The kernel answers as many connections as the backlog holds; the next one waits for ever.
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        source = RegistrySource(PIN, PLATFORM, _registries(url))
        started = time.monotonic()
        for _ in range(3):
            with pytest.raises(RegistryFailed, match="not reachable"):
                await source.fetch(tmp_path, Heard())
        assert time.monotonic() - started < 0.9
        for filler in fillers:
            filler.close()


@pytest.mark.anyio
async def test_an_archive_beyond_its_bound_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RegistryStandIn() as stand_in:
        source = _registry(stand_in)
        monkeypatch.setattr(archives, "ARCHIVE_MAX_BYTES", 100)
        with pytest.raises(RegistryFailed, match="more than 100 bytes"):
            await source.fetch(tmp_path, Heard())


@pytest.mark.anyio
async def test_plain_http_to_another_machine_is_refused(tmp_path: Path) -> None:
    source = RegistrySource(PIN, PLATFORM, _registries("http://192.0.2.1"))
    with pytest.raises(RegistryFailed, match="not https"):
        await source.fetch(tmp_path, Heard())


def _package(tmp_path: Path) -> PackagePin:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(NAME, CONTENT)
    outer = io.BytesIO()
    with tarfile.open(fileobj=outer, mode="w:gz") as tar:
        entry = tarfile.TarInfo("package/provider.zip")
        entry.size = len(inner.getvalue())
        tar.addfile(entry, io.BytesIO(inner.getvalue()))
    (tmp_path / "published").write_bytes(outer.getvalue())
    members = (
        Member(path="package/provider.zip", sha256=hashlib.sha256(inner.getvalue()).hexdigest()),
        Member(path=NAME, sha256=SHA256),
    )
    sha256 = hashlib.sha256(outer.getvalue()).hexdigest()
    return PackagePin(package="wrapper", version="1.0", sha256=sha256, members=members)


def _client(tmp_path: Path, script: str) -> PackageClient:
    """Return a client whose program is a few lines of Python, run in the download folder."""
    program = tmp_path / "client.py"
    program.write_text(script)
    return PackageClient("pip", (sys.executable, str(program)), {"HOME": str(tmp_path / "home")})


COPY: Final = (
    "import pathlib, shutil, sys; shutil.copy(pathlib.Path(__file__).with_name('published'), 'wrapper.tgz')"
)


@pytest.mark.anyio
async def test_a_package_is_opened_level_by_level_and_downloaded_once_a_run(tmp_path: Path) -> None:
    pin = _package(tmp_path)
    client = _client(tmp_path, f"{COPY}; open(__file__ + '.calls', 'a').write('x')")
    heard = Heard()
    fetched = await PackageSource("null", pin, client).fetch(tmp_path, heard)
    assert (fetched.executable.name, fetched.sha256) == (NAME, SHA256)
    assert fetched.executable.read_bytes() == CONTENT
    assert fetched.source == "Python package wrapper==1.0"
    assert [text.split(" has ")[0] for text in heard.texts(StepKind.CHECKED)[:3]] == [
        f"wrapper.tgz, {(tmp_path / 'published').stat().st_size / 1e6:.1f} MB,",
        "provider.zip",
        NAME,
    ]
    again = await PackageSource("null", pin, client).fetch(tmp_path, heard)
    assert (again.sha256, heard.texts(StepKind.NOTICE)) == (
        SHA256,
        [f"{again.source} was downloaded a moment ago"],
    )
    assert (tmp_path / "client.py.calls").read_text() == "x"


@pytest.mark.requirement("2.2.hashes")
@pytest.mark.anyio
@pytest.mark.parametrize("level", ["archive", "inner", "executable"])
async def test_a_package_that_differs_at_any_level_is_refused(tmp_path: Path, level: str) -> None:
    pin = _package(tmp_path)
    zip_member, executable = pin.members
    wrong = "0" * 64
    changed = {
        "archive": pin.model_copy(update={"sha256": wrong}),
        "inner": pin.model_copy(
            update={"members": (zip_member.model_copy(update={"sha256": wrong}), executable)}
        ),
        "executable": pin.model_copy(
            update={"members": (zip_member, executable.model_copy(update={"sha256": wrong}))}
        ),
    }[level]
    with pytest.raises(IntegrityFailed, match="expected 0000"):
        await PackageSource("null", changed, _client(tmp_path, COPY)).fetch(tmp_path, Heard())


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("import sys; sys.exit('no such package')", "exit code 1"),
        ("pass", "0 files instead of one"),
        ("open('a', 'w'); open('b', 'w')", "2 files instead of one"),
    ],
)
async def test_a_package_client_that_fails_leaves_nothing_for_the_next_try(
    tmp_path: Path, script: str, message: str
) -> None:
    pin = _package(tmp_path)
    with pytest.raises(RegistryFailed, match=message):
        await PackageSource("null", pin, _client(tmp_path, script)).fetch(tmp_path, Heard())
    fetched = await PackageSource("null", pin, _client(tmp_path, COPY)).fetch(tmp_path, Heard())
    assert fetched.sha256 == SHA256


@pytest.mark.anyio
async def test_a_missing_package_client_is_named(tmp_path: Path) -> None:
    pin = _package(tmp_path)
    with pytest.raises(NotSetUp, match="npm is not there"):
        await PackageSource("null", pin, PackageClient("npm", None, {})).fetch(tmp_path, Heard())


@pytest.mark.anyio
async def test_what_a_build_script_writes_into_the_home_folder_is_thrown_away(tmp_path: Path) -> None:
    pin = _package(tmp_path)
    (tmp_path / "home").mkdir()
    script = f"{COPY}; p = pathlib.Path.home() / '.terraform.d'; p.mkdir(); (p / 'plugin').touch()"
    await PackageSource("null", pin, _client(tmp_path, script)).fetch(tmp_path, Heard())
    assert list((tmp_path / "home").iterdir()) == []
