"""Finding OpenTofu: named, on PATH, or the one that set-up brought."""

import hashlib
from pathlib import Path
from typing import Final

import pytest

from engine.adapters.cache.tofu import TofuShelf
from engine.core.addrs import Version
from engine.core.errors import IntegrityFailed, NotSetUp
from engine.ports.artifacts import Fetched, Installed, StepKind
from engine.testing.artifacts import Heard

MINIMUM: Final = Version.parse("1.6.0")
ANSWER: Final = '{"terraform_version": "%s", "platform": "linux_amd64"}'


def _tofu(folder: Path, version: str = "1.6.2", *, says: str | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tofu"
    answer = ANSWER % version if says is None else says
    # Like the real one, it fails when a broken CLI configuration is read.
    path.write_text(f"#!/bin/sh\n[ \"$TF_CLI_CONFIG_FILE\" = /dev/null ] || exit 1\necho '{answer}'\n")
    path.chmod(0o755)
    return path


def _fetched(folder: Path, version: str = "1.6.2") -> Fetched:
    path = _tofu(folder, version)
    return Fetched(executable=path, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), source="a test")


def _shelf(tmp_path: Path, path: str = "", named: Path | None = None) -> TofuShelf:
    environment = {"PATH": path, "TF_CLI_CONFIG_FILE": "/broken", "TF_CLI_ARGS": "-broken"}
    return TofuShelf(tmp_path / "tools", minimum=MINIMUM, environment=environment, named=named)


@pytest.mark.anyio
async def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert await _shelf(tmp_path).find(Heard()) is None


@pytest.mark.requirement("2.2.tofu-order")
@pytest.mark.anyio
async def test_the_one_on_path_is_taken_when_it_is_new_enough(tmp_path: Path) -> None:
    executable = _tofu(tmp_path / "bin", "1.12.0")
    found = await _shelf(tmp_path, str(tmp_path / "bin")).find(Heard())
    sha256 = hashlib.sha256(executable.read_bytes()).hexdigest()
    assert found == Installed(version="1.12.0", executable=executable, sha256=sha256, source="on PATH")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("version", "says", "reason"),
    [
        ("1.5.7", None, "is version 1.5.7, older than 1.6.0; it is not used"),
        ("", "OpenTofu v1.6.2", "does not answer like OpenTofu; it is not used"),
        ("", "[]", "does not answer like OpenTofu; it is not used"),
        ("", '{"terraform_version": 1}', "does not answer like OpenTofu; it is not used"),
    ],
)
async def test_another_one_on_path_is_named_and_passed_over(
    tmp_path: Path, version: str, says: str | None, reason: str
) -> None:
    executable = _tofu(tmp_path / "bin", version, says=says)
    heard = Heard()
    assert await _shelf(tmp_path, str(tmp_path / "bin")).find(heard) is None
    assert heard.texts(StepKind.NOTICE) == [f"{executable} {reason}"]


@pytest.mark.anyio
async def test_one_that_does_not_run_is_refused_when_it_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "tofu"
    broken.write_text("not a program")
    broken.chmod(0o755)
    for named in (broken, tmp_path / "absent"):
        with pytest.raises(NotSetUp, match="does not run"):
            await _shelf(tmp_path, named=named).find(Heard())


@pytest.mark.anyio
async def test_the_named_one_is_taken_before_the_one_on_path(tmp_path: Path) -> None:
    _tofu(tmp_path / "bin", "1.12.0")
    named = _tofu(tmp_path / "other", "1.7.0")
    found = await _shelf(tmp_path, str(tmp_path / "bin"), named).find(Heard())
    assert found is not None
    assert (found.version, found.executable) == ("1.7.0", named)


@pytest.mark.requirement("2.2.tofu-place")
@pytest.mark.anyio
async def test_the_one_that_was_placed_is_found_again_read_only(tmp_path: Path) -> None:
    placed = await _shelf(tmp_path).place(_fetched(tmp_path / "scratch"))
    assert placed.executable == tmp_path / "tools" / "bin" / "tofu"
    assert placed.executable.stat().st_mode & 0o777 == 0o555
    assert await _shelf(tmp_path).find(Heard()) == placed
    # Also when its folder is on PATH it is the one with a record.
    assert await _shelf(tmp_path, str(tmp_path / "tools" / "bin")).find(Heard()) == placed


@pytest.mark.anyio
async def test_one_that_is_too_old_or_does_not_run_is_not_placed(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp, match="older than"):
        await _shelf(tmp_path).place(_fetched(tmp_path / "scratch", "1.5.0"))
    assert not (tmp_path / "tools").exists()


@pytest.mark.anyio
async def test_a_placed_one_that_changed_or_lost_its_record_is_refused(tmp_path: Path) -> None:
    placed = await _shelf(tmp_path).place(_fetched(tmp_path / "scratch"))
    placed.executable.chmod(0o755)
    placed.executable.write_text("#!/bin/sh\n")
    with pytest.raises(IntegrityFailed, match="not the file that was installed"):
        await _shelf(tmp_path).find(Heard())
    placed.executable.with_name("tofu.json").unlink()
    with pytest.raises(IntegrityFailed, match="no readable record"):
        await _shelf(tmp_path).find(Heard())


@pytest.mark.anyio
async def test_a_run_that_was_killed_between_file_and_record_leaves_nothing_trusted(tmp_path: Path) -> None:
    await _shelf(tmp_path).place(_fetched(tmp_path / "scratch"))
    record = tmp_path / "tools" / "bin" / "tofu.json"
    old = record.read_text()
    await _shelf(tmp_path).place(_fetched(tmp_path / "scratch", "1.7.0"))
    record.write_text(old)
    with pytest.raises(IntegrityFailed, match="not the file that was installed"):
        await _shelf(tmp_path).find(Heard())
