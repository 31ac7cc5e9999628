"""Which lines count, and which are covered: an expression that was evaluated, a head whose body has held."""

from pathlib import Path

import pytest

from engine.core.policy.suite.coverage import Rows
from engine.core.policy.suite.results import SuiteReport
from tests.unit.suite_stage import run, write

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.4.coverage")]


def lines(ranges: tuple[Rows, ...]) -> list[int]:
    return [line for rows in ranges for line in range(rows.start.row, rows.end.row + 1)]


def of(report: SuiteReport, file: Path) -> tuple[list[int], list[int]]:
    """The covered and the missed lines of a file."""
    assert report.coverage is not None
    found = report.coverage.files[file.as_posix()]
    return lines(found.covered), lines(found.not_covered)


@pytest.mark.parametrize(
    ("policy", "covered", "missed"),
    [
        ("x if input.a == 1", [2], []),
        ("x if input.a == 2", [], [2]),
        ('x contains "é" if input.a == 2', [], [2]),
        ('x contains "é" if "a" in object.keys(input)', [2], []),
        ("x if {\n\tinput.a == 1\n\tinput.a == 2\n\tinput.a == 3\n}", [3, 4], [2, 5]),
        ("x if { input.a == 1; input.a == 2; input.a == 3 }", [], [2]),
        ("x if { input.a == 1; input.a == 1 }", [2], []),
        ("x := 1 if {\n\tinput.a == 2\n} else := 2 if {\n\tinput.a == 1\n} else := 3", [3, 4, 5], [2, 6]),
        ("x := 1 if input.a == 2\n\nelse := 2", [4], [2]),
        ("x := 1 if input.a == 2\n\nelse := 2 if input.a == 3", [], [2, 4]),
        ("x := 1 if input.a == 1\n\nelse if input.a == 3", [2], [4]),
        ("default x := 0\n\nx := 1 if input.a == 2", [2], [4]),
        ("x := f(input.a)\n\nf(y) if y == 1\n\nf(y) := 2 if y == 2", [2, 4], [6]),
        ("x := [1 | some y in [1]; y == 2; y == 3]", [], [2]),
        ("x := {\n\t1,\n\t2,\n}", [2, 3, 4], []),
        ("x if every y in [1] {\n\ty == 1\n\ty == 2\n\ty == 3\n}", [3, 4], [2, 5]),
    ],
)
async def test_a_line_is_covered_where_all_of_it_was_evaluated_and_its_rule_held(
    tmp_path: Path, policy: str, covered: list[int], missed: list[int]
) -> None:
    test = 'package t\ntest_x if object.get(data.p, "x", 0) != 99 with input as {"a": 1}\n'
    write(tmp_path, {"p.rego": f"package p\n{policy}\n", "p_test.rego": test})
    assert of(await run(tmp_path, coverage=True), tmp_path / "p.rego") == (covered, missed)


async def test_what_no_test_loads_counts_and_tests_do_not(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "p.rego": "package p\nx if input.a",
            "a/a.rego": "package intent\ndeny contains 1 if {\n\tinput.b\n}\n",
            "b/b.rego": "package intent\nallow contains 1\n",
            "b/b_test.rego": "package intent_test\ntest_x if data.intent.allow == {1}\n",
        },
    )
    report = await run(tmp_path, coverage=True)
    assert report.coverage is not None
    assert sorted(report.coverage.files) == [
        (tmp_path / name).as_posix() for name in ("a/a.rego", "b/b.rego", "p.rego")
    ]
    assert (report.coverage.covered_lines, report.coverage.not_covered_lines) == (1, 3)


async def test_lines_that_different_tests_cover_are_united(tmp_path: Path) -> None:
    test = "package t\ntest_a if data.p.f(1)\ntest_b if data.p.f(2)\n"
    write(tmp_path, {"p.rego": "package p\nf(x) if { x == 1 } else if { x == 2 }\n", "p_test.rego": test})
    assert of(await run(tmp_path, coverage=True), tmp_path / "p.rego") == ([2], [])
    assert of(await run(tmp_path, coverage=True, pattern="test_a"), tmp_path / "p.rego") == ([], [2])


async def test_old_rego_is_measured_too(tmp_path: Path) -> None:
    policy = 'package p\nx["a"] { input.a == 1 }\ny { input.a == 2 }\nz = 1 { input.a == 2 } else = 2'
    test = 'package t\ntest_x { data.p.x == {"a"} with input as {"a": 1} }\ntest_y { not data.p.y }\n'
    test += "test_z { data.p.z == 2 }\n"
    write(tmp_path, {"p.rego": f"{policy}\n", "p_test.rego": test})
    assert of(await run(tmp_path, coverage=True, rego_v0=True), tmp_path / "p.rego") == ([2], [3, 4])
