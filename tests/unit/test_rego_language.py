"""What OPA's language has and the engine lacks: it means here what it means there, or is refused."""

import json

import pytest

from engine.adapters.rego.linking import link
from engine.adapters.rego.parsing import SourceRefused, parse

HOLDS = {"p": True}
NEGATED = "import future.keywords.not\n"
FUNCTIONS = "\nf(_) := 7\ng(x) := f(x)"


def values(source: str, *others: str) -> object:
    """The values of the package `t`, in which `source` is, with `others` beside it."""
    modules = {
        str(at): parse(text, rego_v0=False) for at, text in enumerate((f"package t\n{source}", *others))
    }
    linked = link(modules, rego_v0=False)
    assert [flaw for _, flaw in linked.flaws if flaw.blocking] == []
    engine = linked.engine.clone()
    engine.set_input_json('{"n": 1}')
    return json.loads(engine.eval_query_as_json("data.t"))["result"][0]["expressions"][0]["value"]


def codes(source: str) -> list[str]:
    try:
        modules = {"m": parse(f"package t\n{source}", rego_v0=False)}
    except SourceRefused as refused:
        return [refused.flaw.code]
    return [flaw.code for _, flaw in link(modules, rego_v0=False).flaws if flaw.blocking]


@pytest.mark.requirement("3.1.rewrite")
@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("not { false }", HOLDS),
        ("not {true}", {}),
        ("not { # never\n\tinput.n == 1\n\tinput.n == 2\n}", HOLDS),
        ("x := 2; not { x := 1; x == 3 }; x == 2", HOLDS),
        ("not { some x in [{1}, {2}]; x == {2} }", {}),
        ('not { $"{input.n}" == "2" }', HOLDS),
        ("not { not { true } }", HOLDS),
        ("not { not { not { false } } }; {1} == {1}", HOLDS),
        ("not { input.n == 2 } with input.n as 2", {}),
    ],
)
def test_a_negated_body_holds_where_the_body_never_does(body: str, found: object) -> None:
    assert values(f"{NEGATED}p if {{\n{body}\n}}") == found


def test_a_negated_body_may_be_a_rule_s_only_condition() -> None:
    assert values(f"{NEGATED}p if not {{ false }}") == HOLDS


@pytest.mark.parametrize(
    "body", ["not {1, 2}", 'not {"a": 1}', "not {}", "not { x }", "not { x := 1 }; x == 1"]
)
def test_what_is_no_negated_body_is_refused(body: str) -> None:
    assert codes(f"{NEGATED}p if {{ {body} }}") != []


@pytest.mark.requirement("3.1.rewrite")
@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("not a = 1; a = 2", HOLDS),
        ("not a = 2; a = 2", {}),
        ('not "é" = a[0]; a = ["é"]', {}),
        ("a = 2; not [a, 1] = [2, 2]", HOLDS),
        ("not input.n = 2", HOLDS),
        ("not [1, _] = [1, 3]", {}),
        ("x := {y | y := 1; not y = 2}; x == {1}", HOLDS),
    ],
)
def test_what_is_negated_gives_no_name_a_value(body: str, found: object) -> None:
    assert values(f"p if {{ {body} }}") == found


def test_a_name_that_only_a_negated_equality_has_is_refused() -> None:
    assert codes("p if { not a = 1 }") == ["unsafe"]


def test_without_the_import_there_are_no_negated_bodies() -> None:
    assert codes("p if { not { false; true } }") == ["syntax"]
    assert codes("import future.keywords.in\np if { not { false; true } }") == ["syntax"]


@pytest.mark.requirement("3.1.rewrite")
@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("f([1]) with f as count", 1),
        ('count([{}, {"b": 3}]) with count as object.union_n', {"b": 3}),
        ('g([1, 2]) with f as count with input as {"a": 1}', 2),
        ('concat(",", ["a", "b"]) with concat as split', None),
        ("f([1]) with f as own", 5),
    ],
)
def test_a_function_may_be_replaced_by_a_built_in(body: str, value: object) -> None:
    source = f"p := x if {{ x := {body} }}\nown(_) := 5{FUNCTIONS}"
    if value is None:
        with pytest.raises(RuntimeError, match="split"):
            values(source)
    else:
        found = values(source)
        assert isinstance(found, dict)
        assert found["p"] == value


def test_a_name_that_is_the_module_s_own_is_not_taken_for_the_built_in() -> None:
    assert values(f"p := x if {{ x := f(1) with f as count }}\ncount(_) := 5{FUNCTIONS}") == {"p": 5}
    assert values(f"p := x if {{ count := 4; x := f(1) with f as count }}{FUNCTIONS}") == {"p": 4}


@pytest.mark.parametrize("built_in", ["http.send", "walk", "time.now_ns", "no.such"])
def test_not_every_built_in_may_replace(built_in: str) -> None:
    assert codes(f"p if f(1) with f as {built_in}{FUNCTIONS}") == ["unsafe"]


@pytest.mark.requirement("3.1.rewrite")
def test_a_function_may_take_a_text_with_expressions() -> None:
    source = 'f($"{x} {input.n}", y) := y if {\n\tx = "a"\n} else := 0 if {\n\tx = "b"\n}\n'
    assert values(f'{source}p := f("a 1", 3)\nq := f("b 1", 3)\nr := f("c 1", 3)') == {"p": 3, "q": 0}


@pytest.mark.parametrize("function", ['f($"{input.n}") := 1', 'f($"{input.n}") := 1 if input.n == 1'])
def test_a_text_with_expressions_that_a_function_without_braces_takes_fails(function: str) -> None:
    with pytest.raises(RuntimeError, match="not scheduled"):
        values(f'{function}\np := f("1")')


def test_nobody_may_call_what_shows_a_text() -> None:
    assert codes('p := internal.template_string(["a"])') == ["unknown_function"]
    assert codes('p := internal["template_string"](["a"])') == ["unknown_function"]


def test_a_text_shows_the_empty_set_and_the_empty_object() -> None:
    assert values('p := $"{set()} {{}} {[set()]} { {1} }"') == {"p": "set() {} [{}] {1}"}


@pytest.mark.requirement("3.1.checks")
def test_a_path_with_an_open_segment_reads_what_the_others_leave() -> None:
    assert values('p := data[x].q.r if x := "other"', "package other\nq.r := 1\n") == {"p": 1}
    assert codes('p.q.r := data[x].p.q.r if x := "t"') == ["recursion"]
    assert codes('p.q.r := data[x].p if x := "t"') == ["recursion"]
    assert codes('p.q.r := data[x].p.q.r.s if x := "t"') == ["recursion"]
    assert codes('p.q.r := data[x].p.q.s if x := "t"') == []
