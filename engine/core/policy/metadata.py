"""What a policy says about itself in its `# METADATA`. Reading the comment is an adapter's."""

from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.core.policy.rules import OPERATIONS

ANY_TYPE: Final = "*"


class Severity(StrEnum):
    """How bad it is to break the rule."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class PolicyMetadata(BaseModel):
    """What a policy is about; a policy without metadata applies to everything.

    Attributes:
        resource_types: the types that it judges, `*` in one standing for any characters (`aws_s3_*`).
        operations: the operations that it judges, of `rules.OPERATIONS`.
        controls: the controls that it serves, by framework (`cis-aws`, `nist-800-53`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    description: str = ""
    severity: Severity | None = None
    resource_types: tuple[str, ...] = (ANY_TYPE,)
    operations: tuple[str, ...] = OPERATIONS
    controls: Mapping[str, tuple[str, ...]] = {}

    def judges(self, *asked: str) -> bool:
        """Tell whether the policy is about an operation, by any of its names."""
        return not {*asked}.isdisjoint(self.operations)

    def covers(self, resource_type: str, *asked: str) -> bool:
        """Tell whether the policy applies to an operation, by any of its names, on a resource of a type."""
        return self.judges(*asked) and any(
            fnmatchcase(resource_type, pattern.replace("[", "[[]").replace("?", "[?]"))
            for pattern in self.resource_types
        )
