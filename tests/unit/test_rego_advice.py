"""What people are warned of in a policy that works, and decision rules that can never be a set."""

from typing import get_args

import pytest
from pydantic import BaseModel

from engine.adapters.rego.checks.advice import INPUT
from engine.adapters.rego.library import load
from engine.core.policy.input import PolicyInput
from tests.unit.rego_stage import body

pytestmark = pytest.mark.requirement("3.1.checks")

CREATED = (4, 31, "create_only", "create is judged, update is not")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (body() + "deney contains 1\n", (6, 1, "near_miss", "deney decides nothing")),
        (body() + "alow contains 1\n", (6, 1, "near_miss", "alow decides nothing")),
        (body() + "dney contains 1\n", (6, 1, "near_miss", "dney decides nothing")),
        (body() + "samples := true\n", (6, 1, "near_miss", "samples decides nothing")),
        (body("\tinput.resorce.x == 1"), (4, 2, "unknown_input", "the input has no input.resorce.x")),
        (
            body("\tinput.change_set.name == 1"),
            (4, 2, "unknown_input", "the input has no input.change_set.name"),
        ),
        (body("\tinput.plan.summary == 1"), (4, 2, "unknown_input", "the input has no input.plan.summary")),
        (
            "package intent\nimport input.resource as r\nallow contains r.name\n",
            (3, 16, "unknown_input", "the input has no input.resource.name"),
        ),
        (body('\tinput.resource.operation == "create"'), CREATED),
        (body('\t"create" ==  input.resource.operation'), (4, 3, *CREATED[2:])),
        (body('\tinput.resource.operation in {"create", "delete"}'), (4, 32, *CREATED[2:])),
        (
            body("\t_made") + '_made if input.resource.operation == "create"\n',
            (7, 39, *CREATED[2:]),
        ),
        (
            "# METADATA\n# custom: {operations: [create, delete]}\n" + body(),
            (1, 1, "create_only", "METADATA names create without update"),
        ),
    ],
)
def test_what_was_likely_not_meant_is_a_warning(source: str, found: tuple[int, int, str, str]) -> None:
    module = load(source, rego_v0=False)
    assert (found[2], False) in [(flaw.code, flaw.blocking) for flaw in module.flaws]
    assert [flaw[:4] for flaw in module.flaws] == [found]
    assert module.engine is not None


@pytest.mark.parametrize(
    "source",
    [
        body() + "_deny contains 1\nhelp := 1\n",
        body("\tall := input.resource", "\tinput.resource.proposed_state.anything.at == all"),
        body("\tinput.provider_config.region == input.dependents[_]"),
        body("\tinput.change_set.size > count(input.change_set.changes)"),
        body('\tinput.resource.operation in {"create", "update"}'),
        body('\tinput.resource.operation != "create"'),
        body('\tinput.resource.operation == "delete"'),
        body('\tinput.resource.operation == "create"') + 'deny contains "always"\n',
        body('\tinput.resource.operation == "create"')
        + 'review contains 1 if input.resource.operation == "update"\n',
        "# METADATA\n# custom: {operations: [delete]}\n" + body(),
    ],
)
def test_sound_policies_give_no_advice(source: str) -> None:
    assert load(source, rego_v0=False).flaws == ()


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("allow := true", "a boolean"),
        ("allow if input.dependents", "a boolean"),
        ("default deny := false", "a boolean"),
        ('warn := "no"', "a string"),
        ("deny.x := 1", "an object"),
        ("deny[x] if some x in input.dependents", "an object"),
    ],
)
def test_a_decision_rule_that_can_never_be_a_set_is_refused(rule: str, what: str) -> None:
    (flaw,) = load(f"package intent\n{rule}\n", rego_v0=False).flaws
    assert (flaw.line, flaw.code, flaw.blocking) == (2, "not_a_set", True)
    assert flaw.message.endswith(f" is {what}, no set")


def test_the_known_members_are_those_of_the_input() -> None:
    def members(annotation: object) -> tuple[str, ...]:
        found = [each for each in (annotation, *get_args(annotation)) if isinstance(each, type)]
        return tuple(name for each in found if issubclass(each, BaseModel) for name in each.model_fields)

    known = {name: members(field.annotation) for name, field in PolicyInput.model_fields.items()}
    assert known == INPUT
