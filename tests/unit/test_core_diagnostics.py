"""Text from outside, made safe."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.diagnostics import Diagnostic, errors_text, sanitise
from engine.core.limits import UNTRUSTED_TEXT_MAX_CHARS

CUT = " …(cut)"


@given(st.text(st.characters()), st.integers(len(CUT), 40))
def test_safe_text_is_short_and_shows_everything_it_holds(text: str, longest: int) -> None:
    safe = sanitise(text, longest)
    assert len(safe) <= longest
    for character in safe:
        assert character in "\n\t" or unicodedata.category(character) not in {
            "Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"
        }  # fmt: skip


@given(st.text(st.characters(categories=["L", "N", "P", "S"], max_codepoint=0x10F)))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert sanitise(text) == text


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("a\x1b[31mb", r"a\u001b[31mb"),
        ("user\u202etxt.exe", r"user\u202etxt.exe"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("selector\ufe0f\U000e0101", r"selector\ufe0f\U000e0101"),
        ("filler\u3164\u115f\u034f", r"filler\u3164\u115f\u034f"),
        ("private\ue000 lone\ud800", r"private\ue000 lone\ud800"),
        ("\r\n\tkept", "\\u000d\n\tkept"),
        ("\u2028\x00\x7f\x85", r"\u2028\u0000\u007f\u0085"),
    ],
)
def test_what_would_not_be_seen_is_spelt(hostile: str, safe: str) -> None:
    assert sanitise(hostile) == safe


def test_text_is_cut_at_its_bound_and_says_so() -> None:
    assert sanitise("x" * 20, 20) == "x" * 20
    assert sanitise("x" * 21, 20) == "x" * 13 + CUT
    assert len(sanitise("x" * 10**6)) == UNTRUSTED_TEXT_MAX_CHARS


def test_a_cut_never_splits_an_escape() -> None:
    assert sanitise("ab\x00\x00\x00", 16) == "ab\\u0000" + CUT


def test_only_errors_are_told_a_line_each() -> None:
    said = [
        Diagnostic(severity="error", summary="No bucket", detail="it is\x00gone"),
        Diagnostic(severity="warning", summary="Deprecated"),
        Diagnostic(severity="error", summary="Then this"),
    ]
    assert errors_text(said) == "No bucket: it is\\u0000gone\nThen this"
    assert errors_text([]) == ""
