"""The benchmark runs to its end and prints ratios of one run; how large they are is for its reader."""

import re
import subprocess
import sys

import pytest


@pytest.mark.integration
@pytest.mark.requirement("2.9.bench")
def test_the_benchmark_prints_what_a_gated_create_costs_beside_bare_opentofu() -> None:
    done = subprocess.run(
        [sys.executable, "tests/bench/gated_create.py", "1"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ratios = re.findall(r"^gated create / bare plan\+apply, (.+): (\d+\.\d\d)$", done.stdout, re.MULTILINE)
    assert [way for way, _ in ratios] == [
        "initialised",
        "initialised, with the read",
        "development override",
    ]
    assert min(float(ratio) for _, ratio in ratios) > 0
