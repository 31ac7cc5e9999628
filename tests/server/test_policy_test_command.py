"""`intent policy test` and `new` as typed: forms, exit codes, and words that try to break out of a form."""

import json
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from engine.core.policy.suite.results import (
    CaseOutcome,
    CaseResult,
    Demands,
    Judgement,
    SuiteReport,
    Verdict,
    judge,
)
from server.cli.main import app
from server.cli.policy.suite_formats import as_github, as_json, as_junit, as_tap
from server.cli.policy.suite_text import suite_lines

SUITE: Final = """package p_test
test_good if true
test_bad if { print("said"); 1 == 2 }
test_worse if 1 / 0 == 1
todo_test_later if true
"""
EVIL: Final = "a\x1b[31m\n::error::x\r]]></failure>\x00\ud800 # % , : \"'"


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["policy", *arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "p_test.rego").write_text(SUITE)
    (tmp_path / "p.rego").write_text("package p\nx if input.y\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def evil_report() -> SuiteReport:
    cases = [
        CaseResult(
            package=f"data.{EVIL}",
            name=EVIL,
            outcome=outcome,
            duration_ns=1_500_000,
            file=f"{EVIL}.rego",
            line=3,
            message="" if outcome is CaseOutcome.PASS else EVIL,
            output=EVIL,
        )
        for outcome in CaseOutcome
    ]
    return SuiteReport(results=tuple(cases))


@pytest.mark.requirement("3.4.formats")
@pytest.mark.parametrize("option", ["--format", "--output"])
def test_json_has_exactly_the_fields_that_are_promised(folder: Path, option: str) -> None:
    done = typed("test", folder.name and ".", option, "json")
    document = json.loads(done.stdout)
    for result in document["results"]:
        result["duration_ns"] = 0
    file = {"package": "data.p_test", "file": "p_test.rego", "duration_ns": 0}
    assert document == {
        "format_version": "1.0",
        "results": [
            {**file, "name": "test_good", "outcome": "pass", "line": 2, "message": ""},
            {
                **file,
                "name": "test_bad",
                "outcome": "fail",
                "line": 3,
                "message": "line 3: 1 == 2\n  left:  1\n  right: 2\np_test.rego:3: said",
            },
            {
                **file,
                "name": "test_worse",
                "outcome": "error",
                "line": 4,
                "message": "p_test.rego:4:17: divide by zero",
            },
            {**file, "name": "todo_test_later", "outcome": "skip", "line": 5, "message": ""},
        ],
        "coverage": None,
    }
    assert done.exit_code == 2


@pytest.mark.requirement("3.4.formats", "3.4.print")
def test_people_read_what_failed_what_printed_and_the_sums(folder: Path) -> None:
    done = typed("test", str(folder), "--coverage", "--verbose")
    assert "PASS  data.p_test.test_good" in done.stdout
    assert "\n      |" in done.stdout
    assert "p.rego: 0.0 %, not covered: 2" in done.stdout
    assert "PASS: 1  FAIL: 1  ERROR: 1  SKIP: 1  of 4 tests" in done.stdout


@pytest.mark.requirement("3.4.exit-codes")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("test", ".", "--run", "good"), 0),
        (("test", ".", "--run", "bad"), 2),
        (("test", ".", "--run", "worse"), 2),
        (("test", ".", "--run", "later"), 2),
        (("test", ".", "--run", "later", "-z", "--no-fail-on-empty"), 0),
        (("test", ".", "--run", "none"), 1),
        (("test", ".", "--run", "none", "--no-fail-on-empty"), 0),
        (("test", ".", "--run", "good", "--threshold", "0"), 0),
        (("test", ".", "--run", "good", "--threshold", "1"), 2),
        (("test", "missing"), 1),
        (("test", ".", "--rego-v0"), 1),
        (("test", ".", "--count", "0"), 2),
    ],
)
def test_a_run_exits_as_opa_test_does(folder: Path, arguments: tuple[str, ...], code: int) -> None:
    assert folder.is_dir()
    assert typed(*arguments).exit_code == code


