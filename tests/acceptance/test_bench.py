"""The benchmarks run to their end and print ratios of one run; how large they are is for their reader."""

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


@pytest.mark.requirement("3.6.bench")
def test_the_benchmark_of_policies_prints_its_ratios() -> None:
    done = subprocess.run(
        [sys.executable, "tests/bench/policy_evaluation.py", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ratios = re.findall(r"^(.+): (\d+\.\d+)$", done.stdout, re.MULTILINE)
    assert [re.sub(r"\d+", "N", of) for of, _ in ratios] == [
        "N policies on N.N kB, workers / bare engine",
        "the same to the bare engine's cheaper call",
        "cold start of a worker / goal of N ms",
        "N policies, all / those that are about the type",
    ]
    assert min(float(ratio) for _, ratio in ratios) > 0


@pytest.mark.integration
@pytest.mark.requirement("5.6.warm-describe")
def test_the_benchmark_of_schemas_prints_its_ratios() -> None:
    done = subprocess.run(
        [sys.executable, "tests/bench/provider_schema.py", "1"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ratios = re.findall(r"^(.+): (\d+\.\d+)$", done.stdout, re.MULTILINE)
    assert [re.sub(r"\d+", "N", of) for of, _ in ratios] == [
        "describe aws_instance, first / the whole schema read",
        "describe aws_instance, again / the whole schema read",
        "describe a type of N MB, first / the whole read",
        "memory to keep N MB / to read it whole",
        "describe aws_instance, first / goal of N ms",
    ]
    assert float(ratios[3][1]) < 1
