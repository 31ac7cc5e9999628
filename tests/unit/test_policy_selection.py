"""Which policies apply: what they say of themselves, against the type and the operation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.policy.decision import Outcome, answer_of, decide
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import Policy, policy_of
from engine.core.policy.rules import OPERATIONS
from engine.core.policy.selection import SkippedPolicy, names_in, names_like, names_of, select
from engine.core.values import JsonObject
from engine.testing import builders as new

TYPES = ("aws_s3_bucket", "aws_s3_object", "aws_iam_role")
_metadata = st.builds(
    PolicyMetadata,
    resource_types=st.lists(st.sampled_from((*TYPES, "aws_s3_*", "*")), min_size=1, max_size=2).map(tuple),
    operations=st.lists(st.sampled_from(OPERATIONS), min_size=1, max_size=3).map(tuple),
)
_policies = st.lists(
    st.tuples(st.uuids(), _metadata).map(
        lambda drawn: new.policy_object(id=str(drawn[0]), metadata=drawn[1].model_dump())
    ),
    max_size=5,
)


@pytest.mark.requirement("3.1.selection")
@given(_policies, st.sampled_from(TYPES), st.sampled_from(OPERATIONS), st.sampled_from(OPERATIONS))
def test_every_policy_is_asked_or_named_as_not_applicable(
    policies: list[Policy], resource_type: str, operation: str, action: str
) -> None:
    asked = names_of(operation, action)
    applying, skipped = select(policies, resource_type, asked)
    covering = [p for p in policies if any(p.metadata.covers(resource_type, name) for name in asked)]
    assert list(applying) == covering
    assert list(skipped) == [
        SkippedPolicy(policy_id=p.id, name=p.name, version=p.version) for p in policies if p not in covering
    ]


@pytest.mark.requirement("3.1.selection")
def test_policies_of_which_none_applies_allow_nothing() -> None:
    _, skipped = select(
        [new.policy_object(metadata={"resource_types": ["aws_iam_*"]})], "aws_s3_bucket", ["create"]
    )
    digests: dict[str, Any] = {"input_digest": "i", "policy_digest": "p", "engine": "e"}
    undecided = decide((), skipped=skipped, **digests)
    assert (undecided.outcome, undecided.not_applicable) == (Outcome.PENDING_REVIEW, skipped)
    assert decide((), **digests).outcome is Outcome.ALLOWED
    allowing = answer_of(new.policy(), {"allow": ["yes"]})
    assert decide([allowing], skipped=skipped, **digests).outcome is Outcome.ALLOWED


@pytest.mark.requirement("4.1.replace")
def test_a_replacement_is_judged_by_policies_about_updates_and_about_replacements() -> None:
    about = {word: new.policy_object(id=word, metadata={"operations": [word]}) for word in OPERATIONS}
    applying, _ = select(list(about.values()), "aws_s3_bucket", names_of("update", "replace"))
    assert [policy.id for policy in applying] == ["update", "replace"] == list(names_like("replace"))
    in_place, _ = select(list(about.values()), "aws_s3_bucket", names_of("update", "update"))
    assert [policy.id for policy in in_place] == ["update"] == list(names_like("update"))


@pytest.mark.requirement("4.1.replace")
@pytest.mark.parametrize(
    ("plan", "asked"),
    [
        ({"action": "replace", "actions": ["delete", "create"]}, ("update", "replace")),
        ({"actions": ["create", "delete"]}, ("update", "replace")),
        ({"actions": ["create"]}, ("update", "create")),
        ({"action": "update"}, ("update",)),
        ({"actions": []}, ("update",)),
        ({"actions": "delete"}, ("update",)),
        (None, ("update",)),
    ],
)
def test_an_input_says_by_which_names_it_is_judged(plan: JsonValue, asked: tuple[str, ...]) -> None:
    resource: JsonObject = {"resource_type": "aws_s3_bucket", "operation": "update"}
    assert names_in({"resource": resource, "plan": plan}) == ("aws_s3_bucket", asked)
    nothing: list[JsonObject] = [
        {"resource": {"operation": "update"}},
        {"resource": {"resource_type": "t"}},
        {"resource": 1},
    ]
    assert [names_in(lacking) for lacking in nothing] == [None, None, None]


def test_a_policy_is_what_its_newest_version_says() -> None:
    first = new.policy(metadata={"title": "one"})
    second = new.policy(version=2, source="package intent", metadata={"title": "two"}, created_by="bob")
    policy = policy_of(first, space="data", labels=("a",)).at_version(second)
    assert policy == Policy(
        id=first.id,
        name=first.name,
        space="data",
        labels=("a",),
        version=2,
        digest=second.digest,
        rego_version=second.rego_version,
        metadata=PolicyMetadata(title="two"),
        created_at=second.created_at,
        created_by="bob",
    )
