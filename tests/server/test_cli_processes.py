"""The command as a process of its own: what it imports, how it ends, what goes on without it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

_MODULE: Final = ("-m", "server.cli.main")
_NULL: Final = ("--type", "null_resource", "--provider", "hashicorp/null")
_HEAVY: Final = ("sqlalchemy", "mcp", "moto", "httpx2", "regorus")
_PATIENCE_SECONDS: Final = 60.0


def intent(home: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *_MODULE, *arguments],
        env=_environment(home),
        input=given,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )


def _environment(home: Path) -> Mapping[str, str]:
    return {**os.environ, "INTENT_HOME": str(home), "INTENT_ACTOR": "ada"}


@pytest.mark.parametrize("arguments", [["--help"], ["version"]])
def test_a_light_command_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\nfrom server.cli.main import app\n"
        f"try:\n    app({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"print(sorted(set({_HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stderr, done.stdout != "") == ("[]\n", True)


def test_the_version_is_a_document(tmp_path: Path) -> None:
    document = json.loads(intent(tmp_path, "version", "--output", "json").stdout)
    assert (list(document), document["format_version"]) == (["format_version", "version", "python"], "1.0")


@pytest.mark.parametrize(
    ("source", "code", "outcome"),
    [
        ('package intent\nallow contains "fine"\n', 0, "allowed"),
        ('package spacelift\ndeny contains "never"\n', 3, "denied"),
        ('package intent\nwarn contains "hm"\n', 4, "pending_review"),
        ("package intent\ndeny contains\n", 3, "denied"),
    ],
)
def test_policies_in_files_are_evaluated_without_a_home(
    tmp_path: Path, source: str, code: int, outcome: str
) -> None:
    policy = tmp_path / "p.rego"
    policy.write_text(source)
    arguments = ("policy", "eval", "--policy", str(policy), "--input", "-", "--output", "json")
    done = intent(tmp_path / "home", *arguments, given='{"resource": {}}')
    document = json.loads(done.stdout)
    assert list(document) == [
        "format_version",
        "outcome",
        "deny",
        "allow",
        "review",
        "warn",
        "demands",
        "policies",
    ]
    assert (done.returncode, document["outcome"], done.stderr) == (code, outcome, "")
    assert not (tmp_path / "home").exists()


def test_a_policy_with_findings_is_wrong_usage_and_is_not_stored(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.rego", tmp_path / "good.rego"
    bad.write_text("package intent\ndeny contains\n")
    good.write_text('package intent\nallow contains "fine"\n')
    checked = intent(tmp_path / "home", "policy", "check", str(good), str(bad), "--output", "json")
    document = json.loads(checked.stdout)
    assert (checked.returncode, document["ok"]) == (2, False)
    assert {finding["policy"] for finding in document["findings"]} == {str(bad)}
    assert intent(tmp_path / "home", "policy", "check", str(good)).returncode == 0
    added = intent(tmp_path / "home", "policy", "add", "rules", str(bad))
    assert (added.returncode, intent(tmp_path / "home", "policy", "show", "rules").returncode) == (2, 6)


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = [sys.executable, *_MODULE, "--help"]
    with subprocess.Popen(
        command, env=_environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_the_worker_of_a_command_is_ours_whatever_the_folder_holds(tmp_path: Path) -> None:
    intent(tmp_path / "home", "project", "create", "demo")
    planted = tmp_path / "planted"
    (planted / "server").mkdir(parents=True)
    (planted / "server" / "__init__.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w')")
    arguments = ("create", "demo", "n1", "--type", "x_y", "--provider", "testing/none", "--config", "{}")
    script = Path(sys.executable).with_name("intent")
    done = subprocess.run(
        [script, *arguments, "--wait", str(_PATIENCE_SECONDS), "--output", "json"],
        env=_environment(tmp_path / "home"),
        cwd=planted,
        capture_output=True,
        text=True,
        timeout=2 * _PATIENCE_SECONDS,
        check=False,
    )
    document = json.loads(done.stdout)
    assert (done.returncode, document["error"]["code"]) == (6, "not_found")
    assert not (tmp_path / "run").exists()


@pytest.mark.integration
def test_the_command_waits_no_longer_than_it_takes(tmp_path: Path) -> None:
    intent(tmp_path, "project", "create", "demo")
    config = '{"triggers": {"${file(\\"/etc/hostname\\")}": "%{ if true }x%{ endif }"}}'
    made = intent(
        tmp_path, "create", "demo", "n1", *_NULL, "--config", config, "--wait", "60", "--output", "json"
    )
    document = json.loads(made.stdout)
    assert (made.returncode, document["operation"]["state"]) == (0, "FINISHED")
    assert document["resource"]["attributes"]["triggers"] == json.loads(config)["triggers"]
    assert intent(tmp_path, "delete", "demo", "n1").returncode == 0


@pytest.mark.integration
def test_doctor_looks_at_the_database_and_makes_none(tmp_path: Path) -> None:
    well = json.loads(intent(tmp_path / "home", "doctor", "--output", "json").stdout)
    assert [c["found"] for c in well["checks"] if c["name"] == "database"] == [
        f"{tmp_path}/home/intent.db, made when it is first needed"
    ]
    assert not (tmp_path / "home").exists()
    (tmp_path / "intent.db").write_bytes(b"no database " * 1000)
    ill = intent(tmp_path, "doctor", "--output", "json")
    check = json.loads(ill.stdout)["checks"][-1]
    assert (ill.returncode, check["ok"], "is not a SQLite database" in check["missing"]) == (1, False, True)


def test_an_editor_is_told_to_start_the_server(tmp_path: Path) -> None:
    arguments = ("mcp", "install", "--client", "cursor", "--folder", str(tmp_path), "--output", "json")
    first, second = (json.loads(intent(tmp_path, *arguments).stdout) for _ in range(2))
    file = tmp_path / ".cursor" / "mcp.json"
    expected = {"format_version": "1.0", "client": "cursor", "name": "intent", "file": str(file)}
    assert (first, second) == ({**expected, "changed": True}, {**expected, "changed": False})
    entry = json.loads(file.read_text())["mcpServers"]["intent"]
    assert (Path(entry["command"]).name, entry["args"]) == ("intent", ["mcp"])
