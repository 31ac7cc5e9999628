"""Every pack: what it names is there, its parameters are known, and it does what its title says."""

from pathlib import Path
from typing import Final

import pytest

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.core.errors import NotFound, NotSetUp
from engine.core.policy.decision import Decision, Outcome
from engine.core.policy.packs import PolicyPack
from engine.core.values import JsonObject
from engine.service.gate import gate
from server import packs
from server.packs import pack_names, read_pack
from tests.policies.shelf import RULES, declared

PACKS: Final = {name: read_pack(name) for name in pack_names()}
BUCKET: Final[JsonObject] = {
    "acl": "private",
    "bucket": "web-logs",
    "server_side_encryption_configuration": [],
    "tags": {"owner": "ops"},
    "versioning": [],
}

pytestmark = pytest.mark.requirement("3.5.packs")


def asked(operation: str = "create", state: JsonObject | None = None) -> JsonObject:
    """Return what policies are asked about a bucket on a Tuesday."""
    return {
        "resource": {
            "resource_id": "logs",
            "resource_type": "aws_s3_bucket",
            "provider": "hashicorp/aws",
            "provider_version": "3.39.0",
            "operation": operation,
            "current_state": None if operation == "create" else BUCKET,
            "proposed_state": None if operation == "delete" else {**BUCKET, **(state or {})},
        },
        "plan": {
            "action": operation,
            "actions": [operation],
            "changed": ["bucket"],
            "replace_paths": [],
            "unknown": ["arn", "id", "region"],
            "sensitive": [],
        },
        "project": {"id": "p", "name": "web", "space": "root", "labels": [], "resource_count": 3},
        "dependencies": [],
        "dependents": [],
        "provider_config": {"region": "eu-west-1"},
        "request": {"operation_id": "o", "timestamp_ns": 1795512600000000000, "dry_run": False, "reason": ""},
    }


async def decide(pack: PolicyPack, policy_input: JsonObject) -> Decision:
    async with RegorusEvaluator() as evaluator:
        return await gate(evaluator, [policy.candidate for policy in pack.policies], policy_input)


def test_the_four_packs_are_there() -> None:
    assert pack_names() == ("baseline", "cis-aws", "production", "sandbox")


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_pack_has_a_title_a_description_and_each_policy_once(pack: PolicyPack) -> None:
    names = [policy.name for policy in pack.policies]
    assert pack.title
    assert pack.description
    assert len(names) == len(set(names)) > 5
    assert set(names) <= set(RULES)


@pytest.mark.anyio
@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
async def test_each_guardrail_knows_the_parameters_it_is_given(pack: PolicyPack) -> None:
    async with RegorusEvaluator() as evaluator:
        answers = await evaluator.evaluate([policy.candidate for policy in pack.policies], asked("update"))
    assert [answer.failure for answer in answers] == [None] * len(pack.policies)
    said = [reason for answer in answers for reason in answer.deny]
    assert [reason for reason in said if "parameter" in reason] == []


def test_cis_aws_holds_every_guardrail_that_serves_a_control_of_it() -> None:
    serving = [name for name in RULES if "cis-aws" in declared(name).controls]
    assert sorted(policy.name for policy in PACKS["cis-aws"].policies) == serving


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["baseline", "sandbox"])
async def test_a_project_starts_with_guardrails_that_work(name: str) -> None:
    pack = PACKS[name]
    assert (await decide(pack, asked())).outcome is Outcome.ALLOWED
    public = await decide(pack, asked(state={"acl": "public-read"}))
    assert (public.outcome, [a.name for a in public.policies if a.deny]) == (
        Outcome.DENIED,
        ["s3_no_public_acl"],
    )


@pytest.mark.anyio
async def test_the_sandbox_lets_go_and_the_baseline_asks() -> None:
    deletion = asked("delete")
    assert (await decide(PACKS["sandbox"], deletion)).outcome is Outcome.ALLOWED
    assert (await decide(PACKS["baseline"], deletion)).outcome is Outcome.PENDING_REVIEW


@pytest.mark.anyio
async def test_production_allows_nothing_by_itself_and_no_deletion() -> None:
    deletion = await decide(PACKS["production"], asked("delete"))
    assert (deletion.outcome, deletion.allow) == (Outcome.DENIED, ())
    rule: JsonObject = {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]}
    state: JsonObject = {"versioning": [{"enabled": True}], "server_side_encryption_configuration": [rule]}
    protected = await decide(PACKS["production"], asked(state=state))
    assert (protected.deny, protected.outcome) == ((), Outcome.PENDING_REVIEW)


def test_production_holds_what_baseline_holds_but_what_allows() -> None:
    baseline = {policy.name for policy in PACKS["baseline"].policies}
    production = {policy.name for policy in PACKS["production"].policies}
    assert baseline - production == {"allow_the_rest"}


def test_an_unknown_pack_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotFound) as refused:
        read_pack("base-line")
    assert (refused.value.field, refused.value.hint) == ("pack", "did you mean baseline?")
    with pytest.raises(NotFound) as refused:
        read_pack("../../x")
    assert refused.value.hint == "the packs are baseline, cis-aws, production, sandbox"


@pytest.mark.parametrize(
    "text",
    [
        "title = ",
        'title = "a"',
        'title = "a"\ndescription = "b"\nguardrails = [{name = "none_such"}]',
        'title = "a"\ndescription = "b"\nguardrails = []\nother = 1',
    ],
)
def test_a_broken_pack_says_which_file_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "mine.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(packs, "policies_folder", lambda: tmp_path)
    with pytest.raises(NotSetUp, match=r"mine\.toml cannot be read"):
        read_pack("mine")
