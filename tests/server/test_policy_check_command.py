"""`intent policy check`: files and folders, policies, tests and libraries."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from server.cli.main import app

pytestmark = pytest.mark.requirement("3.3.check")

GOOD = 'package intent\n\nallow contains "fine"\n'
TEST = "package intent_test\n\nimport data.intent\n\ntest_it if count(intent.allow) == 1\n"
LIBRARY = "package lib.tags\n\nowner(tags) := tags.owner\n"


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["policy", "check", *map(str, arguments)])


def document(*arguments: object) -> Any:
    return json.loads(check(*arguments, "--output", "json").stdout)


def write(folder: Path, **sources: str) -> None:
    for name, source in sources.items():
        path = folder / (name.replace("__", "/") + ".rego")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


def test_a_folder_is_checked_at_any_depth_each_file_for_what_it_is(tmp_path: Path) -> None:
    write(tmp_path, rules__b__rule=GOOD, rules__b__rule_test=TEST, lib__tags=LIBRARY, rules__a=GOOD)
    (tmp_path / "rules" / "README.md").write_text("no Rego")
    answer = document(tmp_path)
    assert answer == {
        "format_version": "1.0",
        "ok": True,
        "files": [
            {"path": str(tmp_path / "lib" / "tags.rego"), "sort": "library"},
            {"path": str(tmp_path / "rules" / "a.rego"), "sort": "policy"},
            {"path": str(tmp_path / "rules" / "b" / "rule.rego"), "sort": "policy"},
            {"path": str(tmp_path / "rules" / "b" / "rule_test.rego"), "sort": "test"},
        ],
        "findings": [],
    }
    done = check(tmp_path)
    assert done.exit_code == 0
    assert done.stdout.strip() == (
        "2 policies checked, nothing found; 2 tests and libraries only parsed, "
        "which `intent policy test` judges"
    )


def test_one_broken_file_hides_no_other(tmp_path: Path) -> None:
    write(tmp_path, a="package intent\ndeny contains\n", b_test="package t\ntest_x if {\n", c=GOOD)
    (tmp_path / "d.rego").write_bytes(b"package intent\n# \xff")
    write(tmp_path, e='package intnt\n\ndeny contains "x"\n')
    answer = document(tmp_path)
    assert [(Path(f["policy"]).name, f["code"]) for f in answer["findings"]] == [
        ("a.rego", "syntax"),
        ("b_test.rego", "syntax"),
        ("d.rego", "unreadable"),
        ("e.rego", "wrong_package"),
    ]
    assert (answer["ok"], check(tmp_path).exit_code) == (False, 2)


def test_errors_and_warnings_are_counted_apart(tmp_path: Path) -> None:
    write(tmp_path, a='package intent\ndeny contains "x" if {\n\ty := 1\n}\nx := 1\nx := 2\n')
    assert check(tmp_path).stdout.splitlines()[-1] == "1 policy checked, 1 error and 1 warning found"


def test_a_file_named_twice_is_checked_once_and_hidden_folders_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, a=GOOD)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "b.rego").write_text("broken")
    (tmp_path / "again").symlink_to(tmp_path)
    assert [file["path"] for file in document(tmp_path, tmp_path / "a.rego")["files"]] == [
        str(tmp_path / "a.rego")
    ]


@pytest.mark.parametrize(("name", "why"), [("nowhere", "there is no"), ("empty", "holds no .rego file")])
def test_a_check_of_nothing_is_an_error(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "empty").mkdir()
    done = check(tmp_path / name, "--output", "json")
    error = json.loads(done.stdout)["error"]
    assert (done.exit_code, error["field"], why in error["message"]) == (2, "path", True)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a=GOOD, b=GOOD)
    monkeypatch.setattr("server.cli.policy.files.POLICY_FILES_MAX", 1)
    assert "more than 1" in check(tmp_path).stderr


def test_the_old_language_is_checked_where_it_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, a='package intent\n\ndeny[m] { m = "x" }\n')
    assert (check(tmp_path).exit_code, check(tmp_path, "--rego-v0").exit_code) == (2, 0)


def test_a_pipe_among_the_files_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.rego")
    done = check(tmp_path)
    assert done.exit_code == 2
    assert f"{tmp_path / 'p.rego'} is no regular file" in done.stderr
