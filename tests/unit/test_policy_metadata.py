"""What a policy applies to, by what it says about itself."""

import pytest
from pydantic import ValidationError

from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import PolicySource, RegoVersion


def test_a_policy_without_metadata_applies_to_everything() -> None:
    assert PolicyMetadata().covers("aws_s3_bucket", "create")
    assert PolicyMetadata().covers("anything", "refresh")


@pytest.mark.parametrize(
    ("pattern", "resource_type", "covered"),
    [
        ("aws_s3_bucket", "aws_s3_bucket", True),
        ("aws_s3_bucket", "aws_s3_bucket_acl", False),
        ("aws_s3_*", "aws_s3_bucket_acl", True),
        ("*", "null_resource", True),
        ("aws_?3_bucket", "aws_s3_bucket", False),
        ("aws_[s]3_bucket", "aws_s3_bucket", False),
        ("AWS_S3_BUCKET", "aws_s3_bucket", False),
    ],
)
def test_a_star_stands_for_any_characters_and_nothing_else_is_special(
    pattern: str, resource_type: str, *, covered: bool
) -> None:
    metadata = PolicyMetadata(resource_types=("other", pattern))
    assert metadata.covers(resource_type, "create") is covered


def test_an_operation_that_is_not_named_is_not_judged() -> None:
    metadata = PolicyMetadata(operations=("create", "update"))
    assert [metadata.covers("t", operation) for operation in ("create", "update", "delete")] == [
        True,
        True,
        False,
    ]


def test_unknown_members_are_refused() -> None:
    with pytest.raises(ValidationError):
        PolicyMetadata.model_validate({"resource_type": ["aws_s3_bucket"]})


def test_parameters_count_into_the_digest_and_none_change_nothing() -> None:
    source = PolicySource(id="p", name="p", version=1, rego_version=RegoVersion.V1, source="package intent\n")
    tuned = source.model_copy(update={"parameters": {"n": 1}})
    assert source.digest == source.model_copy(update={"parameters": {}}).digest
    assert len({source.digest, tuned.digest, tuned.model_copy(update={"parameters": {"n": 2}}).digest}) == 3
