"""`intent policy why`: recorded decisions and given files, as people and as programs read it."""

import json
from pathlib import Path

import pytest

from tests.server.cli_stage import Stage, set_stage

pytestmark = pytest.mark.requirement("3.3.why")

POLICY = """package intent

deny contains msg if {
	input.resource.operation == "create"
	some tag in ["owner", "team"]
	not input.resource.proposed_state.tags[tag]
	msg := sprintf("tag %s is missing", [tag])
}

warn contains "large" if input.project.resource_count > 9
"""


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path, rego=True)


def test_a_denied_operation_is_explained_line_by_line(stage: Stage) -> None:
    stage.attach(POLICY)
    config = {"name": "logs", "tags": {"owner": "ops"}}
    denied = json.loads(stage.create("logs", "--output", "json", config=config).stdout)["operation"]["id"]
    done = stage.run("policy", "why", denied)
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [
            f"operation {denied}: denied",
            "policy rules v1",
            "  deny, line 3: holds",
            '    + 4: input.resource.operation == "create"',
            '    + 5: some tag in ["owner", "team"]',
            "    + 6: not input.resource.proposed_state.tags[tag]",
            '    + 7: msg := sprintf("tag %s is missing", [tag])',
            '      says "tag team is missing"',
            "  warn, line 10: does not hold",
            "    - 10: input.project.resource_count > 9",
            "        input.project.resource_count = 0",
        ],
    )
    document = stage.json("policy", "why", denied, "--policy", "rules")
    assert list(document) == [
        "format_version",
        "operation_id",
        "decision_id",
        "outcome",
        "policies",
        "waivers",
        "lost",
        "not_applicable",
        "redacted",
    ]
    assert document["policies"][0]["rules"][1]["bodies"][0]["values"] == [
        {"expression": "input.project.resource_count", "values": [0], "cut": False}
    ]


def test_files_are_explained_without_a_home(stage: Stage, tmp_path: Path) -> None:
    policy, given = tmp_path / "p.rego", tmp_path / "input.json"
    policy.write_text(
        "package intent\n\nallow contains 1 if {\n\tevery n in input.list {\n\t\tn < 3\n\t}\n}\n"
    )
    given.write_text('{"list": [1, 5, 7]}')
    done = stage.run("policy", "why", "--policy", str(policy), "--input", str(given))
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [
            f"policy {policy}",
            "  allow, line 3: does not hold",
            "    - 4: every n in input.list { n < 3 }",
            "        input.list = [1, 5, 7]",
            "      inside, for one that breaks it:",
            "      - 5: n < 3",
            "          n = 5",
            "          one of 2 ways to get so far",
        ],
    )


def test_a_policy_that_cannot_be_explained_is_an_error(stage: Stage, tmp_path: Path) -> None:
    policy, given = tmp_path / "p.rego", tmp_path / "input.json"
    policy.write_text("package intent\n\ndeny contains if\n")
    given.write_text("{}")
    done = stage.run("policy", "why", "--policy", str(policy), "--input", str(given))
    assert done.exit_code == 1
    assert "  cannot be explained: 3:" in done.stdout
    assert "policy_invalid" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((), "policy"),
        (("--policy", "p.rego"), "input"),
        (("01a1fd0f-d2cb-73c9-b2a9-d2a6a39c6181", "--input", "x.json"), "input"),
        (("01a1fd0f-d2cb-73c9-b2a9-d2a6a39c6181", "--policy", "a", "--policy", "b"), "policy"),
    ],
)
def test_half_a_question_is_refused(stage: Stage, arguments: tuple[str, ...], field: str) -> None:
    done = stage.run("policy", "why", *arguments, "--output", "json")
    assert (done.exit_code, json.loads(done.stdout)["error"]["field"]) == (2, field)
