"""Templates, globs and URIs, as a policy has them. Expected values are those of OPA unless a test says so."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.rego.builtins import globs, template_values, uris
from engine.adapters.rego.builtins.operands import BuiltinFailed
from engine.adapters.rego.builtins.templates import render_template
from tests.unit.builtin_stage import refusal_of, value_of

DATA = {
    "n": 5,
    "s": "hi",
    "e": "",
    "l": [1, "a", None, [2]],
    "m": {"b": 1, "a": {"x": "y"}},
    "nil": None,
    "t": True,
    "el": [],
}


@pytest.mark.requirement("3.1.builtins")
@pytest.mark.parametrize(
    ("template", "made"),
    [
        ("plain <no value>", "plain <undefined>"),
        ("{{.s}} {{.n}} {{.t}} {{.nil}} {{.x}} {{.x.y}}", "hi 5 true <undefined> <undefined> <undefined>"),
        ("{{.l}}{{.m}}", "[1 a <nil> [2]]map[a:map[x:y] b:1]"),
        ("{{.m.a.x}}{{$.s}}{{(index .m `a`).x}}", "yhiy"),
        ("{{if .e}}a{{else if .s}}b{{else}}c{{end}}", "b"),
        ("{{if .x}}a{{else}}{{if not .e}}b{{end}}{{end}}", "b"),
        ("{{with .e}}a{{else with .s}}{{.}}{{end}}{{with $y := .n}}{{$y}}{{end}}", "hi5"),
        ("{{range $i, $e := .l}}{{if $i}},{{end}}{{$e}}{{end}}", "1,a,<undefined>,[2]"),
        ("{{range $k, $v := .m}}{{$k}}={{$v}};{{end}}", "a=map[x:y];b=1;"),
        ("{{range .el}}x{{else}}none{{end}}{{range .nil}}x{{else}}none{{end}}", "nonenone"),
        ("{{range 3}}{{.}}{{end}}{{range $v := .l}}{{break}}{{end}}", "012"),
        ("{{range .l}}{{if .}}{{.}}{{else}}{{continue}}{{end}};{{end}}", "1;a;[2];"),
        ("{{$x := .s}}{{if true}}{{$x := 1}}{{$x = 2}}{{$x}}{{end}}{{$x}}", "2hi"),
        ("a {{- .s -}} b {{/* c */ -}}  c", "ahib c"),
        ('{{.s | printf "%s-%v" "x"}}', "x-hi"),
        ('{{printf "%5.2f|%-5d|%05d|%x|%t|%q|%%" 1.5 3 4 255 true "a"}}', ' 1.50|3    |00004|ff|true|"a"|%'),
        ('{{print 1 2 "a" "b" 3}}{{println .s}}', "1 2ab3hi\n"),
        ('{{and .s 0 1}}{{or .e .s}}{{eq .s "a" "hi"}}{{ne .s "x"}}', "0hitruetrue"),
        ('{{lt 1 2}}{{le 1 1}}{{gt "b" "a"}}{{ge 2 1}}{{eq .nil nil}}', "truetruetruetruetrue"),
        ('{{eq .n "5"}}{{len "é"}}{{len .l}}{{index .l 3 0}}{{index .m "zz"}}', "true242<undefined>"),
        (r"""{{"a\n\"\u00e9\x41"}}{{`r\n`}}{{'a'}}""", 'a\n"éAr\\n97'),
    ],
)
def test_a_template_is_filled_in_as_go_does(template: str, made: str) -> None:
    assert value_of("strings.render_template(input.t, input.d)", {"t": template, "d": DATA}) == made


def test_numbers_in_a_template_are_written_as_go_does() -> None:
    numbers = "{{0x10}} {{-1_000}} {{1e3}} {{1e6}} {{1234567.5}} {{0.0001}} {{0.00001}} {{0.0}}"
    assert render_template(numbers, {}) == "16 -1000 1000 1e+06 1.2345675e+06 0.0001 1e-05 0"


@pytest.mark.parametrize(
    "template",
    [
        "{{", "{{}}", "{{end}}", "{{else}}", "{{if .t}}", "{{if}}x{{end}}",
        "{{if .t}}{{else}}{{else}}{{end}}",
        "{{.a.}}", "{{.s .t}}", "{{nil}}", "{{$y}}", "{{$y = 1}}", "{{$a, $b := .m}}",
        "{{1 := 2}}", "{{.s.y}}",
        "{{.nil.y}}", "{{break}}", "{{(.s}}", "{{.s)}}", "{{,}}", "{{|}}", "{{.s | .t}}",
        '{{"a".x}}', "{{017}}",
        "{{1e400}}", "{{99999999999999999999}}", r'{{"\ud800"}}', r'{{"\z"}}', "{{range .s}}{{end}}",
        "{{eq .n 5}}", "{{eq 1 1.0}}", "{{eq .l .l}}", "{{eq 1}}", "{{lt .t true}}",
        "{{len 3}}", "{{len .nil}}",
        "{{index .l 9}}", "{{index .l .n}}", "{{not 1 2}}", "{{foo}}", "{{html .s}}", '{{define "a"}}{{end}}',
        '{{printf "%d" .n}}', '{{printf "%s"}}', '{{printf "a" 1}}', "{{printf 1}}", "{{and}}",
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_filled_in_is_an_error(template: str) -> None:
    with pytest.raises(BuiltinFailed, match="template"):
        render_template(template, DATA)


@pytest.mark.parametrize(
    "template",
    [
        "{{range 100000}}0123456789{{end}}",
        "{{$x := `0123456789`}}{{range 1000}}{{$x = print $x $x}}{{end}}",
        "{{printf `%9999d%9999d` 1 1}}{{range 99}}{{printf `%9999d` 1}}{{end}}",
    ],
)
def test_a_template_makes_no_more_than_its_bound(template: str) -> None:
    with pytest.raises(BuiltinFailed, match="the template makes more than 262144 characters"):
        render_template(template, {})


def test_a_template_takes_no_sets() -> None:
    assert "operand 2 holds a set" in refusal_of('strings.render_template("", {"a": {1}})')
    assert "operand 2 must be object" in refusal_of('strings.render_template("", [])')


@given(st.text('{}-. sif$x:=|()end"`1\n', max_size=40))
def test_any_text_is_a_template_or_an_error(template: str) -> None:
    try:
        made = render_template(template, {"s": "x"})
    except BuiltinFailed as refused:
        made = str(refused)
    assert "{{" in template or made == template


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_in_a_template_is_the_number(number: float) -> None:
    assert float(template_values.shown(number)) == number


@pytest.mark.requirement("3.1.builtins")
@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        ("a.a.[0-9]+z", ".b.b2359825792*594823z", True),
        ("[a-z]+", "[0-9]*", False),
        (r"[a-z]+\[[0-9]+\]", r"foo\[1\]", True),
        ("a*", "b*", False),
        ("a*", "", False),
        ("", "", True),
        ("[]", "a", False),
        ("[a-cx]", "x", True),
        # OPA misses these three.
        ("b", "b+a*", True),
        ("b", "..*", True),
        ("a", ".+.+", False),
    ],
)
def test_two_globs_meet_where_a_string_matches_both(one: str, other: str, *, meets: bool) -> None:
    assert value_of("regex.globs_match(input[0], input[1])", [one, other]) is meets
    assert value_of("regex.globs_match(input[1], input[0])", [one, other]) is meets


@pytest.mark.parametrize("glob", ["+", "a**", "]", "[a", "[-a]", "[a-]", "[b-a]", "[a--b]", "\\", "[a\\"])
def test_what_is_no_glob_is_an_error(glob: str) -> None:
    with pytest.raises(BuiltinFailed, match="operand 2"):
        globs.globs_match("a", glob)


STEPS = st.lists(st.sampled_from(["a", "b", ".", "[ab]", "a*", "b+", ".*", "[a-c]+"]), max_size=5).map(
    "".join
)


@given(STEPS, st.text("abc", min_size=1, max_size=5))
def test_a_glob_meets_a_word_where_it_matches_it(glob: str, word: str) -> None:
    assert globs.globs_match(glob, word) == bool(re.fullmatch(glob, word))


@pytest.mark.requirement("3.1.builtins")
@pytest.mark.parametrize(
    ("uri", "parts"),
    [
        (
            "HTTPS://u:p@c.de:8080/a%2Fb?q=1#top",
            "scheme=https hostname=c.de port=8080 path=/a/b raw_path=/a%2Fb raw_query=q=1 fragment=top",
        ),
        ("http://[fe80::1%25en0]:1/", "scheme=http hostname=fe80::1%en0 port=1 path=/ raw_path=/"),
        ("http://foo]bar", "scheme=http hostname=foo]bar"),
        ("mailto:a@b?x", "scheme=mailto raw_query=x"),
        ("//host/p", "hostname=host path=/p raw_path=/p"),
        ("///p", "path=///p raw_path=///p"),
        ("/a%21%C3%A9", "path=/a!é raw_path=/a!é"),
        ("/a%20b", "path=/a b raw_path=/a b"),
        ("*", "path=* raw_path=*"),
        ("?", ""),
        ("", ""),
    ],
)
def test_a_uri_has_the_parts_that_go_sees(uri: str, parts: str) -> None:
    expected = dict(re.findall(r"(\w+)=(.*?)(?= \w+=|$)", parts))
    assert value_of("uri.parse(input)", uri) == expected
    assert value_of("uri.is_valid(input)", uri) is bool(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "http://exa%6dple.com/", "http://a<b@c/", "http://user name@c/", "http://c:٣٤/",
        "http://[invalid", "http://[1.2.3.4]/",
        "http://a[::1]/", "http://[::1]x/", "http://[::1%25%41]/", "http://a:1:2/",
        ":a", "1:b", "/%zz", "a\n",
        "http://a%/", "http://u%zz@c/", "#%", "http://^/",
    ],
)  # fmt: skip
def test_what_is_no_uri_is_an_error(uri: str) -> None:
    assert uris.is_valid(uri) is False
    with pytest.raises(BuiltinFailed):
        uris.parse(uri)


def test_a_number_is_no_uri() -> None:
    assert uris.is_valid(1) is False
