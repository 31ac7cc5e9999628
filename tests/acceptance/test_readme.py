"""The README's commands do what it says: each of its lines is run, in its order, from the wheel."""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from server.demo.cloud import MockCloud

pytestmark = pytest.mark.integration

_CHECKOUT: Final = Path(__file__).parents[2]
_BLOCK: Final = re.compile(
    r"^## Use it from the command line\n.*?^```console\n(.*?)^```", re.DOTALL | re.MULTILINE
)


def test_every_line_of_the_command_line_block_succeeds(
    environment: Mapping[str, str], moto: MockCloud, tmp_path: Path
) -> None:
    for folder in ("examples", "policies"):
        (tmp_path / folder).symlink_to(_CHECKOUT / folder)
    settings = json.dumps({"hashicorp/aws": moto.provider_settings})
    found = _BLOCK.search((_CHECKOUT / "README.md").read_text("utf-8"))
    assert found is not None
    lines = [line.removeprefix("$ ") for line in found[1].splitlines()]
    assert len(lines) > 5
    for line in lines:
        done = _run(["bash", "-c", line], tmp_path, environment)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        if "--provider-config" in line:
            # The same settings and, beside them, the way to the mock cloud.
            more = _run(
                ["intent", "project", "update", "web", "--provider-config", settings], tmp_path, environment
            )
            assert more.returncode == 0, more.stderr
    assert (tmp_path / "web" / "main.tf").is_file()


def _run(
    command: list[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
