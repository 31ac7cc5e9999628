"""Identifiers: UUIDv7, and the names that callers choose."""

from collections.abc import Callable
from contextlib import suppress
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import InvalidInput
from engine.core.ids import (
    parse_idempotency_key,
    parse_operation_id,
    parse_project_name,
    parse_resource_id,
    uuid7,
)
from engine.core.limits import IDEMPOTENCY_KEY_MAX_CHARS, PROJECT_NAME_MAX_CHARS, RESOURCE_ID_MAX_CHARS

TIMES = st.integers(0, 2**48 - 1)
BITS = st.integers(0, 2**74 - 1)


@given(TIMES, BITS)
def test_a_uuid7_says_its_version_variant_and_time(unix_ms: int, bits: int) -> None:
    made = uuid7(unix_ms, bits)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == unix_ms
    assert int.from_bytes(bytes.fromhex(made.hex[:12])) == unix_ms


@given(TIMES, BITS, TIMES, BITS)
def test_uuid7s_sort_as_their_times_do_and_never_collide(t1: int, b1: int, t2: int, b2: int) -> None:
    first, second = uuid7(t1, b1), uuid7(t2, b2)
    assert (first == second) == ((t1, b1) == (t2, b2))
    assert (str(first) < str(second)) == ((t1, b1) < (t2, b2))


def test_the_example_of_the_standard_comes_out() -> None:
    # RFC 9562, appendix A.6: rand_a 0xcc3, rand_b 0x18c4dc0c0c07398f.
    bits = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    assert uuid7(0x017F22E279B0, bits) == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


@pytest.mark.parametrize(("unix_ms", "bits"), [(-1, 0), (2**48, 0), (0, -1), (0, 2**74)])
def test_what_does_not_fit_is_refused(unix_ms: int, bits: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        uuid7(unix_ms, bits)


@given(TIMES, BITS)
def test_an_operation_id_is_read_in_any_spelling(unix_ms: int, bits: int) -> None:
    made = uuid7(unix_ms, bits)
    assert parse_operation_id(str(made)) == parse_operation_id(made.hex.upper()) == str(made)


HOSTILE = [
    "",
    " ",
    ".",
    "..",
    "../x",
    "a/../b",
    "/etc/passwd",
    "-rf",
    "--help",
    "a\x00b",
    "\x00",
    "a" * 100_000,
    "a\n",
    "a b",
    "a/b",
    "a\\b",
    "ä",
    "a\u202eb",
    "${x}",
    "a;b",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("parse", [parse_operation_id, parse_resource_id, parse_project_name])
def test_hostile_text_names_nothing(parse: Callable[[str], str], text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(text)
    assert caught.value.field in ("operation_id", "resource_id", "project")
    assert caught.value.hint
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("text", ["", "a b", "a\n", "\x7f", "ä", "k" * (IDEMPOTENCY_KEY_MAX_CHARS + 1)])
def test_an_idempotency_key_is_visible_ascii(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_idempotency_key(text)
    assert caught.value.field == "idempotency_key"


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_resource_id, "a" * RESOURCE_ID_MAX_CHARS),
        (parse_resource_id, "Logs-bucket_1"),
        (parse_project_name, "9" * PROJECT_NAME_MAX_CHARS),
        (parse_project_name, "web.prod-1_x"),
        (parse_idempotency_key, "!" * IDEMPOTENCY_KEY_MAX_CHARS),
    ],
)
def test_names_up_to_their_bounds_are_taken_as_they_stand(parse: Callable[[str], str], text: str) -> None:
    assert parse(text) == text


@pytest.mark.parametrize("text", ["1a", "_a", "-a", "a.b", "a" * (RESOURCE_ID_MAX_CHARS + 1)])
def test_a_resource_id_is_a_name_for_opentofu(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_resource_id(text)


@pytest.mark.requirement("2.3.values")
@given(st.text())
def test_any_text_is_a_name_or_invalid_input(text: str) -> None:
    for parse in (parse_operation_id, parse_resource_id, parse_project_name, parse_idempotency_key):
        with suppress(InvalidInput):
            assert parse(text).isascii()
