"""The shape that all guardrails share: files, METADATA, page, parameters, place in the catalogue."""

import json
import re
from typing import Final

import pytest

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.core.policy.input_schema import input_examples
from engine.core.policy.metadata import Severity
from engine.core.policy.policies import Checked, parse_policy_name
from tests.policies.shelf import (
    CATALOGUE,
    GUARDRAILS,
    RULES,
    declared,
    page,
    rego,
    source,
    tuned_by,
)

# The one whose purpose it is; a deny or a review of any other outweighs it.
ALLOWING: Final = {"allow_the_rest"}
_CONTROL: Final = {
    "cis-aws": re.compile(r"[1-9]\.\d+(\.\d+)?"),
    "nist-800-53": re.compile(r"[A-Z]{2}-\d+(\(\d+\))?"),
}
_DELETION: Final = next(e for e in input_examples() if e.resource.operation == "delete").document()
_ROW: Final = re.compile(r"^\| \[(\w+)\]\((\S+)\) \| (.+?) \| (\w+) \|(.*?)\| (.+?) \|$", re.MULTILINE)


@pytest.mark.requirement("3.5.library")
def test_there_are_at_least_twenty_four_guardrails() -> None:
    assert len(RULES) >= 24


@pytest.mark.requirement("2.5.examples", "3.5.shape")
@pytest.mark.parametrize("rule", RULES)
def test_a_guardrail_is_a_folder_with_rule_tests_and_page(rule: str) -> None:
    names = {path.name for path in (GUARDRAILS / rule).iterdir()}
    assert names == {f"{rule}.rego", f"{rule}_test.rego", "README.md"}
    assert parse_policy_name(rule) == rule
    assert re.fullmatch(r"[a-z][a-z0-9_]*", rule)


@pytest.mark.requirement("3.5.shape")
@pytest.mark.parametrize("rule", RULES)
def test_a_guardrail_declares_what_it_is_about(rule: str) -> None:
    metadata = declared(rule)
    assert metadata.title
    assert not metadata.title.endswith(".")
    assert metadata.description.strip().endswith(".")
    assert isinstance(metadata.severity, Severity)
    assert metadata.resource_types
    assert list(metadata.resource_types) == sorted(set(metadata.resource_types))
    assert metadata.controls
    for framework, numbers in metadata.controls.items():
        assert numbers
        assert [number for number in numbers if _CONTROL[framework].fullmatch(number) is None] == []


@pytest.mark.requirement("3.5.shape")
def test_no_two_guardrails_have_one_title() -> None:
    titles = [declared(rule).title for rule in RULES]
    assert len(titles) == len(set(titles))


@pytest.mark.requirement("3.5.update")
@pytest.mark.parametrize("rule", RULES)
def test_a_guardrail_that_judges_creations_judges_updates_too(rule: str) -> None:
    operations = set(declared(rule).operations)
    # What only guards what is there judges no creations.
    assert operations == {"replace", "delete"} or {"create", "update"} <= operations


@pytest.mark.requirement("3.5.shape")
@pytest.mark.parametrize("rule", RULES)
def test_the_page_says_what_is_judged_and_how_to_tune_it(rule: str) -> None:
    text = page(rule)
    assert text.startswith(f"# {rule}\n\n")
    assert text.count("\n| what is asked for | answer |\n| --- | --- |\n") == 1
    assert text.count("\n## Tune\n") == 1


@pytest.mark.requirement("3.5.shape")
@pytest.mark.parametrize("rule", RULES)
def test_a_guardrail_denies_and_never_allows(rule: str) -> None:
    heads = set(re.findall(r"^(?:default )?(allow|deny|review|warn|sample)\b", rego(rule), re.MULTILINE))
    assert "deny" in heads
    assert ("allow" in heads) == (rule in ALLOWING)


@pytest.mark.requirement("3.5.shape")
@pytest.mark.anyio
async def test_a_guardrail_passes_the_checks_and_denies_a_parameter_that_it_does_not_know() -> None:
    async with RegorusEvaluator() as evaluator:
        for rule in RULES:
            assert await evaluator.check(source(rule, {})) == Checked(metadata=declared(rule))
            (answer,) = await evaluator.evaluate([source(rule, {"misspelt": True})], _DELETION)
            assert f"{rule}: there is no parameter misspelt: correct its name" in answer.deny


@pytest.mark.requirement("3.5.shape")
@pytest.mark.anyio
async def test_the_parameters_on_the_page_and_their_defaults_are_those_of_the_rule() -> None:
    async with RegorusEvaluator() as evaluator:
        for rule in RULES:
            asked = source(rule, {})
            telling = f'{asked.source}\nwarn contains json.marshal({{"defaults": _defaults}})\n'
            (answer,) = await evaluator.evaluate([asked.model_copy(update={"source": telling})], _DELETION)
            (told,) = [warning for warning in answer.warn if warning.startswith('{"defaults"')]
            defaults = json.loads(told)["defaults"]
            shown = tuned_by(rule)
            assert sorted(shown) == sorted(defaults), rule
            assert {n: d for n, d in shown.items() if d is not None}.items() <= defaults.items(), rule


@pytest.mark.requirement("3.5.shape")
def test_the_catalogue_has_a_row_for_each_guardrail_as_it_declares_itself() -> None:
    rows = _ROW.findall(CATALOGUE.read_text(encoding="utf-8"))
    assert sorted(row[0] for row in rows) == RULES
    for rule, link, title, severity, cis, nist in rows:
        metadata = declared(rule)
        assert link == f"../../policies/guardrails/{rule}/README.md"
        assert (title, severity) == (metadata.title, metadata.severity)
        assert cis.strip() == ", ".join(metadata.controls.get("cis-aws", ()))
        assert nist == ", ".join(metadata.controls.get("nist-800-53", ()))
