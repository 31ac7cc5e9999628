"""The page about the policy input: it names every member, and its example is one."""

import json
import re
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from engine.core.policy.input import PolicyInput

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "policy-input.md"


def _members(model: type[BaseModel], above: str = "") -> list[str]:
    """Return the members of a model by their dotted paths, in their order."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += _members(inner, f"{above}{name}.")
        else:
            found.append(f"{above}{name}")
    return found


def test_the_page_has_a_row_for_each_member_in_its_order() -> None:
    section = PAGE.read_text().split("## Members")[1].split("## An example")[0]
    assert re.findall(r"^\| `([a-z_.]+)` \|", section, re.MULTILINE) == _members(PolicyInput)


def test_the_example_of_the_page_is_a_whole_input() -> None:
    found = re.search(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    example = json.loads(found[1])
    assert PolicyInput.model_validate(example).document() == example
