"""What a run of policy tests means: which files see each other, coverage, the verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.policy.suite.coverage import Lines, coverage_of
from engine.core.policy.suite.results import (
    CaseOutcome,
    CaseResult,
    Demands,
    Judgement,
    SuiteReport,
    Verdict,
    judge,
)
from engine.core.policy.suite.worlds import (
    DeclaredTest,
    Folder,
    Place,
    SuiteData,
    SuiteModule,
    Twice,
    World,
    spelt_path,
    twice_declared,
    worlds_of,
)


def module(name: str, package: str, *tests: str) -> SuiteModule:
    """A module at a path; each test, dotted, has the next line."""
    declared = [DeclaredTest(tuple(test.split(".")), line, skipped=False) for line, test in enumerate(tests)]
    folder = tuple(name.split("/")[:-1])
    return SuiteModule(name, folder, tuple(package.split(".")), bool(tests), tuple(declared))


def document(name: str) -> SuiteData:
    return SuiteData(name, tuple(name.split("/")[:-1]), ())


def files(worlds: tuple[World, ...]) -> list[list[str]]:
    return [[*(m.file for m in world.modules), *(d.file for d in world.documents)] for world in worlds]


def result(outcome: CaseOutcome) -> CaseResult:
    return CaseResult(package="data.p", name="test_a", outcome=outcome, duration_ns=1, file="f", line=1)


def report(*outcomes: CaseOutcome, covered: int = 1, missed: int = 1) -> SuiteReport:
    lines = Lines(frozenset(range(covered)), frozenset(range(covered, covered + missed)))
    return SuiteReport(results=tuple(map(result, outcomes)), coverage=coverage_of({"f": lines}))


PASS, FAIL, ERROR, SKIP = CaseOutcome.PASS, CaseOutcome.FAIL, CaseOutcome.ERROR, CaseOutcome.SKIP


@pytest.mark.requirement("3.4.worlds")
def test_a_folder_with_a_policy_is_a_world_that_sees_libraries_and_data_above_it_and_nothing_beside_it() -> (
    None
):
    modules = [
        module("lib/lib.rego", "lib"),
        module("lib/lib_test.rego", "lib_test", "test_lib"),
        module("a/a.rego", "intent"),
        module("a/a_test.rego", "intent_test", "test_a"),
        module("a/deep/more_test.rego", "intent_test", "test_more"),
        module("a/mocks.rego", "mocks"),
        module("b/b.rego", "spacelift"),
        module("b/b_test.rego", "intent_test", "test_a"),
        module("b/in/in.rego", "intent"),
    ]
    documents = [document("top.json"), document("a/a.json"), document("b/b.json"), document("lib/lib.yml")]
    assert files(worlds_of(modules, documents)) == [
        [
            *("a/a.rego", "a/a_test.rego", "a/deep/more_test.rego", "a/mocks.rego", "lib/lib.rego"),
            *("top.json", "a/a.json", "lib/lib.yml"),
        ],
        ["b/b.rego", "b/b_test.rego", "lib/lib.rego", "top.json", "b/b.json", "lib/lib.yml"],
        ["b/in/in.rego", "lib/lib.rego", "top.json", "b/b.json", "lib/lib.yml"],
        ["lib/lib.rego", "lib/lib_test.rego", "top.json", "lib/lib.yml"],
    ]


@pytest.mark.requirement("3.4.worlds")
@pytest.mark.parametrize("package", ["intent", "authz"])
def test_one_policy_folder_or_none_makes_one_world_of_all_files(package: str) -> None:
    modules = [module("src/p.rego", package), module("tests/p_test.rego", "p_test", "test_p")]
    assert worlds_of(modules, [document("d.json")]) == (World(tuple(modules), (document("d.json"),)),)


def test_a_run_of_nothing_is_one_empty_world() -> None:
    assert worlds_of([], []) == (World((), ()),)


@given(
    st.lists(st.tuples(st.sampled_from(["", "a", "a/b", "c"]), st.sampled_from(["intent", "x", "y_test"])))
)
def test_every_module_is_in_a_world_and_every_test_in_exactly_one(given_: list[tuple[str, str]]) -> None:
    modules = [
        module(f"r/{folder}/{number}.rego", package, *(["test_a"] if package == "y_test" else []))
        for number, (folder, package) in enumerate(given_)
    ]
    seen = [m.file for world in worlds_of(modules, []) for m in world.modules]
    alone = [m for m in modules if not m.is_policy and not m.is_test]
    assert {m.file for m in modules if m not in alone} <= set(seen)
    assert all(seen.count(m.file) == 1 for m in modules if m.is_test or m.is_policy)


@pytest.mark.requirement("3.4.twice")
@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("test_a", "test_a", 1),
        ("test_a", "test_a.case", 1),
        ("test_a.case", "test_a", 1),
        ("test_a.case", "test_a.other", 0),
        ("test_a", "test_b", 0),
    ],
)
def test_a_test_whose_name_another_has_or_holds_is_found_with_both_places(
    first: str, second: str, found: int
) -> None:
    world = World((module("a", "p_test", first), module("b", "p_test", second)), ())
    assert twice_declared(world) == (Twice(second, Place("a", 0), Place("b", 0)),) * found


def test_tests_of_two_packages_may_have_one_name() -> None:
    assert twice_declared(World((module("a", "p", "test_a"), module("b", "q", "test_a")), ())) == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [(("data", "a", "b"), "data.a.b"), (("data", "a-b", 'q"', "if"), 'data["a-b"]["q\\""]["if"]')],
)
def test_a_path_is_spelt_as_rego_writes_it(path: Folder, text: str) -> None:
    assert spelt_path(path) == text


@pytest.mark.requirement("3.4.exit-codes")
@pytest.mark.parametrize(
    ("run", "demands", "judgement"),
    [
        (report(PASS), Demands(), Judgement(verdict=Verdict.PASSED)),
        (report(PASS, FAIL, FAIL), Demands(), Judgement(verdict=Verdict.FAILED, reasons=("2 failed",))),
        (report(ERROR), Demands(), Judgement(verdict=Verdict.FAILED, reasons=("1 ended in an error",))),
        (report(), Demands(), Judgement(verdict=Verdict.EMPTY, reasons=("no tests were run",))),
        (report(), Demands(fail_on_empty=False), Judgement(verdict=Verdict.PASSED)),
        (
            report(PASS, SKIP),
            Demands(),
            Judgement(
                verdict=Verdict.FAILED,
                reasons=("1 skipped, which counts as failed unless skipped tests are accepted",),
            ),
        ),
        (report(PASS, SKIP), Demands(accept_skipped=True), Judgement(verdict=Verdict.PASSED)),
        (
            report(SKIP),
            Demands(accept_skipped=True),
            Judgement(verdict=Verdict.EMPTY, reasons=("no tests were run",)),
        ),
        (report(PASS), Demands(threshold=50), Judgement(verdict=Verdict.PASSED)),
        (
            report(PASS),
            Demands(threshold=50.5),
            Judgement(
                verdict=Verdict.FAILED, reasons=("50.00 % of the lines are covered, 50.5 % are demanded",)
            ),
        ),
        (
            SuiteReport(results=(result(PASS),)),
            Demands(threshold=1),
            Judgement(verdict=Verdict.FAILED, reasons=("0.00 % of the lines are covered, 1 % are demanded",)),
        ),
    ],
)
def test_a_run_is_judged_by_what_failed_what_was_skipped_what_ran_and_what_is_covered(
    run: SuiteReport, demands: Demands, judgement: Judgement
) -> None:
    assert judge(run, demands) == judgement


@pytest.mark.requirement("3.4.coverage")
def test_coverage_has_the_form_of_opas_with_ranges_of_lines_and_a_line_covered_once_is_covered() -> None:
    lines = {"b.rego": Lines({1, 2, 3, 7}, {3, 5, 6}), "a.rego": Lines(set(), set())}
    found = coverage_of(lines)
    assert found.model_dump() == {
        "files": {
            "a.rego": {
                "covered": (),
                "not_covered": (),
                "covered_lines": 0,
                "not_covered_lines": 0,
                "coverage": 100.0,
            },
            "b.rego": {
                "covered": (
                    {"start": {"row": 1}, "end": {"row": 3}},
                    {"start": {"row": 7}, "end": {"row": 7}},
                ),
                "not_covered": ({"start": {"row": 5}, "end": {"row": 6}},),
                "covered_lines": 4,
                "not_covered_lines": 2,
                "coverage": pytest.approx(200 / 3),
            },
        },
        "covered_lines": 4,
        "not_covered_lines": 2,
        "coverage": pytest.approx(200 / 3),
    }
    assert [str(rows) for rows in found.files["b.rego"].covered] == ["1-3", "7"]


def test_a_full_name_selects_a_test() -> None:
    assert result(PASS).full_name == "data.p.test_a"
