"""`intent policy record`: inputs that the real provider plans without a cloud, the same in every run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.requirement("3.4.record")]

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "recorded"
BUCKET: Final = ("--type", "aws_s3_bucket", "--provider-version", "3.39.0")
CONFIG: Final = '{"bucket": "logs", "tags": {"owner": "ops"}}'
TAGGED: Final = '{"bucket": "logs", "tags": {"owner": "ops", "env": "prod"}}'
RENAMED: Final = '{"bucket": "other"}'


def record(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Credentials and a proxy that lead nowhere: whoever asked a cloud would fail.
    environment = {
        **os.environ,
        "INTENT_HOME": str(home),
        "AWS_PROFILE": "nobody",
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }
    return subprocess.run(
        [sys.executable, "-m", "server.cli.main", "policy", "record", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("create", (*BUCKET, "--config", CONFIG, "--provider-config", '{"region": "eu-west-1"}')),
        ("update", (*BUCKET, "--operation", "update", "--current", "CREATED", "--config", TAGGED)),
        ("replace", (*BUCKET, "--operation", "update", "--current", "CREATED", "--config", RENAMED)),
        ("delete", (*BUCKET, "--operation", "delete", "--current", "CREATED")),
    ],
)
def test_a_recorded_input_is_the_golden_one(
    home: Path, tmp_path: Path, name: str, arguments: tuple[str, ...]
) -> None:
    given = [str(GOLDEN / "create.json") if word == "CREATED" else word for word in arguments]
    out = tmp_path / "input.json"
    done = record(home, *given, "--out", str(out))
    assert done.returncode == 0, done.stderr
    golden = GOLDEN / f"{name}.json"
    assert out.read_text() == golden.read_text(), f"record it anew into {golden.name} if it is meant"


def test_a_secret_of_the_configuration_is_not_recorded(home: Path) -> None:
    config = '{"name": "/a", "type": "SecureString", "value": "c4n4ry-s3cret"}'
    done = record(home, "--type", "aws_ssm_parameter", "--provider-version", "3.39.0", "--config", config)
    document: Any = json.loads(done.stdout)
    assert document["resource"]["proposed_state"]["value"] == "(sensitive value)"
    assert document["plan"]["sensitive"] == ["value"]
    assert "c4n4ry" not in done.stdout + done.stderr
