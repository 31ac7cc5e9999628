"""Change sets by command: files of YAML and JSON, cascades, and projects with everything in them."""

from pathlib import Path

import pytest

from engine.core.errors import InvalidInput
from server.cli.given_yaml import parse_yaml
from tests.server.cli_stage import Stage, set_stage

_SET = """
reason: a network
changes:
  - operation: create
    resource_id: sub
    provider: testing/fake
    resource_type: fake_subnet
    config: {network_id: {$ref: net.id}, cidr: no}
  - operation: create
    resource_id: net
    provider: testing/fake
    resource_type: fake_network
    config: {cidr: 10.0.0.0/8}
"""


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


@pytest.mark.requirement("4.4.cascade")
def test_a_set_is_applied_from_a_file_and_everything_goes_with_its_project(
    stage: Stage, tmp_path: Path
) -> None:
    stage.json("project", "create", "web")
    file = tmp_path / "set.yaml"
    file.write_text(_SET)
    done = stage.json("apply-set", "web", str(file))
    assert done["operation"]["state"] == "FINISHED"
    assert [(c["resource_id"], c["step"]) for c in done["change_set"]["changes"]] == [("sub", 2), ("net", 1)]
    assert stage.json("project", "delete", "web", "--destroy")["deleted"] is True


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\na: 2", "'a' stands twice"),
        ("a: [", "is not YAML"),
        ("1: a", "a key is not text"),
        ("a: !!python/object:os.system {}", "is not YAML"),
        ("a: &a 1\nb: [" + ", ".join(["*a"] * 101) + "]", "more than 100 aliases"),
        ("a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
            f"{y}: &{y} [{', '.join([f'*{x}'] * 10)}]\n" for x, y in zip("abcdef", "bcdefg", strict=True)
        ), "more than 200000 values"),
        ("a: .nan\nb: !!binary aGk=", "no value of JSON"),
    ],
)  # fmt: skip
def test_yaml_that_is_not_plain_is_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        parse_yaml(text, "it", "file")


def test_yaml_words_and_dates_are_text() -> None:
    assert parse_yaml("a: no\nb: 2026-01-02\nc: true\nd: 1.5\ne: ~", "it", "file") == {
        "a": "no",
        "b": "2026-01-02",
        "c": True,
        "d": 1.5,
        "e": None,
    }
