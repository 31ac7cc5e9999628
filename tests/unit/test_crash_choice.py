"""Which crashes are tried: every point in its order, and by chance the same again for the same number."""

import re
from typing import Final

import pytest

from tests.crash.campaign import counts
from tests.crash.choice import by_chance, every_point
from tests.crash.gate import Side, is_write
from tests.crash.judge import Fault, Finding
from tests.crash.play import Result
from tests.crash.script import Act, Blow, Script
from tests.crash.subjects import SUBJECTS

pytestmark = pytest.mark.requirement("4.1.crash-harness")

POINTS: Final = ("before commit", "after commit", "before apply")
CALLS: Final = ("POST GetUser", "POST CreateVpc", "POST DescribeVpcs")


def census(act: Act, subject: str) -> Result:
    """Say what an undisturbed run passes."""
    return Result(Script(act, subject), (), unknown=False, points=POINTS, calls=CALLS, trail=())


def test_the_engine_dies_at_every_point_once() -> None:
    scripts = list(every_point(Act.CREATE, "vpc", census))
    assert scripts == [Script(Act.CREATE, "vpc", point=number) for number in (1, 2, 3)]


def test_a_run_by_chance_is_the_same_for_the_same_seed_and_number() -> None:
    first, again = ([by_chance("seed", number, census) for number in range(1, 301)] for _ in range(2))
    other = [by_chance("another", number, census) for number in range(1, 301)]
    assert first == again
    assert first != other


def test_three_hundred_runs_strike_everybody_at_every_sort_of_moment() -> None:
    scripts = [by_chance("seed", number, census) for number in range(1, 301)]
    assert {(script.act, script.subject) for script in scripts} == {(a, s) for a in Act for s in SUBJECTS}
    assert {blow for script in scripts for blow in script.blows} == set(Blow)
    assert {script.point for script in scripts} == {0, 1, 2, 3}
    assert {script.call for script in scripts} == {0, 1, 2, 3}
    assert {(script.side, script.late) for script in scripts if script.call} == {
        (Side.BEFORE, True),
        (Side.BEFORE, False),
        (Side.AFTER, False),
    }
    assert {bool(script.again) for script in scripts} == {True, False}
    assert [script for script in scripts if bool(script.point) == bool(script.call)] == []


def test_no_call_reaches_the_cloud_after_a_recovery_that_could_not_know_of_it() -> None:
    scripts = [by_chance("seed", number, census) for number in range(1, 301)]
    assert [script for script in scripts if script.at_once and script.late] == []


@pytest.mark.parametrize(
    ("call", "writes"),
    [
        ("POST CreateVpc", True),
        ("PUT /bucket", True),
        ("DELETE /bucket", True),
        ("POST DescribeVpcs", False),
        ("POST GetUser", False),
        ("GET /bucket", False),
        ("HEAD /bucket", False),
    ],
)
def test_a_call_that_changes_something_is_told_by_its_name(call: str, *, writes: bool) -> None:
    assert is_write(call) is writes


def test_the_counts_are_one_line_in_which_a_run_counts_once_for_each_sort_of_fault() -> None:
    script = Script(Act.CREATE, "vpc")
    lost = (Finding(Fault.LOST, "one"), Finding(Fault.LOST, "two"), Finding(Fault.WRONG, "three"))
    results = [
        Result(script, lost, unknown=False, points=(), calls=(), trail=()),
        Result(script, (), unknown=True, points=(), calls=(), trail=()),
    ]
    line = counts(results)
    assert line == "runs=2 lost=1 doubled=0 wrong=1 (honestly unknown=1)"
    assert re.fullmatch(r"runs=\d+ lost=\d+ doubled=\d+ wrong=\d+ \(honestly unknown=\d+\)", line)
