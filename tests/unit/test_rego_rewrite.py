"""Rego as OPA reads it becomes Rego that the engine reads, and every place in it leads back."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.adapters.rego.parsing import parse
from engine.adapters.rego.places import index_of, position
from engine.adapters.rego.rewrite.edits import Edit, Rewritten
from engine.adapters.rego.rewrite.templates import joined
from engine.adapters.rego.rewrite.text import rewrite
from engine.adapters.rego.rewrite.tokens import Kind, tokens_of

SOURCES = st.text(alphabet='$"`{}[].\\#\n aif=1%é', max_size=60)


def shown(text: str) -> str:
    """The expression `text` inside a template, as rewritten."""
    return f'[sprintf("%v %v", [__shown, __shown == set()]) | __shown := {text}]'


@pytest.mark.requirement("3.1.rewrite")
@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x := input.if.b", 'x := input["if"].b'),
        ("package a.default.b", 'package a["default"].b'),
        ("if.x := 1", "__keyword_if.x := 1"),
        ("p if not.x", "p if __keyword_not.x"),
        ('$""', '""'),
        ('$"a\\{b\\n"', '"a{b\\n"'),
        ('$"\\\\{1}"', f'internal.template_string(["\\\\", {shown("1")}, ""])'),
        ("$`a\\{\n%`", '"a{\\n%"\n'),
        ('$"a{1}b{x.in}"', f'internal.template_string(["a", {shown("1")}, "b", {shown("""x["in"]""")}, ""])'),
        ('$"{{1}}"', f'internal.template_string(["", {shown("{1}")}, ""])'),
        ("$`\n{1}\n`", f'internal.template_string(["\\n"\n, {shown("1")}, "\\n"\n])'),
    ],
)
def test_what_the_engine_does_not_read_is_said_in_its_words(source: str, text: str) -> None:
    assert rewrite(source, rego_v0=False).text == text


@pytest.mark.parametrize(
    "source",
    ['"a.if.b"', '`$"{x}"`', "# input.if\n", "x in .5", "if .x", "x.iffy", "$", '$"a\n"', "1.in"],
)
def test_what_is_no_such_construct_stays(source: str) -> None:
    assert rewrite(source, rego_v0=False).text == source


def test_new_keywords_are_names_in_the_old_language_until_imported() -> None:
    assert rewrite("if.x = 1", rego_v0=True).text == "if.x = 1"
    assert rewrite("import rego.v1\nif.x = 1", rego_v0=True).text == "import rego.v1\n__keyword_if.x = 1"
    assert rewrite("import future.keywords\nin.x", rego_v0=True).text.endswith("\n__keyword_in.x")


@pytest.mark.parametrize(
    ("source", "text", "rego_v0"),
    [
        ("import rego.v1\nx", "              \nx", False),
        ("import future.keywords.in# a", f"{' ' * 25}# a", False),
        ("import future.keywords.in", "import future.keywords.in", True),
        ("import rego.v1\nimport future.keywords.if", f"import rego.v1\n{' ' * 25}", True),
        ("import future.keywords.if as x", 'import future.keywords["if"] as x', True),
        ("import data.rego.v1", "import data.rego.v1", False),
    ],
)
def test_imports_of_keywords_that_are_there_are_blanked(source: str, text: str, *, rego_v0: bool) -> None:
    assert rewrite(source, rego_v0=rego_v0).text == text


@given(SOURCES)
def test_every_character_belongs_to_one_token(source: str) -> None:
    tokens = list(tokens_of(source))
    assert "".join(token.text for token in tokens) == source
    assert all(token.text and token.end == after.start for token, after in pairwise(tokens))


@given(st.text(alphabet='"`{}[].\\#\n aifx=1%é', max_size=60))
def test_a_source_without_the_constructs_stays(source: str) -> None:
    if not any(token.kind is Kind.NAME and token.text == "if" for token in tokens_of(source)):
        assert rewrite(source, rego_v0=False).text == source


@example(source="$`\n{")
@given(SOURCES)
def test_lines_stay_and_what_was_written_leads_back_to_itself(source: str) -> None:
    rewritten = rewrite(source, rego_v0=False)
    assert rewritten.text.count("\n") == source.count("\n")
    for token in tokens_of(rewritten.text):
        origin = rewritten.offset(token.start)
        assert 0 <= origin <= len(source)
        assert position(source, origin)[0] == position(rewritten.text, token.start)[0]


@given(st.text(alphabet="ab\n", max_size=30), st.lists(st.integers(0, 30), max_size=8))
def test_what_no_edit_touched_keeps_its_place(source: str, cuts: list[int]) -> None:
    marks = sorted({min(cut, len(source)) for cut in cuts})
    edits = [Edit(start, end, "XYZ\n") for start, end in list(pairwise(marks))[::2]]
    twice = Rewritten(source, edits).then([Edit(0, 0, "_")])
    for index, character in enumerate(twice.text):
        if character in "ab":
            assert source[twice.offset(index)] == character


@given(st.text(alphabet="ab\n", max_size=30), st.integers(0, 30))
def test_places_and_offsets_agree(source: str, index: int) -> None:
    index = min(index, len(source))
    assert index_of(source, *position(source, index)) == index
    assert Rewritten(source).place(*position(source, index)) == position(source, index)


def test_a_text_shows_its_values_and_what_has_none() -> None:
    assert joined(["a ", ["1 false"], " b ", [], "", ["{} true"]]) == "a 1 b <undefined>set()"
    with pytest.raises(ValueError, match="more than one value"):
        joined([["1 false", "2 false"]])


@pytest.mark.requirement("3.1.builtins")
@pytest.mark.parametrize(
    ("call", "equation"),
    [
        ('uri.parse("é, )", y)', 'y = uri.parse("é, )")'),
        ('io.jwt.decode(\n"a",\n[r, _,\n{"b": 1}],\n)', '[r, _, {"b": 1}] = io.jwt.decode(\n"a"\n\n\n)'),
        ("crypto.md5(crypto.md5(`a`), z) with input as 1", "z = crypto.md5(crypto.md5(`a`)) with input as 1"),
        ('[r | crypto.md5("a", r)] == []', '[r | r = crypto.md5("a")] == []'),
        ('crypto.md5("a") == z', 'crypto.md5("a") == z'),
        ('crypto.md5("a", z # it\n)', 'crypto.md5("a", z # it\n)'),
        ('count("a", z)', 'count("a", z)'),
    ],
)
def test_a_call_that_names_its_result_is_an_equation_where_the_engine_cannot_know_it(
    call: str, equation: str
) -> None:
    before, after = "package p\nx if {\n\tsome y, z\n\t", "\n\tz == 1\n}\n"
    parsed = parse(before + call + after, rego_v0=False)
    assert parsed.rewritten.text == before + equation + after
    assert parsed.rewritten.offset(len(before + equation) + 1) == len(before + call) + 1


def test_a_function_of_ones_own_keeps_its_operands() -> None:
    source = "package p\nany(a, b) := true\nx if {\n\tany([1], 2)\n}\n"
    assert parse(source, rego_v0=False).rewritten.text == source
    old = "package p\nx { any([true], z); z }\n"
    assert parse(old, rego_v0=True).rewritten.text == "package p\nx { z = any([true]); z }\n"
    own = "package p\nany(a, b) = true { a; b }\nx { any(1, 2) }\n"
    assert parse(own, rego_v0=True).rewritten.text == own
