"""The published form of the policy input, and its examples."""

import copy
import json
from pathlib import Path
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from pydantic import BaseModel

from engine.core.policy.input import PolicyInput
from engine.core.policy.input_schema import input_examples, input_schema
from engine.core.policy.rules import OPERATIONS

pytestmark = pytest.mark.requirement("3.3.input-schema")

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "policy_input_schema.json"


def validator() -> Any:
    schema = input_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_is_the_golden_one() -> None:
    made = json.dumps(input_schema(), indent=2) + "\n"
    assert made == GOLDEN.read_text("utf-8"), "`intent policy input-schema` writes the new one if it is meant"


def test_there_is_an_example_for_each_operation_and_each_is_valid() -> None:
    schema, check = input_schema(), validator()
    assert isinstance(schema["examples"], list)
    assert schema["examples"] == [example.document() for example in input_examples()]
    assert tuple(example.plan.action for example in input_examples()) == OPERATIONS
    for example in schema["examples"]:
        check.validate(example)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("resource", "operation"), "destroy"),
        (("resource", "proposed_state"), "none"),
        (("project", "resource_count"), "3"),
        (("dependencies",), None),
        (("provider_config",), []),
        (("format_version",), "2.0"),
    ],
)
def test_another_value_is_not_valid(path: tuple[str, ...], value: object) -> None:
    wrong: Any = copy.deepcopy(input_examples()[0].document())
    inner = wrong
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert not validator().is_valid(wrong)


@pytest.mark.parametrize("member", list(PolicyInput.model_fields))
def test_every_member_has_to_be_there(member: str) -> None:
    document = input_examples()[0].document()
    del document[member]
    assert not validator().is_valid(document)


def test_every_member_is_described() -> None:
    def undescribed(model: type[BaseModel], above: str = "") -> list[str]:
        found: list[str] = []
        for name, field in model.model_fields.items():
            inner = field.annotation
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                found += undescribed(inner, f"{above}{name}.")
            elif not field.description:
                found.append(f"{above}{name}")
        return found

    assert undescribed(PolicyInput) == []
