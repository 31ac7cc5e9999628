"""Set-up for real: from nothing, again, at once, killed in the middle; and what OpenTofu says of it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import anyio
import pytest

from engine.adapters.cache.workspace import SCRATCH
from engine.core.addrs import ProviderAddress
from engine.core.errors import NotSetUp
from engine.ports.artifacts import Step, StepKind
from engine.service.doctor import Folders, diagnose
from engine.service.setup import set_up
from engine.testing.artifacts import Heard
from server.bootstrap.places import Places
from server.bootstrap.provisioning import provision

pytestmark = pytest.mark.integration
MANIFEST: Final = Path(__file__).parents[2] / "providers_cache" / "manifest.toml"
NOTHING_LISTENS: Final = "http://127.0.0.1:9"
NULL: Final = ProviderAddress.parse("hashicorp/null")
CHILD: Final = """
import sys, anyio
from tests.integration.test_setup_from_scratch import Aloud, places
from server.bootstrap.provisioning import provision
from engine.service.setup import set_up
from pathlib import Path
made = provision(places(Path(sys.argv[1]), Path(sys.argv[2])))
anyio.run(set_up, made.wanted, made.workspace, Aloud())
"""


class Aloud(Heard):
    """Prints the kind of each step, for a parent process that waits for one."""

    def report(self, step: Step) -> None:
        """Print it."""
        sys.stdout.write(f"{step.kind}\n")
        sys.stdout.flush()


def places(root: Path, manifest: Path) -> Places:
    """Return places below `root` with the package clients, but no registry and no OpenTofu on PATH."""
    home = root / "user"
    home.mkdir(parents=True, exist_ok=True)
    return Places(
        home=root / "data",
        manifest=manifest,
        tools=root / "tools",
        mirror=root / "mirror",
        tofu=None,
        environment={**os.environ, "HOME": str(home), "PATH": _path_without_tofu(root)},
        registries={"registry.opentofu.org": NOTHING_LISTENS},
    )


def _path_without_tofu(root: Path) -> str:
    tools = root / "path"
    tools.mkdir(exist_ok=True)
    for name in ("npm", "node", "sh", "env"):
        found = shutil.which(name)
        if found is not None and not (tools / name).exists():
            (tools / name).symlink_to(Path(found).resolve() if name != "npm" else found)
    return str(tools)


def _small(tmp_path: Path, old: str = "", new: str = "") -> Path:
    """Return a manifest with the small provider alone and no release page to speak to."""
    lines = MANIFEST.read_text().split("[[provider]]")
    small = "[[provider]]".join([lines[0], lines[-1]])
    small = small.replace("https://github.com/opentofu/opentofu/releases/download", NOTHING_LISTENS)
    path = tmp_path / "manifest.toml"
    path.write_text(small.replace(old, new) if old else small)
    return path


def _snapshot(*folders: Path) -> dict[str, int]:
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {str(path): path.stat().st_mtime_ns for path in files}


@pytest.mark.requirement("2.2.idempotent", "2.2.providers", "2.2.provider-sources", "2.2.tofu-order")
@pytest.mark.anyio
async def test_everything_comes_from_nothing_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    where = places(tmp_path, MANIFEST)
    heard = Heard()
    first = provision(where)
    report = await set_up(first.wanted, first.workspace, heard)
    assert [item.state for item in report.items] == ["installed"] * 4
    assert any("not reachable; next: Python package" in text for text in heard.texts(StepKind.UNAVAILABLE))
    before = _snapshot(where.tools, where.mirror)
    second, again = provision(where), Heard()
    report = await set_up(second.wanted, second.workspace, again)
    assert [item.state for item in report.items] == ["found"] * 4
    assert {step.kind for step in again.steps} == {StepKind.FOUND}
    assert _snapshot(where.tools, where.mirror) == before
    diagnosis = await diagnose(second.wanted, second.machine, Folders(where.home, where.mirror))
    assert [check for check in diagnosis.checks if not check.ok] == []
    # A build script of one package copies itself there when pip is let.
    assert not (tmp_path / "user" / ".terraform.d" / "plugins").exists()


@pytest.mark.anyio
async def test_opentofu_takes_the_mirror_as_its_own_layout(tmp_path: Path) -> None:
    where = places(tmp_path, _small(tmp_path))
    made = provision(where)
    tofu, _ = (await set_up(made.wanted, made.workspace, Heard())).items
    work = tmp_path / "work"
    work.mkdir()
    requirement = {"null": {"source": "hashicorp/null", "version": "2.1.2"}}
    (work / "main.tf.json").write_text(json.dumps({"terraform": {"required_providers": requirement}}))
    config = tmp_path / "tofu.rc"
    config.write_text(f'provider_installation {{\n filesystem_mirror {{ path = "{where.mirror}" }}\n}}\n')
    environment = {"TF_CLI_CONFIG_FILE": str(config), "HOME": str(tmp_path / "user"), "PATH": ""}
    await anyio.run_process([str(tofu.executable), "init", "-no-color"], cwd=work, env=environment)
    lock = (work / ".terraform.lock.hcl").read_text()
    assert 'provider "registry.opentofu.org/hashicorp/null"' in lock


@pytest.mark.anyio
async def test_two_runs_at_once_install_once(tmp_path: Path) -> None:
    where = places(tmp_path, _small(tmp_path))
    states: list[str] = []

    async def run() -> None:
        made = provision(where)
        report = await set_up(made.wanted, made.workspace, Heard())
        states.append(" ".join(item.state for item in report.items))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        tasks.start_soon(run)
    assert sorted(states) == ["found found", "installed installed"]


@pytest.mark.anyio
@pytest.mark.parametrize("moment", ["fetching", "checked", "installed"])
async def test_a_killed_run_leaves_nothing_trusted_and_the_next_one_mends_it(
    tmp_path: Path, moment: str
) -> None:
    manifest = _small(tmp_path)
    command = [sys.executable, "-c", CHILD, str(tmp_path), str(manifest)]
    async with await anyio.open_process(
        command, cwd=MANIFEST.parents[1], stderr=subprocess.DEVNULL, start_new_session=True
    ) as child:
        assert child.stdout is not None
        heard = b""
        with anyio.fail_after(60):
            while moment.encode() not in heard:
                heard += await child.stdout.receive()
        os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
    made = provision(places(tmp_path, manifest))
    report = await set_up(made.wanted, made.workspace, Heard())
    assert report.items[1].state == "installed"
    await made.mirror.verify(made.mirror.resolve(NULL, None))
    assert list((tmp_path / "mirror" / SCRATCH).iterdir()) == []


@pytest.mark.requirement("2.2.hashes")
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('sha256 = "fd99191a', 'sha256 = "0d99191a'),
        ('version = "2.1.2.post5"', 'version = "2.1.2.post99"'),
    ],
)
async def test_an_archive_that_is_not_the_pinned_one_is_refused(tmp_path: Path, old: str, new: str) -> None:
    where = places(tmp_path, _small(tmp_path, old, new))
    made = provision(where)
    with pytest.raises(NotSetUp) as caught:
        await set_up(made.wanted[1:], made.workspace, Heard())
    assert "copy" in (caught.value.hint or "")
    assert list(where.mirror.rglob("terraform-provider-*")) == []


@pytest.mark.anyio
@pytest.mark.requirement("2.8.no-provider")
async def test_a_platform_without_packages_is_told_what_to_do(tmp_path: Path) -> None:
    where = places(tmp_path, _small(tmp_path))
    foreign = Places(**{**vars(where), "platform": "plan9_arm64"})
    made = provision(foreign)
    for wanted, words in zip(made.wanted, ("put OpenTofu 1.6 or newer on PATH", "copy"), strict=True):
        with pytest.raises(NotSetUp) as caught:
            await set_up([wanted], made.workspace, Heard())
        assert words in (caught.value.hint or "")
