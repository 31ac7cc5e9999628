"""What a failed test shows: the statement that did not hold, both sides of a comparison, the values in it."""

from pathlib import Path

import pytest

from tests.unit.suite_stage import one, outcomes, run, run_text, write

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("3.4.values")
@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('x := {"b", "a"}\n\tx == {"c"}', 'line 4: x == {"c"}\n  left:  {"a", "b"}\n  right: {"c"}'),
        ("count([1]) > 2", "line 3: count([1]) > 2\n  left:  1\n  right: 2"),
        (
            'named == {"k": 2, "z": [1]} with input as {"a": "é"}',
            """line 3: named == {"k": 2, "z": [1]} with input as {"a": "é"}
  left:  {"k": "é"}
  right: {"k": 2, "z": [1]}""",
        ),
        (
            'named == {"k": 1} with input as p.none with data.p.x as {"a": [1, p.nothing]}',
            """line 3: named == {"k": 1} with input as p.none with data.p.x as {"a": [1, p.nothing]}
  left:  undefined
  right: undefined
  p.none: undefined
  p.nothing: undefined""",
        ),
        ("set() == {}", "line 3: set() == {}\n  left:  set()\n  right: {}"),
        ("input.x == 1", "line 3: input.x == 1\n  left:  undefined\n  right: 1"),
        ('"x" == sprintf("%s!", ["x"])', 'line 3: "x" == sprintf("%s!", ["x"])\n  left:  "x"\n  right: "x!"'),
        ("x := input.y\n\tx == 1", "line 3: x := input.y\n  input.y: undefined"),
        (
            "some x in [1, 2, 3, 4]\n\tx > 5",
            "line 4: x > 5\n  left:  1 or 2 or 3 or 1 more\n  right: 5",
        ),
        ("some x in listed\n\tx == 1", "line 3: some x in listed\n  listed: []"),
        ('not named with input as {"a": 1}', 'line 3: not named with input as {"a": 1}\n  named: {"k": 1}'),
        (
            'every k, v in {"a": 1, "b": 2} {\n\t\tw := v * 2\n\t\tw == 2\n\t}',
            """line 3: every k, v in {"a": 1, "b": 2} { w := v * 2 w == 2 }
  v: 2
  line 5: w == 2
    left:  4
    right: 2""",
        ),
        ("false", "line 3: false"),
        ("p.x == 2", "line 3: p.x == 2\n  left:  1\n  right: 2"),
        ("x > 1\n\tx = 1", "it is undefined"),
    ],
)
async def test_the_first_statement_that_did_not_hold_is_shown_with_its_values(
    tmp_path: Path, body: str, why: str
) -> None:
    write(tmp_path, {"p.rego": "package p\nx := 1\ny := 1 / 0\n"})
    rules = 'listed := []\nnamed := {"k": input.a}\n'
    test = f"package t\nimport data.p\ntest_x if {{ {body}\n}}\n{rules}"
    write(tmp_path, {"t_test.rego": test})
    assert one(await run(tmp_path)).message == why


@pytest.mark.requirement("3.4.values")
@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("test_x := 1 == 2", "1 == 2\n  left:  1\n  right: 2"),
        ("test_x := y if { y := 3 }", "y\n  y: 3"),
        ("test_x if { false } else if { 1 == 3 }", "line 2: false\nline 2: 1 == 3\n  left:  1\n  right: 3"),
        ("default test_x := false", "its value is false"),
    ],
)
async def test_a_value_that_is_not_true_is_shown(tmp_path: Path, rule: str, why: str) -> None:
    assert one(await run_text(tmp_path, rule)).message == why


@pytest.mark.requirement("3.4.values")
async def test_old_rego_is_explained_too(tmp_path: Path) -> None:
    result = one(await run_text(tmp_path, "test_x { x := {1}; x == {2} }", rego_v0=True))
    assert result.message == "line 2: x == {2}\n  left:  {1}\n  right: {2}"


@pytest.mark.requirement("3.4.values", "3.4.killed")
async def test_an_explanation_that_never_ends_costs_the_explanation_alone(tmp_path: Path) -> None:
    text = """
test_x if {
	some i in [1, 2]
	i == 3
	endless with input as 1
}
endless if { some i in numbers.range(1, 1000000); some j in numbers.range(1, 1000000); i * j == -1 }
test_y if false
test_z if true
"""
    report = await run_text(tmp_path, text, seconds=1.0, parallel=1)
    assert outcomes(report) == {"test_x": "fail", "test_y": "fail", "test_z": "pass"}


CASES = """
cases := {"one": {"given": 1, "want": 1}, "two": {"given": 2, "want": 1}}
test_key[name] if {
	some name, case in cases
	case.given == case.want
}
test_part[case.note] if {
	some case in [{"note": "a b", "v": true}, {"note": "c", "v": false}]
	case.v
}
test_number[n] if {
	some n in [1, 2]
	n == 1
}
test_member contains n if {
	some n in [1, "x"]
	n == 1
}
test_pair[a][b] := v if {
	some a, b
	v := {"x": {"y": true, "z": false}}[a][b]
}
test_none[x] if { some x in [] }
test_const["a"] if true
test_const["b"] if false
"""


@pytest.mark.requirement("3.4.parametrised")
async def test_each_case_of_a_parametrised_test_is_told_those_that_did_not_hold_among_them(
    tmp_path: Path,
) -> None:
    report = await run_text(
        tmp_path,
        CASES,
    )
    assert outcomes(report) == {
        "test_key[one]": "pass",
        "test_key[two]": "fail",
        "test_part[a b]": "pass",
        "test_part[c]": "fail",
        "test_number[1]": "pass",
        "test_number[2]": "fail",
        "test_member[1]": "pass",
        "test_member[x]": "fail",
        "test_pair[x][y]": "pass",
        "test_pair[x][z]": "fail",
        "test_none": "fail",
        "test_const.a": "pass",
        "test_const.b": "fail",
    }
    told = {result.name: result.message for result in report.results}
    assert told["test_key[two]"] == "line 6: case.given == case.want\n  left:  2\n  right: 1"
    assert told["test_number[2]"] == "line 14: n == 1\n  left:  2\n  right: 1"
    assert told["test_pair[x][z]"] == "v\n  v: false"
    assert told["test_key[one]"] == ""


@pytest.mark.requirement("3.4.parametrised")
async def test_an_error_in_one_case_is_the_error_of_the_whole_test(tmp_path: Path) -> None:
    text = 'test_x[n] if { some n, d in {"a": 1, "b": 0}; 1 / d == 1 }'
    assert outcomes(await run_text(tmp_path, text)) == {"test_x": "error"}
