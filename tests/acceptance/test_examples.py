"""Each example does what its README says, run from the wheel."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

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


def test_every_example_has_a_readme_and_what_it_is_expected_to_leave() -> None:
    for folder in (path for path in _EXAMPLES.iterdir() if path.is_dir()):
        assert (folder / "README.md").is_file(), folder.name
        assert any((folder / "expected").iterdir()), folder.name
