"""The traps of the engine that a policy could fall into, and sources that no policy should be."""

import json

import pytest

from engine.adapters.rego.library import EvaluationFailed, RuleUndefined, evaluate, load
from engine.adapters.rego.linking import link
from engine.adapters.rego.parsing import SourceRefused, parse
from tests.unit.rego_stage import body, flaws


def said(source: str, policy_input: object = None, *, rego_v0: bool = False) -> object:
    module = load(source, rego_v0=rego_v0)
    assert [flaw for flaw in module.flaws if flaw.blocking] == []
    return evaluate(module, json.dumps(policy_input or {}))


def test_undefined_is_told_from_null_and_a_misspelt_rule_is_no_answer() -> None:
    with pytest.raises(RuleUndefined, match="allow"):
        said("package intent\nallow := {1} if input.n == 1\n")
    assert [code for _, _, code, _ in flaws("package intent\nalow contains 1\n")] == [
        "no_decision_rule",
        "near_miss",
    ]


def test_a_source_loaded_again_replaces_what_it_was() -> None:
    assert said('package intent\nallow contains "one"\n') == {"allow": ["one"]}
    assert said('package intent\nallow contains "two"\n') == {"allow": ["two"]}


def test_lines_may_be_long() -> None:
    assert said(f'package intent\nallow contains "a" {" " * 5_000}\n') == {"allow": ["a"]}


@pytest.mark.requirement("3.1.rewrite")
def test_what_is_imported_and_not_asked_for_is_not_evaluated() -> None:
    source = "package intent\nimport data.intent as own\nallow contains own.word\n"
    rules = 'word := "a"\nbroken := 1 / input.n\n'
    assert said(source + rules, {"n": 0}) == {"allow": ["a"]}


@pytest.mark.parametrize("name", ["count", "own"])
def test_a_local_name_is_not_taken_for_an_import(name: str) -> None:
    source = f'package intent\nimport data.intent.word as {name}\nallow contains {name}\nword := "a"\n'
    assert said(source) == {"allow": ["a"]}
    shadowed = f'package intent\nimport data.intent.word as {name}\nallow contains x if {{\n\t{name} := "b"\n'
    assert said(f'{shadowed}\tx := {name}\n}}\nword := "a"\n') == {"allow": ["b"]}


def test_an_unknown_function_is_found_though_nothing_reaches_it() -> None:
    assert flaws(body("\tfalse", "\tnowhere(1)"))[0][2] == "unknown_function"


def test_an_error_of_a_built_in_fails_the_policy() -> None:
    with pytest.raises(EvaluationFailed):
        said("package intent\ndeny contains 1 if not to_number(input.n)\n", {"n": "x"})


def test_fractions_are_binary_unlike_those_of_opa() -> None:
    rules = 'allow contains "equal" if 0.1 + 0.2 == 0.3\nallow contains "larger" if 0.1 + 0.2 > 0.3\n'
    room = 'allow contains "near" if abs((0.1 + 0.2) - 0.3) < 0.001\n'
    assert said(f"package intent\n{rules}{room}") == {"allow": ["larger", "near"]}


def test_negation_covers_the_whole_expression() -> None:
    source = 'package intent\nallow contains "a" if not f(input.missing)\nf(x) if x == 1\n'
    assert said(source) == {"allow": ["a"]}


@pytest.mark.requirement("3.1.rewrite")
def test_a_default_in_brackets_holds() -> None:
    source = "package intent\nallow contains x if some x in [a.if(1), a.if(20), b.not]\n"
    rules = "default a.if(_) := 42\na.if(x) := x if x < 10\ndefault b.not := 7\nb.not := 8 if input.n == 1\n"
    assert said(source + rules) == {"allow": [1, 7, 42]}
    assert said(source + rules, {"n": 1}) == {"allow": [1, 8, 42]}


