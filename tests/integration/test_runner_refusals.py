"""What the runner refuses to run, and what it keeps literal, for real and with the small null provider."""

import shutil
from pathlib import Path
from uuid import uuid4

import pytest

from engine.adapters.cache.machine import this_platform
from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.tofu.binding import DevOverrides
from engine.adapters.tofu.runner import TofuRunner
from engine.adapters.tofu.slots import Slots
from engine.adapters.tofu.toolchain import Toolchain
from engine.core.errors import IntegrityFailed
from engine.core.plans.plan import Action
from engine.ports.runner import Job
from engine.testing.integrations import FakeIntegrations
from server.bootstrap import locate_tofu
from server.settings import Settings
from tests.contract.runner_benches import NULL_PIN, quiet, real_runner

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


def null_job(config: dict[str, object]) -> Job:
    return Job.model_validate(
        {
            "key": str(uuid4()),
            "kind": "create",
            "pin": NULL_PIN,
            "resource_type": "null_resource",
            "name": "it",
            "config": config,
            "lineage": str(uuid4()),
        }
    )


@pytest.mark.requirement("2.4.same-plan", "4.security.38")
async def test_a_plan_file_that_was_changed_is_not_applied(tmp_path: Path) -> None:
    job = null_job({"triggers": {"a": "b"}})
    async with real_runner(tmp_path / "work").open(job, quiet) as opened:
        await opened.plan()
        plan_file = tmp_path / "work" / job.key / "plan.tfplan"
        plan_file.write_bytes(plan_file.read_bytes() + b" ")
        with pytest.raises(IntegrityFailed):
            await opened.apply()
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.requirement("2.4.own-hash-check")
async def test_a_changed_provider_is_not_started(tmp_path: Path) -> None:
    settings = Settings.load()
    root = tmp_path / "mirror"
    place = Path("registry.opentofu.org/hashicorp/null")
    shutil.copytree(settings.providers_cache / place, root / place)
    shutil.copy(settings.providers_cache / "installed.json", root)
    mirror = FilesystemMirror(root, this_platform())
    package = mirror.resolve(NULL_PIN.address, NULL_PIN.version)

    async def locate() -> Path:
        return await locate_tofu(settings)

    toolchain = Toolchain(locate, DevOverrides(mirror), {}, FakeIntegrations(), Slots(tmp_path / "slots", 1))
    runner = TofuRunner(toolchain, tmp_path / "work")
    async with runner.open(null_job({}), quiet) as opened:
        assert (await opened.plan()).actions == (Action.CREATE,)
    package.executable.chmod(0o700)
    with package.executable.open("ab") as file:
        file.write(b"\0")
    package.executable.chmod(0o500)
    with pytest.raises(IntegrityFailed):
        async with runner.open(null_job({}), quiet):
            raise AssertionError
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.requirement("2.4.literals")
@pytest.mark.parametrize(
    "text", ['${file("/etc/hostname")}', "$${x}", "%{ if true }x%{ endif }", "%%{", "${"]
)
async def test_a_string_is_kept_as_it_was_given_in_values_and_keys(tmp_path: Path, text: str) -> None:
    triggers = {"value": text, f"key {text}": "x"}
    async with real_runner(tmp_path / "work").open(null_job({"triggers": triggers}), quiet) as opened:
        await opened.plan()
        applied = await opened.apply()
    assert applied.state is not None
    assert applied.state.attributes["triggers"] == triggers
