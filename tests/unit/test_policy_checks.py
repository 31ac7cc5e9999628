"""What is refused about a policy that parses. The sources here are harmless: they load in this process."""

import re

import pytest
from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.library import EvaluationFailed, evaluate, load
from engine.adapters.rego.vocabulary import BUILTINS, FORBIDDEN, OF_THE_ENGINE
from engine.adapters.rego.wire import Flaw
from tests.unit.rego_stage import body, flaws

SHADOW = "x is {} above; here it would be another"
UNSHOWN = " has no value outside the text that shows it"


@pytest.mark.parametrize(
    "source",
    [
        body(),
        body("\tsome tag in input.resource.tags", '\tstartswith(tag, "x")'),
        body("\tevery key, value in input.tags { lower(key) == value }"),
        body("\tinput.list[_].http.send == 1", "\tdata.intent.f(1) == 2") + "f(x) := y if y := x + 1\n",
        body("\tcount(f(1)) == 1") + "f(trace) := [trace]\n",
        body("\thelper.one(2) == 2") + "helper.one(x) := x\n",
        body("\tnames[_] == 1", "\tdata.intent.names[0] == 1") + "names := [1]\n",
        body("\tq.a == 1", "\tdata.intent.q[input.n] == 1") + 'q["a"] := 1\nq["b"] := q.a\n',
        "package intent\nimport rego.v1\nimport input.resource as r\nallow contains r.resource_id\n",
        "package spacelift\nimport data.spacelift.f as g\nallow contains g(1)\nf(x) := x\n",
        body() + "x := [y | some y in z] if z = input.plan\nv[w] := w if input.plan[w] == 1\n",
        "package intent\nwarn contains x if some x in deny\ndeny contains y[_]\ny := {1 | input.n}\n",
        "package intent\nf(names) := names\nnames := f(1)\nallow contains names\n",
        "package intent\ndefault allow := []\nallow := [1] if input.n == 1\nsample := false\n",
    ],
)
def test_sound_policies_pass(source: str) -> None:
    assert flaws(source) == []


