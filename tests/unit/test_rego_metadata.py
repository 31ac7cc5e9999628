"""What a policy says about itself above its package, and what is refused of it."""

import pytest

from engine.adapters.rego.library import load
from engine.core.policy.metadata import PolicyMetadata, Severity
from engine.core.policy.rules import SEVERITIES

REST = "package intent\nallow contains 1\n"
FULL = """# Copyright of nobody

# METADATA
# title: Buckets
# description: |
#   Two
#   lines
# custom:
#   severity: high
#   resource_types: [aws_s3_bucket, "aws_s3_*"]
#   operations:
#   - create
#   - update
#   controls: {cis-aws: ["2.1.5"]}
#   anything: {else: 1}
"""


def declared(source: str) -> PolicyMetadata:
    module = load(source, rego_v0=False)
    assert [flaw for flaw in module.flaws if flaw.blocking] == []
    return PolicyMetadata.model_validate(module.metadata)


@pytest.mark.requirement("3.1.metadata")
def test_what_a_policy_declares_is_read() -> None:
    assert declared(FULL + REST) == PolicyMetadata(
        title="Buckets",
        description="Two\nlines\n",
        severity=Severity.HIGH,
        resource_types=("aws_s3_bucket", "aws_s3_*"),
        operations=("create", "update"),
        controls={"cis-aws": ("2.1.5",)},
    )


@pytest.mark.parametrize("source", [REST, f"# title: no mark\n{REST}", f"{REST}# METADATA\n# title: below\n"])
def test_a_policy_need_not_declare_anything(source: str) -> None:
    assert declared(source) == PolicyMetadata()


@pytest.mark.requirement("3.1.metadata")
@pytest.mark.parametrize(
    ("lines", "place", "message"),
    [
        ("# title: [", (2, 1), "METADATA is no YAML: "),
        ("# just words", (2, 1), "METADATA is no mapping of names to values"),
        ("# title: 1", (2, 3), "title must be text"),
        ("# title: a\n# custom: [1]", (3, 3), "custom must be a mapping"),
        ("# custom:\n#   severity: dire", (3, 5), "severity must be one of low, medium, high, critical"),
        (
            "# custom:\n#   resource_types: aws",
            (3, 5),
            "resource_types must be a list of 1 to 500 types of at most 128 characters",
        ),
        (
            "# custom:\n#   resource_types: []",
            (3, 5),
            "resource_types must be a list of 1 to 500 types of at most 128 characters",
        ),
        (
            f"# custom:\n#   resource_types: [{'a*' * 65}]",
            (3, 5),
            "resource_types must be a list of 1 to 500 types of at most 128 characters",
        ),
        (
            f"# custom:\n#   resource_types: [{'a, ' * 500}a]",
            (3, 5),
            "resource_types must be a list of 1 to 500 types of at most 128 characters",
        ),
        (
            "# custom:\n#   operations: [creat]",
            (3, 5),
            "operations must be a list of some of create, update, replace, delete, import, refresh",
        ),
        (
            "# custom:\n#   controls: [a]",
            (3, 5),
            "controls must be a mapping of frameworks to lists of controls",
        ),
    ],
)
def test_metadata_that_cannot_be_meant_is_refused(lines: str, place: tuple[int, int], message: str) -> None:
    module = load(f"# METADATA\n{lines}\n{REST}", rego_v0=False)
    (flaw,) = module.flaws
    assert (flaw.line, flaw.column, flaw.code, flaw.blocking) == (*place, "metadata_invalid", True)
    assert flaw.message.startswith(message)
    assert module.engine is None


def test_the_severities_of_the_reader_are_those_of_the_core() -> None:
    assert tuple(severity.value for severity in Severity) == SEVERITIES