@pytest.mark.requirement("3.1.rewrite")
@pytest.mark.parametrize(
    "call",
    [
        "net.cidr_intersects(input.a, input.b, x)",
        "net.cidr_intersects(\n\t\tinput.a,\n\t\tinput.b,\n\t\tx,\n\t)",
        'array.flatten(["é", [x]], ["é", true])',
    ],
)
def test_an_argument_may_take_a_result(call: str) -> None:
    source = f"package intent\nallow contains x if {{\n\tx = true\n\t{call}\n}}\n"
    assert said(source, {"a": "10.0.0.0/8", "b": "10.1.0.0/16"}) == {"allow": [True]}


@pytest.mark.requirement("3.1.rewrite")
@pytest.mark.parametrize(
    "statement",
    ["[path, value] := walk(input)", "[path, value] = walk(input)", "walk(input, [path, value])"],
)
def test_what_a_walk_finds_may_be_assigned(statement: str) -> None:
    source = f"package intent\nallow contains path if {{\n\t{statement}\n\tvalue == 7\n}}\n"
    assert said(source, {"a": [1, {"b": 7}]}) == {"allow": [["a", 1, "b"]]}


def test_the_value_of_a_walk_is_used_in_no_other_way() -> None:
    assert flaws(body("\tcount(walk(input)) == 1"))[0] == (
        4,
        8,
        "walk_value",
        "walk gives no value of its own here",
    )


@pytest.mark.requirement("3.1.versions")
def test_each_policy_says_which_language_it_is_in() -> None:
    old = 'package intent\ndeny[m] { m := sprintf("%v", [input.n]) }\n'
    assert said(old, {"n": 1}, rego_v0=True) == {"deny": ["1"]}
    assert [code for _, _, code, _ in flaws(old)] == ["syntax"]
    with pytest.raises(SourceRefused) as refused:
        parse(old, rego_v0=False)
    assert refused.value.flaw.hint == "write `if` before the body, or say with --rego-v0 that it is Rego v0"
    new = 'package intent\nimport rego.v1\ndeny contains "a" if input.n\n'
    assert said(new, {"n": 1}, rego_v0=True) == {"deny": ["a"]}
    assert said(new, {"n": 1}) == {"deny": ["a"]}
    mixed = "package intent\nimport future.keywords\nimport future.keywords.in\n"
    assert said(f"{mixed}deny contains x if some x in [1]\n", rego_v0=True) == {"deny": [1]}
    assert said("package intent\nallow[1] { any([true]) }\n", rego_v0=True) == {"allow": [1]}


@pytest.mark.requirement("3.6.bad-sources")
@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("package intent\nallow contains (\n", "syntax"),
        ("", "syntax"),
        ("#" * 300_000, "too_large"),
        (f"package intent\nallow contains {'[' * 5_000}\n", "too_deep"),
        (f"package intent\nallow contains {'1 | ' * 600}1\n", "too_deep"),
        ("package intent\nallow contains p\np := q\nq := p\n", "recursion"),
        ('package intent\nallow contains "\ud800"\n', "not_utf8"),
        ("package intent\nallow contains 1\0\n", "invalid_character"),
        ("package intent\nallow contains p\np := 1\np contains 2\n", "rule_conflict"),
        ("package intent\nallow contains p\ndefault p := 1\ndefault p := 2\n", "duplicate_default"),
    ],
)
def test_a_bad_source_is_refused_and_the_next_is_read(source: str, code: str) -> None:
    assert [flaw.code for flaw in load(source, rego_v0=False).flaws if flaw.blocking] == [code]
    assert said('package intent\nallow contains "a"\n') == {"allow": ["a"]}


def test_sources_that_see_each_other_are_checked_together() -> None:
    sources = {"a": "package a\nx := data.b.y\n", "b": "package b\ny := data.a.x\nz := data.a.f(1)\n"}
    linked = link({name: parse(text, rego_v0=False) for name, text in sources.items()}, rego_v0=False)
    found = [(name, flaw.code) for name, flaw in linked.flaws]
    assert found == [("b", "unknown_function"), ("a", "recursion")]