@pytest.mark.requirement("3.4.formats")
@pytest.mark.parametrize("form", ["json", "junit", "tap"])
def test_what_a_form_has_no_words_for_is_said_beside_it(folder: Path, form: str) -> None:
    asked = ("test", str(folder), "--run", "good", "--format", form)
    done = typed(*asked, "--threshold", "1")
    assert (done.exit_code, done.stderr) == (2, "0.00 % of the lines are covered, 1 % are demanded\n")
    assert typed(*asked).stderr == typed(*asked, "--threshold", "1", "--quiet").stderr == ""


@pytest.mark.requirement("3.4.formats")
def test_junit_is_read_back_whatever_the_tests_say() -> None:
    suites = ET.fromstring(as_junit(evil_report()))  # noqa: S314  # our own document
    assert {name: suites.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    kinds = [[child.tag for child in case] for case in suites.iter("testcase")]
    assert kinds == [
        ["system-out"],
        ["failure", "system-out"],
        ["error", "system-out"],
        ["skipped", "system-out"],
    ]
    (failure,) = suites.iter("failure")
    shown = "a\\u001b[31m\n::error::x\n]]></failure>\\u0000\\ud800 # % , : \"'"
    assert failure.text == shown


@pytest.mark.requirement("3.4.formats")
def test_tap_has_one_line_a_case_and_facts_that_cannot_end_it() -> None:
    lines = as_tap(evil_report()).splitlines()
    assert lines[:2] == ["TAP version 14", "1..4"]
    told = [line for line in lines if line.startswith(("ok", "not ok"))]
    assert [line.split(" - ")[0] for line in told] == ["ok 1", "not ok 2", "not ok 3", "ok 4"]
    assert told[3].endswith(" # SKIP todo")
    assert all(line.startswith("  ") for line in lines[2:] if line not in told)
    assert all("\\#" in line for line in told)


@pytest.mark.requirement("3.4.formats")
def test_github_reads_one_command_a_line_and_none_that_a_test_printed() -> None:
    report = evil_report()
    lines = as_github(report, judge(report, Demands())).split("\n")
    commands = [line for line in lines if line.startswith("::")]
    assert [command.split(" ")[0] for command in commands] == ["::error", "::error", "::notice", "::error"]
    assert all("\r" not in line and "\x1b" not in line for line in lines)
    assert commands[-1] == (
        "::error title=intent policy test::1 failed; 1 ended in an error; "
        "1 skipped, which counts as failed unless skipped tests are accepted"
    )


@pytest.mark.requirement("3.4.formats")
def test_text_for_people_steers_no_terminal() -> None:
    passed = Judgement(verdict=Verdict.PASSED)
    text = "\n".join(line.plain for line in suite_lines(evil_report(), passed, verbose=True))
    assert "\x1b" not in text
    assert "\x00" not in text
    assert json.dumps(as_json(evil_report())).isascii()


@pytest.mark.requirement("3.4.new")
def test_a_new_policy_passes_the_checks_and_its_test_fails_until_the_rule_is_written(
    folder: Path,
) -> None:
    place = folder / "rules" / "no_cats"
    made = typed("new", "no_cats", "--folder", "rules", "--output", "json")
    names = ["no_cats.rego", "no_cats_test.rego", "README.md"]
    assert json.loads(made.stdout) == {
        "format_version": "1.0",
        "policy": "no_cats",
        "files": [f"rules/no_cats/{name}" for name in names],
    }
    assert typed("check", str(place / "no_cats.rego")).exit_code == 0
    document = json.loads(typed("test", str(place), "--output", "json").stdout)
    assert {result["name"]: result["outcome"] for result in document["results"]} == {
        "test_what_is_forbidden_is_denied": "fail",
        "test_what_is_fine_passes": "pass",
    }
    rule = place / "no_cats.rego"
    rule.write_text(rule.read_text().replace("\tfalse\n", "\tnot input.resource.proposed_state.tags.owner\n"))
    assert typed("test", str(place), "--threshold", "100").exit_code == 0


@pytest.mark.requirement("3.4.new")
def test_a_folder_that_is_there_stays_and_a_bad_name_makes_none(folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "file").write_text("x")
    assert typed("new", "mine").exit_code == 5
    assert typed("new", "Bad Name").exit_code == 2
    assert typed("new", "../out").exit_code == 2
    assert typed("new", "inner", "--folder", "file").exit_code == 2
    assert sorted(path.name for path in folder.iterdir()) == ["file", "mine", "p.rego", "p_test.rego"]
    assert list((folder / "mine").iterdir()) == []
