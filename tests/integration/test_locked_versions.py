"""A project moves from one real version of the AWS provider to the next, and never to a changed one."""

import hashlib
import subprocess
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

import anyio.to_thread
import pytest
from pydantic import JsonValue

from engine.adapters.cache.machine import this_platform
from engine.adapters.cache.mirror import FilesystemMirror
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.auth.principals import person
from engine.core.errors import Conflict, IntegrityFailed
from engine.core.operations.operation import Accept
from engine.core.operations.states import OperationState
from engine.core.providers.lock_file import LOCK_FILE
from engine.ports.artifacts import Fetched
from engine.service.create import create
from engine.service.export import ExportFormat, export
from engine.service.projects.create import create_project
from engine.service.providers.lock_move import move_lock
from engine.service.providers.locks import provider_locks
from server.bootstrap import open_services
from server.context import open_desk
from server.demo.cloud import MockCloud
from server.settings import Settings
from tests.contract.runner_benches import quiet
from tests.room import AWS, PROJECT, Room, open_room

NULL: Final = ProviderPin(address=ProviderAddress.parse("hashicorp/null"), version=Version.parse("2.1.2"))
pytestmark = [pytest.mark.anyio, pytest.mark.integration]
OLD, NEW = "2.70.0", "3.39.0"


@pytest.fixture
async def room(moto: MockCloud, real_home: Path, tmp_path: Path) -> AsyncIterator[Room]:
    """Return a room of its own."""
    async with open_room(moto, real_home, tmp_path / "intent.db") as opened:
        yield opened


async def move(room: Room, version: str) -> None:
    """Move the project to another version."""
    await move_lock(room.services, room.alice, PROJECT, AWS, version=version)


@pytest.mark.requirement("5.2.lock_move")
async def test_what_an_older_version_made_goes_on_under_the_next(
    room: Room, tofu: Path, tmp_path: Path
) -> None:
    configs: dict[str, JsonValue] = {
        "aws_sqs_queue": {"name": "locked-queue"},
        "aws_ssm_parameter": {"name": "/locked/note", "type": "String", "value": "one"},
    }
    for name, kind in (("queue", "aws_sqs_queue"), ("note", "aws_ssm_parameter")):
        made = await room.create(name, kind, configs[kind], version=OLD)
        assert made.operation.state is OperationState.FINISHED, made.error
    refused = await room.create("other", "aws_sqs_queue", {"name": "other"}, version=NEW)
    assert refused.error is not None
    assert (refused.error.code, refused.error.field) == ("conflict", "provider_version")
    await move(room, NEW)
    changed = await room.update("queue", {"delay_seconds": 5})
    assert changed.operation.state is OperationState.FINISHED, changed.error
    assert changed.plan is not None
    assert changed.plan.changed == ("delay_seconds",)
    looked = await room.refresh("note", Accept.SAVE)
    assert looked.operation.state is OperationState.FINISHED, looked.error
    written = await export(room.services, room.alice, PROJECT, None, ExportFormat.HCL)
    assert '"= 3.39.0"' in written.files["versions.tf"]
    assert written.untrusted_reason is None
    await anyio.to_thread.run_sync(_taken_by_opentofu, tofu, written.files, tmp_path)
    (lock,) = await provider_locks(room.services, room.alice, PROJECT)
    assert (lock.version, lock.installed) == (NEW, True)
    with pytest.raises(Conflict, match=r"2\.70\.0 cannot read what 3\.39\.0 wrote"):
        await move(room, OLD)
    for name in ("queue", "note"):
        deleted = await room.delete(name)
        assert deleted.operation.state is OperationState.FINISHED, deleted.error


@pytest.mark.requirement("5.security.46", "5.2.lock_holds")
async def test_a_binary_that_would_run_is_refused_once_the_lock_names_another(
    real_home: Path, tmp_path: Path
) -> None:
    settings = Settings.load().model_copy(
        update={
            "home": real_home,
            "database_url": f"sqlite:///{tmp_path / 'intent.db'}",
            "providers_cache": tmp_path / "cache",
        }
    )
    binary = (await _null()).read_bytes()
    await _install(tmp_path / "cache", binary)
    async with open_services(settings) as services, open_desk(services) as desk:
        alice = person("alice")
        await create_project(services, alice, PROJECT)

        async def make(name: str) -> str | None:
            asked = await create(
                services,
                alice,
                PROJECT,
                resource_id=name,
                provider="hashicorp/null",
                resource_type="null_resource",
                config={},
            )
            done = await desk.carry_out(alice, asked.id, None, quiet)
            return None if done.error is None else done.error.code

        assert await make("one") is None
        # One byte at the end: it still runs, and the record says that it is what was installed.
        await _install(tmp_path / "cache", binary + b"\0")
        assert await make("two") == "integrity_failed"
        with pytest.raises(IntegrityFailed):
            await export(services, alice, PROJECT, None, ExportFormat.HCL)
        await create_project(services, alice, "fresh")
        asked = await create(
            services,
            alice,
            "fresh",
            resource_id="one",
            provider="hashicorp/null",
            resource_type="null_resource",
            config={},
        )
        trusted = await desk.carry_out(alice, asked.id, None, quiet)
        assert trusted.error is None
        await _install(tmp_path / "cache", binary)
        assert await make("three") is None


def _taken_by_opentofu(tofu: Path, files: Mapping[str, str], scratch: Path) -> None:
    """Have OpenTofu install what an export requires, held to the lock that is written beside it."""
    folder = scratch / "exported"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    mirror = Settings.load().providers_cache
    rc = f'provider_installation {{\n  filesystem_mirror {{ path = "{mirror}" }}\n}}\n'
    (folder / "tofu.rc").write_text(rc, "utf-8")
    done = subprocess.run(
        [tofu, "init", "-no-color", "-input=false", "-lockfile=readonly"],
        check=False,
        cwd=folder,
        env={"TF_CLI_CONFIG_FILE": str(folder / "tofu.rc"), "HOME": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "lock file not updated" not in done.stdout
    assert (folder / LOCK_FILE).read_text("utf-8") == files[LOCK_FILE]


async def _null() -> Path:
    mirror = FilesystemMirror(Settings.load().providers_cache, this_platform())
    return mirror.resolve(NULL.address, NULL.version).executable


async def _install(root: Path, content: bytes) -> None:
    scratch = root.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    executable = scratch / "terraform-provider-null_v2.1.2_x4"
    executable.write_bytes(content)
    fetched = Fetched(executable=executable, sha256=hashlib.sha256(content).hexdigest(), source="a test")
    mirror = FilesystemMirror(root, this_platform())
    await anyio.to_thread.run_sync(mirror.install, NULL, fetched)
