"""Literals and comments: nothing that is given can become code, end a line or leave its quotes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.hcl.literals import comment, key, quoted, template

TEXTS = st.lists(st.sampled_from(["${", "%{", "$", "%", "{", '"', "\\", "\n"]) | st.text(max_size=3)).map(
    "".join
)
_ESCAPE = re.compile(r'\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|([nrt"\\]))')
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@given(TEXTS)
def test_a_quoted_text_reads_back_as_itself(text: str) -> None:
    assert _read(quoted(text)) == text


@given(TEXTS)
def test_a_key_reads_back_as_itself(text: str) -> None:
    written = key(text)
    assert (_read(written) if written.startswith('"') else written) == text


@given(TEXTS)
def test_a_template_yields_its_text(text: str) -> None:
    written = template(text)
    if written.startswith('${"'):
        assert _read(written[2:-1]) == text
    else:
        assert _without_templates(written) == text


@pytest.mark.parametrize("text", ["\r$${x}", "\ufeff%{x}"])
def test_a_text_that_opentofu_misreads_in_json_is_quoted_in_an_interpolation(text: str) -> None:
    assert template(text) == f"${{{quoted(text)}}}"


@given(st.text())
def test_a_comment_stays_on_its_line(text: str) -> None:
    written = comment(text)
    assert written.startswith("# ")
    assert len(written.splitlines()) == 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]", written)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", '"plain"'),
        ('${file("/etc/hostname")}', r'"$${file(\"/etc/hostname\")}"'),
        ("$${x}", '"$$${x}"'),
        ("%{ if true }", '"%%{ if true }"'),
        ("a\nb\t\\", r'"a\nb\t\\"'),
        ("\u202e\U000e0001", r'"\u202e\U000e0001"'),
    ],
)
def test_a_text_is_quoted_readably(text: str, expected: str) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name", "Name"),
        ("for", '"for"'),
        ("null", '"null"'),
        ("a-b", '"a-b"'),
        ("Größe", '"Größe"'),
        ("名前", '"名前"'),
        ("e\u0301", r'"e\u0301"'),
        ("\u1100\u1161", r'"\u1100\u1161"'),
    ],
)
def test_a_key_is_bare_where_it_can_be(text: str, expected: str) -> None:
    assert key(text) == expected


def _read(written: str) -> str:
    """Read a quoted string as the specification says; a quote or a line end inside would end it."""
    inner = written[1:-1]
    assert written[0] == written[-1] == '"'
    assert '"' not in _ESCAPE.sub("", inner)
    assert len(written.splitlines()) == 1
    return _ESCAPE.sub(_character, _without_templates(inner))


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _PLAIN[match[3]]


def _without_templates(text: str) -> str:
    """Undo the doubling; a lone `${` or `%{` would be a template."""
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", text)
    return re.sub(r"([$%])\1\{", r"\1{", text)
