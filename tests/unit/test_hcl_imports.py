"""What a plan with import blocks says of them."""

import pytest

from engine.core.hcl.configuration import ImportBlock
from engine.core.hcl.imports import refused, with_changes, without_refused

LOGS = ImportBlock("aws_s3_bucket.logs", "logs-id")
LOGS_2 = ImportBlock("aws_s3_bucket.logs-2", "other-id")
NOTE = ImportBlock("aws_s3_bucket_object.note", "note.txt")
ALL = (LOGS, LOGS_2, NOTE)
OTHER_ID = "the import of its type takes another id; the provider's documentation of the type names it"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "resource aws_s3_bucket_object doesn't support import",
            {NOTE.address: "its type cannot be imported"},
        ),
        (
            'Cannot import non-existent remote object: an object to "aws_s3_bucket.logs", the provider',
            {LOGS.address: "the cloud has no object with its id"},
        ),
        (
            'unexpected format of ID ("other-id"), expected <a>/<b>',
            {LOGS_2.address: OTHER_ID},
        ),
        ("error reading aws_s3_bucket.logs (logs-id): connection refused", {}),
        ("a type of somebody else doesn't support import", {}),
        ("", {}),
    ],
)
def test_a_refusal_is_read_from_the_words_that_name_it(words: str, expected: dict[str, str]) -> None:
    assert refused(ALL, f"something else\n{words}") == expected


def test_a_refused_import_is_a_comment() -> None:
    kept, other = without_refused((LOGS, NOTE), {NOTE.address: "why"})
    assert kept == LOGS
    assert other == ImportBlock(
        NOTE.address,
        None,
        (
            "aws_s3_bucket_object.note has no import block: why.",
            "A plan without the exported state creates it anew.",
        ),
    )


@pytest.mark.parametrize(
    ("change", "comments"),
    [
        ({"actions": ["no-op"], "before": {"a": None}, "after": {"a": []}, "after_unknown": {}}, ()),
        (
            {"actions": ["update"], "before": {"a": "1"}, "after": {"a": "1"}, "after_unknown": {}},
            ("The plan after this import shows an update that only marks values as sensitive.",),
        ),
        (
            {
                "actions": ["update"],
                "before": {"b": None, "a": {"x": 1}, "version": 1, "new": None},
                "after": {"b": True, "a": {"x": 2}},
                "after_unknown": {"version": True, "new": True, "a": {}},
            },
            (
                "The provider cannot read these back, so the plan after this import sets them: b.",
                "The plan after this import changes what is otherwise now: a.",
                "The provider computes these anew with that change: version.",
            ),
        ),
        (
            {
                "actions": ["delete", "create"],
                "before": {"a": "1"},
                "after": {"a": "2"},
                "after_unknown": {},
                "replace_paths": [["a"], []],
            },
            (
                "WARNING: the plan after this import replaces the object, because of a.",
                "The plan after this import changes what is otherwise now: a.",
            ),
        ),
        (
            {"actions": ["delete", "create"], "before": {"a": "1"}, "after": {"a": "1"}},
            ("WARNING: the plan after this import replaces the object, because of its provider.",),
        ),
    ],
)
def test_an_import_names_what_would_change_after_it(
    change: dict[str, object], comments: tuple[str, ...]
) -> None:
    dropped = ImportBlock(NOTE.address, None, ("kept",))
    found = with_changes((LOGS, dropped), {LOGS.address: change})  # type: ignore[dict-item]  # JSON in a parameter list
    assert found == (ImportBlock(LOGS.address, LOGS.object_id, comments), dropped)


def test_an_import_that_the_plan_does_not_speak_of_stays_as_it_is() -> None:
    assert with_changes((LOGS,), {}) == (LOGS,)
