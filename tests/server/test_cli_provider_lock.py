"""`intent provider lock`: what a project uses, moved, taken over from a file and written into one."""

from pathlib import Path

import pytest

from engine.core.addrs import ProviderPin
from engine.core.projects import ProviderLock
from engine.core.providers.lock_file import write_locks
from engine.testing.schemas import FAKE, FAKE_PIN, FAKE_VERSIONS
from tests.server.cli_stage import Stage, set_stage

OLD_PIN = ProviderPin(address=FAKE, version=FAKE_VERSIONS[1])


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


def lock(stage: Stage, pin: ProviderPin, constraints: str = "") -> ProviderLock:
    """Return the lock at the package that is at hand."""
    package = stage.engine.mirror.resolve(pin.address, pin.version)
    return ProviderLock(version=str(pin.version), constraints=constraints, hashes=package.hashes)


def shown(stage: Stage, pin: ProviderPin, constraints: str = "", *, installed: bool = True) -> object:
    """Return what is published of that lock."""
    found = lock(stage, pin, constraints).model_dump(mode="json", exclude={"unseen"})
    entry = {"provider": "testing/fake", **found, "installed": installed}
    return {"format_version": "1.0", "project": "demo", "provider_locks": [entry]}


@pytest.mark.requirement("5.2.lock_command")
def test_the_locks_of_a_project_are_shown_and_moved(stage: Stage) -> None:
    empty = stage.run("provider", "lock", "demo").stdout
    assert empty == "project demo has used no provider yet: its first use locks it\n"
    stage.create("logs", "--provider-version", "1.0.0")
    assert stage.json("provider", "lock", "demo") == shown(stage, OLD_PIN)
    moved = stage.json("provider", "lock", "demo", "testing/fake", "--version", "2.0.0")
    assert moved == shown(stage, FAKE_PIN)
    chosen = stage.run("provider", "lock", "demo", "testing/fake", "--constraint", "~> 2.0")
    assert chosen.stdout.splitlines() == [
        "PROVIDER      VERSION  CONSTRAINTS  HASHES  INSTALLED",
        "testing/fake  2.0.0    ~> 2.0       2       yes      ",
    ]
    assert "uses       testing/fake 2.0.0  ~> 2.0" in stage.run("project", "show", "demo").stdout
    used = {"provider": "testing/fake", "version": "2.0.0", "constraints": "~> 2.0"}
    assert stage.json("project", "show", "demo")["provider_locks"] == [used]


@pytest.mark.requirement("5.2.lock_command")
def test_a_lock_file_is_written_to_stdout_or_a_file_and_read_from_them(stage: Stage, tmp_path: Path) -> None:
    stage.create("logs", "--provider-version", "1.0.0")
    expected = write_locks({"testing/fake": lock(stage, OLD_PIN)})
    assert stage.run("provider", "lock", "demo", "--export", "-").stdout == expected
    document = stage.json("provider", "lock", "demo", "--export", "-")
    assert document == {"format_version": "1.0", "project": "demo", "lock_file": expected}
    file = tmp_path / ".terraform.lock.hcl"
    written = stage.json("provider", "lock", "demo", "testing/fake", "--export", str(file))
    assert written == {"format_version": "1.0", "project": "demo", "file": str(file)}
    assert file.read_text("utf-8") == expected
    file.write_text("mine", "utf-8")
    held = stage.run("provider", "lock", "demo", "--export", str(file))
    assert (held.exit_code, "replace it with --force" in held.stderr) == (5, True)
    assert file.read_text("utf-8") == "mine"
    assert stage.run("provider", "lock", "demo", "--export", str(file), "--force").exit_code == 0
    assert file.read_text("utf-8") == expected
    file.write_text(write_locks({"testing/fake": lock(stage, FAKE_PIN, "~> 2.0")}), "utf-8")
    taken = stage.json("provider", "lock", "demo", "--import", str(file))
    assert taken == shown(stage, FAKE_PIN, "~> 2.0")
    again = stage.run("provider", "lock", "demo", "--import", "-", given=file.read_text("utf-8"))
    assert (again.exit_code, "2.0.0" in again.stdout) == (0, True)


@pytest.mark.requirement("5.2.lock_command")
def test_a_lock_of_what_is_not_installed_says_what_brings_it(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "lock"
    file.write_text(write_locks({"testing/fake": lock(stage, FAKE_PIN)}), "utf-8")
    stage.engine.mirror.remove(FAKE_PIN)
    taken = stage.run("provider", "lock", "demo", "--import", str(file))
    assert taken.stdout.splitlines()[1].split() == ["testing/fake", "2.0.0", "2", "no"]
    assert "`intent provider install testing/fake@2.0.0` brings it" in taken.stderr


@pytest.mark.requirement("5.2.lock_command")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--version", "2.0.0"), 2, "no provider is named"),
        (
            ("testing/fake", "--version", "2.0.0", "--constraint", "~> 2.0"),
            2,
            "--version and --constraint do",
        ),
        (("testing/fake", "--version", "2.0.0", "--export", "-"), 2, "do not go together"),
        (("testing/fake", "--version", "nine"), 2, "a version has the form 1.2.3"),
        (("testing/fake", "--constraint", "=> 2"), 2, "unknown operator =>"),
        (("testing/fake", "--constraint", "~> 9"), 6, "no installed testing/fake meets ~> 9.0"),
        (("testing/fake", "--version", "1.0.0"), 5, "cannot read what 2.0.0 wrote"),
        (("testing/other",), 6, "has no lock of testing/other"),
        (("--import", "none.hcl"), 2, "none.hcl"),
        (("--export", "no/such/folder"), 2, "cannot be written"),
    ],
)
def test_what_cannot_be_done_with_a_lock_is_refused_with_the_way_out(
    stage: Stage, arguments: tuple[str, ...], code: int, says: str
) -> None:
    stage.create("logs")
    done = stage.run("provider", "lock", "demo", *arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert says in done.stderr
    assert "hint: " in done.stderr