def test_the_old_language_passes_only_by_its_flag() -> None:
    source = (
        "package spacelift\nimport future.keywords.in\ndeny[m] { m := input.n; m in [1] }\nsample = true\n"
    )
    assert flaws(source, rego_v0=True) == []
    assert flaws("package intent\ndeny[m] { m := 1 }\n") == [
        (2, 9, "syntax", "`if` keyword is required before rule body")
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("package intents\nallow contains 1\n", (1, 1, "wrong_package", "the package is intents")),
        ("package intent.aws\nallow contains 1\n", (1, 1, "wrong_package", "the package is intent.aws")),
        (
            "package intent\ndney contains 1\n",
            (1, 1, "no_decision_rule", "none of the rules deny, allow, review, warn is defined"),
        ),
        (
            "package intent\nallow contains 1\ndeny(x) := x\n",
            (3, 1, "rule_is_function", "deny is a function"),
        ),
        (body("\tsnd(1)"), (4, 2, "unknown_function", "there is no function snd")),
        (body('\tx := "é"; snd(x)'), (4, 12, "unknown_function", "there is no function snd")),
        (body("\tdata.lib.bad(1)"), (4, 2, "unknown_function", "there is no function data.lib.bad")),
        (body("\tdata.intent.bad(1)"), (4, 2, "unknown_function", "there is no function data.intent.bad")),
        (body("\tnames(1)") + "names := 1\n", (4, 2, "unknown_function", "names is a rule, no function")),
        (body("\tinput.a == data.lib.x"), (4, 13, "unknown_data", "data.lib.x does not exist")),
        (
            "package intent\nimport data.lib as l\nallow contains 1\n",
            (2, 1, "unknown_data", "data.lib does not exist"),
        ),
        (body("\tdata.intent.nmes == 1"), (4, 2, "unknown_data", "data.intent.nmes does not exist")),
        (body("\tnothing == 1"), (4, 2, "unsafe", "use of undefined variable `nothing` is unsafe")),
        (body() + "x := nothing\n", (6, 6, "unsafe", "nothing has no value")),
        (body() + "x := [y, z] if y := 1\n", (6, 10, "unsafe", "z has no value")),
        (body() + "x[y] := 1\n", (6, 3, "unsafe", "y has no value")),
        (body() + "x := 1 if input.plan\nelse := y\n", (7, 9, "unsafe", "y has no value")),
        (body("\tf(1)") + "f(x) := g(x)\ng(x) := f(x)\n", (7, 1, "recursion", "recursion: f → g → f")),
        (body("\tf(1)") + "f(x) := data.intent.f(x)\n", (7, 1, "recursion", "recursion: f → f")),
        (body("\tp == 1") + "p := q\nq := p\n", (7, 1, "recursion", "recursion: p → q → p")),
        (body("\tdata.intent[input.n] == 1"), (3, 1, "recursion", "recursion: deny → deny")),
        (body() + "q.a := q\n", (6, 1, "recursion", "recursion: q.a → q.a")),
        ("package intent\nallow contains \n", (3, 1, "syntax", "expecting expression")),
        (body("\tcount(1, 2, 3)"), (4, 2, "wrong_arity", "count takes 1 argument, not 3")),
        (body("\tinput.x == count(1, 2)"), (4, 13, "wrong_arity", "count takes 1 argument, not 2")),
        (body("\tf(1)") + "f(x, y) := x + y\n", (4, 2, "wrong_arity", "f takes 2 arguments, not 1")),
        (
            body('\tx := "a"; floor(x) == 1'),
            (4, 12, "wrong_kind", "argument 1 of floor is a string, not a number"),
        ),
        (
            body("\tany([true])"),
            (4, 2, "deprecated_builtin", "any is no part of the language any more"),
        ),
        (
            body("\tx := 1", "\tx := 2"),
            (5, 2, "declared_twice", SHADOW.format("declared")),
        ),
        (body("\tx == 1", "\tx := 2"), (5, 2, "declared_twice", SHADOW.format("used"))),
        (
            body("\tf(1)") + "f(x) := 1 if x := 2\n",
            (7, 14, "declared_twice", "x is an argument; here it would be another"),
        ),
        (body("\tsome x"), (4, 7, "unused_some", "x is never used")),
        (body("\tnot x := 1"), (4, 2, "assignment_in_not", "`not` cannot assign")),
        (body("\tinput.x := 1"), (4, 2, "assignment_target", "`:=` assigns to names only")),
        (
            body("\tf := 1; f(2)") + "f(x) := x\n",
            (4, 10, "shadowed_function", "f is a local name here, no function"),
        ),
        (body("\tx := 1 with y as 2; x"), (4, 14, "with_target", "`with` cannot replace y")),
        (
            body('\t$"{input.x[_]}" == "a"'),
            (4, 13, "undeclared", "_" + UNSHOWN),
        ),
        (
            body('\t$"{input[i]}" == "a"'),
            (4, 11, "undeclared", "i" + UNSHOWN),
        ),
        (body() + "x := 1\nx contains 2\n", (7, 1, "rule_conflict", "x is defined as a set and as a value")),
        (
            body() + "x := 1\nx(y) := y\n",
            (7, 1, "rule_conflict", "x is defined as a function of 1 and as a value"),
        ),
        (body() + "x := 1\nx := 2\n", (6, 1, "rule_conflict", "x has several values that all hold always")),
        (body() + "x := 1\nx.y := 2\n", (6, 1, "rule_conflict", "x is a value, and x.y would be inside it")),
        (body() + "default x := 1\ndefault x := 2\n", (7, 9, "duplicate_default", "x has 2 defaults")),
        (
            body() + "__keyword_if := 1\n",
            (6, 1, "reserved_name", "__keyword_ has a meaning of its own"),
        ),
        (
            "package intent\nimport input.a\nimport input.b as a\nallow contains a\n",
            (3, 1, "duplicate_import", "two imports are called a"),
        ),
    ],
)
@pytest.mark.requirement("3.1.checks")
def test_what_cannot_work_is_refused_with_its_place(source: str, found: tuple[int, int, str, str]) -> None:
    assert found in flaws(source)


