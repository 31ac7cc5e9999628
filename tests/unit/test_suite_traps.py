"""Where the engine by itself would evaluate something else than the author of a test means."""

from pathlib import Path

import pytest

from tests.unit.suite_stage import outcomes, run, write

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.4.traps")]

POLICY = """package p
limit := 1
double(x) := 2 * x
doubled := double(limit)
named.rule(x) := x
through := named.rule(1)
other := 1 / 0
"""


@pytest.mark.parametrize(
    "body",
    [
        "doubled == 20 with limit as 10",
        "data.p.doubled == 20 with data.p.limit as 10",
        "doubled == 7 with double as seven",
        "doubled == 7 with double as 7",
        "doubled == 7 with data.p.double as seven",
        "doubled == 7 with data.p.double as data.p.seven",
        "through == 7 with named.rule as seven",
        "double(4) == 8 with limit as 10",
        "limit := 3; limit == 3",
        "every limit in [3] { limit == 3 }",
        "x := 2\n\tdoubled == 4 with limit as x with input as x",
    ],
)
async def test_names_of_the_own_package_mean_the_rule_and_the_function_in_with_too(
    tmp_path: Path, body: str
) -> None:
    test = f"package p\nseven(_) := 7\ntest_x if {{\n\t{body}\n}}\n"
    write(tmp_path, {"p.rego": POLICY.replace("other := 1 / 0\n", ""), "p_test.rego": test})
    assert outcomes(await run(tmp_path)) == {"test_x": "pass"}


@pytest.mark.parametrize(
    "body",
    [
        "p.doubled == 2",
        "p.doubled == 7 with p.double as seven",
        "p.doubled == 7 with p.double as data.p_test.seven",
        "renamed.doubled == 20 with renamed.limit as 10",
        "lone == 20 with sole as 10",
        "double(2) == 4",
        'p := {"doubled": 3}; p.doubled == 3',
        'asked.a == 1 with input as {"x": {"a": 1}}',
        '"é" != "e"; p.doubled == 2',
        'p.doubled == 2; {"p": p.limit} == {"p": 1}',
    ],
)
async def test_an_import_evaluates_what_is_referred_to_and_nothing_else(tmp_path: Path, body: str) -> None:
    head = """package p_test
import data.p
import data.p as renamed
import data.p.doubled as lone
import data.p.limit as sole
import data.p.double
import input.x as asked
seven(_) := 7
"""
    write(tmp_path, {"p.rego": POLICY, "p_test.rego": f"{head}test_x if {{\n\t{body}\n}}\n"})
    assert outcomes(await run(tmp_path)) == {"test_x": "pass"}


@pytest.mark.parametrize("package", ["a.b", 'a["b-c"]', "a.if.b"])
async def test_any_name_of_a_package_will_do(tmp_path: Path, package: str) -> None:
    policy = f"package {package}\nf(x) := x\nz := f(2)\n"
    tests = "test_plain if w.z == 2\ntest_mock if w.z == 3 with w.f as 3\n"
    test = f"package t\nimport data.{package} as w\n{tests}"
    write(tmp_path, {"p.rego": policy, "p_test.rego": test})
    assert outcomes(await run(tmp_path, coverage=True)) == {"test_plain": "pass", "test_mock": "pass"}


async def test_an_error_names_its_place_in_the_file_as_written(tmp_path: Path) -> None:
    test = "package t\nimport data.p\ntest_x if {\n\tp.limit == 1; p.double(1) == 1 / 0\n}\n"
    write(tmp_path, {"p.rego": POLICY, "p_test.rego": test})
    (result,) = (await run(tmp_path, coverage=True)).results
    assert result.message == f"{(tmp_path / 'p_test.rego').as_posix()}:4:33: divide by zero"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ('count(p.none) == 0 with input as data.absent with data.x as {"a": 1}', "fail"),
        ('count(p.none) == 0 with input as data.there with data.x as {"a": 1}', "pass"),
        ('count(p.none) == 0 with input as {"a": [data.absent]} with data.x as 1', "fail"),
        ("count(p.none) == 0 with data.x as data.absent with p.f as mock", "fail"),
        ("p.f(1) == 2 with input as data.there with p.f as mock", "pass"),
        ("p.f(1) == 2 with input as data.there with p.f as data.t.mock", "pass"),
        ("count(p.none) == 3 with input as data.there with count as 3", "pass"),
        (
            'some i in [1]\n\tcount(p.none) == 0 with input as {\n"a": i, # b\n\t} with data.x as i',
            "pass",
        ),
        ("every i in [1, 2] {\n\t\tcount(p.none) == 0 with input as i with data.x as i\n\t}", "pass"),
        ("count(p.none) == 0 with input as [x | some x in [1]] with data.x as data.there", "pass"),
    ],
)
async def test_each_value_after_with_must_be_there_not_the_last_one_alone(
    tmp_path: Path, body: str, outcome: str
) -> None:
    write(
        tmp_path,
        {
            "p.rego": "package p\nnone contains 1 if input.never\nf(x) := x\n",
            "data.json": '{"there": {"b": 1}}',
            "t_test.rego": f"package t\nimport data.p\nmock(_) := 2\ntest_x if {{\n\t{body}\n}}\n",
        },
    )
    assert outcomes(await run(tmp_path)) == {"test_x": outcome}
