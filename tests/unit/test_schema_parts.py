"""A provider's schema taken apart as text, and what a process keeps of it in memory."""

import gc
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.tofu import schema_file
from engine.adapters.tofu.kept import Kept
from engine.adapters.tofu.schema_text import Kind, Part, parts
from engine.testing.large_schema import large_schema
from engine.testing.strategies import json_objects

_NAMES = st.text(max_size=6)
_TYPES = st.none() | st.dictionaries(_NAMES, json_objects, max_size=4)
_OF = "registry.example.com/ns/name"


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "provider": json_objects,
            "resource_schemas": _TYPES,
            "data_source_schemas": _TYPES,
            "functions": _TYPES,
        },
    ),
    st.dictionaries(_NAMES, json_objects, max_size=2),
    st.sampled_from([None, 1]),
)
def test_the_parts_of_a_document_are_what_a_json_reader_finds_there(
    provider: dict[str, Any], others: dict[str, Any], indent: int | None
) -> None:
    document = {"provider_schemas": {**others, _OF: provider, "z": others}, "format_version": "1.0"}
    found: dict[Kind, dict[str, Any]] = {kind: {} for kind in Kind}
    for part in parts(json.dumps(document, indent=indent, ensure_ascii=False), _OF):
        found[part.kind][part.name] = json.loads(part.text)
    assert found == {
        Kind.SETTINGS: {"": provider["provider"]} if "provider" in provider else {},
        Kind.RESOURCE: provider.get("resource_schemas") or {},
        Kind.DATA_SOURCE: provider.get("data_source_schemas") or {},
    }


_WHOLE = json.dumps(
    {"provider_schemas": {_OF: {"provider": {"a": 1}, "resource_schemas": {"t": {}, "u": {}}}}}
)


@pytest.mark.parametrize("end", range(len(_WHOLE)))
def test_a_document_that_ends_early_is_refused(end: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(parts(_WHOLE[:end], _OF))


@pytest.mark.parametrize(
    "text", [_WHOLE + "x", _WHOLE.replace('"t"', "1"), _WHOLE.replace(",", ";"), "{1: 2}"]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(parts(text, _OF))


@pytest.mark.requirement("5.3.bounded")
def test_taking_a_large_schema_apart_needs_little_more_memory_than_one_part() -> None:
    document = "".join(large_schema(_OF, resources=150))
    longest = max(len(part.text) for part in parts(document, _OF))
    gc.collect()
    tracemalloc.start()
    for _ in parts(document, _OF):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # One part as text and as objects, and never the document: objects take some ten times their text.
    assert 20 * longest < len(document)
    assert peak < len(document)


def test_what_is_written_is_read_again_and_nothing_else_lies_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    schema_file.write(path, "x", [Part(Kind.SETTINGS, "", '{"a": "é"}'), Part(Kind.RESOURCE, "t", "[1]")])
    with path.open("rb") as file:
        index = schema_file.indexed(file, "x").index
        assert index.names(Kind.RESOURCE) == ("t",)
        assert index.names(Kind.DATA_SOURCE) == ()
        assert schema_file.read(file, index.places[Kind.SETTINGS][""]) == ({"a": "é"}, 11)
        assert schema_file.read(file, index.places[Kind.RESOURCE]["t"]) == ([1], 3)
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_breaks_off_is_not_there(tmp_path: Path) -> None:
    def broken() -> Iterator[Part]:
        yield Part(Kind.RESOURCE, "t", "[1]")
        raise ValueError("torn")

    with pytest.raises(ValueError, match="torn"):
        schema_file.write(tmp_path / "file", "x", broken())
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_could_not_be_read_again_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_file, "SCHEMA_PART_MAX_BYTES", 3)
    with pytest.raises(ValueError, match="more than 3 bytes"):
        schema_file.write(tmp_path / "file", "x", [Part(Kind.RESOURCE, "t", "[12]")])


def test_a_part_that_unpacks_to_more_than_allowed_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema_file.write(tmp_path / "file", "x", [Part(Kind.RESOURCE, "t", "[12]")])
    monkeypatch.setattr(schema_file, "SCHEMA_PART_MAX_BYTES", 3)
    with (tmp_path / "file").open("rb") as file, pytest.raises(schema_file.Damaged):
        schema_file.read(file, schema_file.indexed(file, "x").index.places[Kind.RESOURCE]["t"])


@pytest.mark.requirement("5.3.bounded")
def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    kept: Kept[str, int] = Kept(10)
    for name, size in {"a": 4, "b": 4}.items():
        kept.put(name, size, size)
    assert kept.get("a") == 4
    kept.put("c", 4, 4)
    assert [kept.get(name) for name in "abc"] == [4, None, 4]
    kept.put("huge", 11, 11)
    kept.put("a", 5, 6)
    assert [kept.get(name) for name in ("a", "c", "huge")] == [5, 4, None]
    kept.put("c", 1, 11)
    assert [kept.get(name) for name in ("a", "c")] == [5, None]


@pytest.mark.requirement("5.3.damaged")
def test_a_part_in_the_place_of_another_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "file"
    schema_file.write(path, "x", [Part(Kind.RESOURCE, "t", "[1]"), Part(Kind.RESOURCE, "u", "[2]")])
    with path.open("rb") as file:
        places = schema_file.indexed(file, "x").index.places[Kind.RESOURCE]
    whole, (one, other) = path.read_bytes(), (places["t"], places["u"])
    path.write_bytes(
        whole[: one.offset]
        + whole[other.offset : other.offset + other.length]
        + whole[one.offset + one.length :]
    )
    with path.open("rb") as file:
        with pytest.raises(schema_file.Damaged):
            schema_file.read(file, one)
        assert schema_file.read(file, other) == ([2], 3)
