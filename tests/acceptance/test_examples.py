"""Each example does what its README says, run from the wheel."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from server.demo.cloud import MockCloud

pytestmark = pytest.mark.integration

_EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.requirement("2.5.eval")
def test_a_policy_on_a_file_prints_the_expected_decision(
    intent: Path, environment: Mapping[str, str]
) -> None:
    folder = _EXAMPLES / "policy-on-a-file"
    arguments = ["--policy", "buckets-only.rego", "--input", "request.json", "--output", "json"]
    done = subprocess.run(
        [intent, "policy", "eval", *arguments], cwd=folder, env=environment, capture_output=True, check=False
    )
    decision = json.loads(done.stdout)
    for policy in decision["policies"]:
        policy["duration_ns"] = 0
    expected = json.loads((folder / "expected" / "decision.json").read_text("utf-8"))
    assert (done.returncode, decision) == (3, expected)


@pytest.mark.requirement("2.3.create", "2.3.update", "2.3.export", "2.5.commands", "2.4.provider-config")
def test_a_first_bucket_leaves_the_expected_hcl(
    environment: Mapping[str, str], moto: MockCloud, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"hashicorp/aws": moto.provider_settings}), "utf-8")
    subprocess.run(
        [_EXAMPLES / "first-bucket" / "run.sh"],
        env={**environment, "PROVIDER_CONFIG": str(settings)},
        check=True,
    )
    exported = tmp_path / "home" / "exported"
    expected = _EXAMPLES / "first-bucket" / "expected"
    assert {p.name: (exported / p.name).read_text("utf-8") for p in expected.iterdir()} == {
        p.name: p.read_text("utf-8") for p in expected.iterdir()
    }


def _unnamed(text: str) -> str:
    """Put words in the place of what differs from run to run."""
    ids = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)
    times = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+\+00:00", "TIME", ids)
    return re.sub(r"\b(vpc|subnet|sg)-[0-9a-f]{8,17}\b", r"\1-ID", times)


@pytest.mark.requirement("4.4.example")
def test_a_network_as_one_change_leaves_what_is_expected(
    environment: Mapping[str, str], moto: MockCloud, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"hashicorp/aws": moto.provider_settings}), "utf-8")
    folder = _EXAMPLES / "network-as-one"
    done = subprocess.run(
        [folder / "run.sh"],
        env={**environment, "PROVIDER_CONFIG": str(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "alice asked for this change and cannot approve it" in done.stderr
    assert done.stdout.splitlines()[-1] == "project web has no resources"
    left = tmp_path / "home" / "left"
    assert {p.name: _unnamed(p.read_text("utf-8")) for p in left.iterdir()} == {
        p.name: p.read_text("utf-8") for p in (folder / "expected").iterdir()
    }


def test_every_example_has_a_readme_and_what_it_is_expected_to_leave() -> None:
    for folder in (path for path in _EXAMPLES.iterdir() if path.is_dir()):
        assert (folder / "README.md").is_file(), folder.name
        assert any((folder / "expected").iterdir()), folder.name


def _workflow_steps() -> list[str]:
    workflow = yaml.safe_load((_EXAMPLES / "policy-ci" / "workflow.yaml").read_text("utf-8"))
    steps = [step["run"] for step in workflow["jobs"]["policies"]["steps"] if "run" in step]
    assert steps[0] == "pip install intent-engine"
    return steps[1:]


def _run_steps(folder: Path, environment: Mapping[str, str]) -> list[subprocess.CompletedProcess[str]]:
    """Run what a runner would run after the installation, each step in a shell as it would."""
    return [
        subprocess.run(
            ["bash", "-e", "-c", step],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        for step in _workflow_steps()
    ]


@pytest.mark.requirement("3.4.ci-example")
def test_the_workflow_for_policies_leaves_what_is_expected(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "policy-ci"
    shutil.copytree(_EXAMPLES / "policy-ci", folder)
    checked, tested, kept = _run_steps(folder, environment)
    assert [step.returncode for step in (checked, tested, kept)] == [0, 0, 0], tested.stderr
    assert tested.stdout == (folder / "expected" / "github.txt").read_text("utf-8")
    report = re.sub(r'time="[0-9.]+"', 'time="0"', (folder / "tests.xml").read_text("utf-8"))
    assert report == (folder / "expected" / "tests.xml").read_text("utf-8")


@pytest.mark.requirement("3.4.ci-example")
def test_the_workflow_for_policies_fails_where_a_policy_no_longer_does_its_work(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "policy-ci"
    shutil.copytree(_EXAMPLES / "policy-ci", folder)
    rule = folder / "policies" / "no_public_buckets" / "no_public_buckets.rego"
    rule.write_text(rule.read_text("utf-8").replace('"public-read", ', ""), "utf-8")
    checked, tested, kept = _run_steps(folder, environment)
    assert [step.returncode for step in (checked, tested, kept)] == [0, 2, 2]
    place = "file=policies/no_public_buckets/no_public_buckets_test.rego,line=5"
    assert f"::error {place},title=data.intent_test.test_an_acl[readable by all]::" in tested.stdout
