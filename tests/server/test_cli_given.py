"""JSON and text that callers give: as an argument, in a file, on stdin."""

import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.errors import InvalidInput
from server.cli.given import given_json, read_text

_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
_DOCUMENTS = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(_DOCUMENTS)
def test_every_json_document_comes_back_as_it_was(document: JsonValue) -> None:
    assert given_json(json.dumps(document), "config") == document


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is not JSON: Expecting value at line 1, column 1"),
        ("{'a': 1}", "it is not JSON: Expecting property name enclosed in double quotes at line 1, column 2"),
        ('{"a": NaN}', "it is not JSON: NaN is no JSON number"),
        ('{"a": 1e999}', "it is not JSON: 1e999 is too large for a number; give it as a string"),
        ('{"a": {"b": 1, "b": 1}}', "it is not JSON: the key 'b' stands twice in one object"),
        ("[" * 100_000, "it nests too deeply"),
        ("@/nowhere/x.json", "/nowhere/x.json cannot be read: No such file or directory"),
        ("@/", "/ cannot be read: Is a directory"),
        ("@", ". cannot be read: Is a directory"),
        ("@a\0b", "a\0b cannot be read: embedded null byte"),
    ],
)
def test_what_is_not_json_is_refused_with_field_reason_and_way_out(text: str, why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        given_json(text, "config")
    error = refused.value
    assert (error.message, error.field) == (why, "config")
    assert error.hint == "give JSON as it is, @FILE for a file, or - for stdin"


def test_a_file_and_stdin_say_the_same_as_an_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"a": "ö"}', encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes())))
    assert given_json(f"@{file}", "config") == given_json("-", "config") == {"a": "ö"}


def test_bytes_that_are_no_text_and_files_without_end_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(b'"\xff"')
    with pytest.raises(InvalidInput, match=r"is not UTF-8 \(byte 1\)"):
        given_json(f"@{file}", "config")
    with pytest.raises(InvalidInput, match="is larger than 16777216 bytes"):
        read_text(Path(os.devnull).with_name("zero"), "policy")