@pytest.mark.requirement("3.1.checks")
@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["\tx := 1"], (4, 2, "unused_local", "x is never used")),
        (["\tcount([y | x := 1; y := 2]) == 1"], (4, 13, "unused_local", "x is never used")),
    ],
)
def test_what_nobody_needs_is_a_warning(lines: list[str], found: tuple[int, int, str, str]) -> None:
    module = load(body(*lines), rego_v0=False)
    assert [flaw[:4] for flaw in module.flaws] == [found]
    assert module.engine is not None


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_forbidden_functions_are_refused_however_they_are_used(name: str) -> None:
    call = f"{name}({', '.join('1' * (FORBIDDEN[name].arity or 0))})"
    expected = (4, 9, "forbidden_builtin", f"{name} is forbidden")
    assert flaws(body(f"\t[1] == {call}")) == [expected]
    assert expected[2:] in [flaw[2:] for flaw in flaws(body(f"\tcount([1]) == 1 with count as {name}"))]
    assert expected[2:] in [flaw[2:] for flaw in flaws(body(f"\tx := [y | y := {{1: {call}}}]"))]


@pytest.mark.parametrize(
    "name", sorted(name for name, forbidden in FORBIDDEN.items() if forbidden.arity is not None)
)
def test_forbidden_functions_fail_even_where_the_check_is_passed_by(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.rego.checks.policy.flaws_of_forbidden", lambda _: [])
    arguments = ", ".join("1" * (FORBIDDEN[name].arity or 0))
    module = load(body(f"\t{name}({arguments})"), rego_v0=False)
    with pytest.raises(EvaluationFailed, match=re.escape(f"{name}: it is forbidden; ")):
        evaluate(module, "{}")


def test_a_blocked_module_is_never_evaluated() -> None:
    with pytest.raises(ValueError, match="refused"):
        evaluate(load("package other\n", rego_v0=False), "{}")


def test_an_import_that_nothing_uses_is_told_after_what_blocks() -> None:
    source = "package intent\nimport input.resource as r\nallow contains 1 if snd(1)\n"
    assert load(source, rego_v0=False).flaws == (
        Flaw(
            3,
            21,
            "unknown_function",
            "there is no function snd",
            "define it in this policy; the docs list the built-ins",
        ),
        Flaw(2, 1, "unused_import", "r is never used", "remove the import", blocking=False),
    )
    assert load(source.replace("snd", "abs"), rego_v0=False).engine is not None


def test_an_expression_too_deep_for_the_checks_is_refused() -> None:
    assert [flaw[2] for flaw in flaws(f"package intent\nallow contains {'1 | ' * 600}1\n")] == ["too_deep"]


def test_the_nearest_name_is_offered() -> None:
    assert load(body("\tstartwith(input.plan, 1)"), rego_v0=False).flaws == (
        Flaw(4, 2, "unknown_function", "there is no function startwith", "did you mean startswith?"),
    )


def test_the_list_of_functions_is_what_this_build_has() -> None:
    def known(name: str) -> bool:
        engine = Engine()
        engine.add_policy("probe", f"package probe\nx if {name}()\n")
        try:
            engine.eval_query_as_json("data.probe.x")
        except RuntimeError as refused:
            return "could not find function" not in str(refused)
        return True

    assert [name for name in sorted(OF_THE_ENGINE) if not known(name)] == []
    assert not BUILTINS & FORBIDDEN.keys()
    assert not known("crypto.sha256")
