"""Every guardrail: its files, its metadata, what `check` says of it, and each of its Rego tests by name."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.core.policy.policies import PolicySource, RegoVersion, parse_policy_name

GUARDRAILS: Final = Path(__file__).parents[2] / "policies" / "guardrails"
RULES: Final = sorted(folder.name for folder in GUARDRAILS.iterdir() if folder.is_dir())
_TEST: Final = re.compile(r"^(test_\w+)", re.MULTILINE)

# In a process of its own: what the engine does to it, a test outlives.
_RUN: Final = """
import json, sys
from regorus import Engine
engine = Engine()
for path in sys.argv[2:]:
    engine.add_policy_from_file(path)
print(json.dumps(json.loads(engine.eval_query_as_json("data.intent_test." + sys.argv[1])).get("result")))
"""


def file(rule: str, ending: str) -> Path:
    return GUARDRAILS / rule / f"{rule}{ending}"


def rego_tests(rule: str) -> list[str]:
    return _TEST.findall(file(rule, "_test.rego").read_text(encoding="utf-8"))


def run(test: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-c", _RUN, test, *map(str, paths)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=False, env={"RUST_BACKTRACE": "0"}
    )


def passes(done: subprocess.CompletedProcess[str]) -> bool:
    if done.returncode != 0 or not (results := json.loads(done.stdout)):
        return False
    return bool(results[0]["expressions"][0]["value"] is True)


@pytest.mark.requirement("2.5.examples")
@pytest.mark.parametrize(("rule", "test"), [(rule, test) for rule in RULES for test in rego_tests(rule)])
def test_rego_test_passes(rule: str, test: str) -> None:
    done = run(test, file(rule, ".rego"), file(rule, "_test.rego"))
    assert passes(done), done.stderr or f"{test} is undefined or false"


@pytest.mark.requirement("2.5.examples")
@pytest.mark.parametrize("rule", RULES)
def test_a_guardrail_is_a_folder_with_rule_tests_and_page(rule: str) -> None:
    names = {path.name for path in (GUARDRAILS / rule).iterdir()}
    assert names == {f"{rule}.rego", f"{rule}_test.rego", "README.md"}
    assert parse_policy_name(rule) == rule
    assert re.fullmatch(r"[a-z][a-z0-9_]*", rule)
    assert (GUARDRAILS / rule / "README.md").read_text(encoding="utf-8").startswith(f"# {rule}\n")
    tests = rego_tests(rule)
    assert len(tests) == len(set(tests)) > 3


@pytest.mark.parametrize("rule", RULES)
def test_a_guardrail_declares_what_it_is_about(rule: str) -> None:
    head = file(rule, ".rego").read_text(encoding="utf-8").partition("\npackage intent\n")[0]
    lines = head.splitlines()
    assert lines[0] == "# METADATA"
    assert all(line.startswith("#") for line in lines)
    for entry in ("# title: ", "# description: ", "# custom:", "#   severity: ", "#   resource_types:"):
        assert sum(line.startswith(entry) for line in lines) == 1, entry


@pytest.mark.anyio
@pytest.mark.parametrize("rule", RULES)
async def test_a_guardrail_passes_the_checks(rule: str) -> None:
    source = PolicySource(
        id=rule,
        name=rule,
        version=1,
        rego_version=RegoVersion.V1,
        source=file(rule, ".rego").read_text(encoding="utf-8"),
    )
    async with RegorusEvaluator() as evaluator:
        assert (await evaluator.check(source)).findings == ()


@pytest.mark.parametrize(
    "body", ["1 == 2", "1 / 0 == 1", "input.missing.attribute", 'strings.count("a", "") == 0']
)
def test_a_false_undefined_failing_or_panicking_test_does_not_pass(tmp_path: Path, body: str) -> None:
    path = tmp_path / "bad_test.rego"
    path.write_text(f"package intent_test\ntest_bad if {body}\n", encoding="utf-8")
    assert not passes(run("test_bad", path))
