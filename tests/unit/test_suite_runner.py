"""The test runner: what it loads, what a test is, what passes, and what a bad test does to the others."""

import os
import signal
from pathlib import Path

import anyio
import pytest

from tests.unit.rego_stage import workers
from tests.unit.suite_stage import one, outcomes, refusal, run, run_text, write

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("3.4.tests")
async def test_a_rule_with_a_segment_that_starts_with_test_is_a_test_and_todo_ones_are_skipped(
    tmp_path: Path,
) -> None:
    report = await run_text(
        tmp_path,
        """
test_a if true
inner.test_b if true
test_c.inner if true
todo_test_d if false
my_test_e if true
test_f(x) if x
default test_g := true
default test_h := false
test_h if true
""",
    )
    assert outcomes(report) == {
        "test_a": "pass",
        "inner.test_b": "pass",
        "test_c.inner": "pass",
        "todo_test_d": "skip",
        "test_g": "pass",
        "test_h": "pass",
    }
    assert [(result.package, result.line) for result in report.results][:2] == [("data.t", 3), ("data.t", 4)]


@pytest.mark.requirement("3.4.outcomes")
@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("if true", "pass"),
        ("if false", "fail"),
        ("if input.missing", "fail"),
        ("if 1 == 2", "fail"),
        (":= false", "fail"),
        (':= "true"', "fail"),
        (":= 1", "fail"),
        (":= {}", "fail"),
        ("if 1 / 0 == 1", "error"),
        ("if not 1 / 0", "error"),
        ('if http.send({"method": "get", "url": "x"})', "error"),
        ("if object.subset([1], [])", "error"),
        ("if count(numbers.range(1, 1000000000)) > 0", "error"),
    ],
)
async def test_only_a_value_of_true_passes_and_an_error_is_told_from_a_failure(
    tmp_path: Path, body: str, outcome: str
) -> None:
    forbidden = "http" in body
    if forbidden:
        body = body.replace("http.send", "f") + "\nf(x) := object.get(x, 1 / 0, 1)"
    assert outcomes(await run_text(tmp_path, f"test_x {body}"))["test_x"] == outcome


@pytest.mark.requirement("3.4.killed")
async def test_a_test_that_ends_its_worker_or_its_time_is_one_error_and_the_others_run(
    tmp_path: Path,
) -> None:
    text = """
test_a if true
test_endless if {
	some i in numbers.range(1, 100000)
	some j in numbers.range(1, 100000)
	i * j == -1
}
test_hungry if count(numbers.range(1, 1000000000)) > 0
test_panic if object.subset([1], [])
test_talkative contains sprintf("%0999d", [i]) if some i in numbers.range(1, 1200)
test_z if true
"""
    report = await run_text(tmp_path, text, seconds=2.0, parallel=1)
    assert outcomes(report) == {
        "test_a": "pass",
        "test_endless": "error",
        "test_hungry": "error",
        "test_panic": "error",
        "test_talkative": "error",
        "test_z": "pass",
    }
    ended = "it ended the engine: memory, recursion or a fault of the engine"
    assert [result.message for result in report.results][1:5] == [
        "it did not finish in 2 s",
        ended,
        ended,
        "the policy says more than 1048576 bytes",
    ]


@pytest.mark.requirement("3.4.killed")
async def test_a_worker_that_somebody_else_kills_costs_no_result_and_leaves_no_process(
    tmp_path: Path,
) -> None:
    before = workers()
    text = "test_slow if { some i in numbers.range(1, 400000); i == -1 }\ntest_z if true"
    write(tmp_path, {"t_test.rego": f"package t\n{text}"})

    async def kill() -> None:
        with anyio.fail_after(10):
            while not (found := workers() - before):  # noqa: ASYNC110  # another process has no event here
                await anyio.sleep(0.01)
        os.kill(found.pop(), signal.SIGKILL)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kill)
        report = await run(tmp_path, parallel=1)
    assert outcomes(report) == {"test_slow": "fail", "test_z": "pass"}
    assert workers() <= before


@pytest.mark.requirement("3.4.worlds")
async def test_each_folder_with_a_policy_is_tested_alone(tmp_path: Path) -> None:
    test = "package intent_test\nimport data.intent\ntest_deny if intent.deny == {%s}"
    write(
        tmp_path,
        {
            "a/a.rego": 'package intent\ndeny contains "a"',
            "a/a_test.rego": test % '"a"',
            "b/b.rego": 'package intent\ndeny contains "b"',
            "b/b_test.rego": test % '"b"',
        },
    )
    report = await run(tmp_path)
    assert [(result.file[-8:], result.outcome.value) for result in report.results] == [
        ("est.rego", "pass"),
        ("est.rego", "pass"),
    ]


@pytest.mark.requirement("3.4.run")
async def test_a_pattern_selects_by_full_name_and_count_repeats(tmp_path: Path) -> None:
    text = "test_a if true\ntest_ab if true\ntest_b if true"
    report = await run_text(tmp_path, text, pattern=r"data\.t\.test_a", count=2)
    assert [result.name for result in report.results] == ["test_a", "test_a", "test_ab", "test_ab"]


@pytest.mark.requirement("3.4.print")
async def test_what_a_test_prints_is_told_with_its_place(tmp_path: Path) -> None:
    result = one(await run_text(tmp_path, 'test_p if {\n\tprint("x is", 1, {"a"})\n\tprint(input)\n}'))
    file = (tmp_path / "t_test.rego").as_posix()
    assert result.output == f'{file}:3: x is 1 {{"a"}}\n{file}:4: <undefined>'


@pytest.mark.requirement("3.4.v0")
async def test_old_suites_run_where_they_are_said_to_be_old(tmp_path: Path) -> None:
    text = "test_old { x := {1}; x[_] == 1 }"
    assert outcomes(await run_text(tmp_path, text, rego_v0=True)) == {"test_old": "pass"}
    assert "syntax" in await refusal(tmp_path)


@pytest.mark.requirement("3.4.tests")
async def test_a_test_may_replace_what_it_may_not_call(tmp_path: Path) -> None:
    report = await run_text(tmp_path, "\ntest_a if count([1]) == 1 with time.now_ns as 1\n")
    assert outcomes(report) == {"test_a": "pass"}
