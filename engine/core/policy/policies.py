"""Policies as stored: a name with numbered versions of Rego source. An adapter evaluates and checks them."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.digest import digest
from engine.core.errors import InvalidInput
from engine.core.policy.metadata import PolicyMetadata
from engine.core.values import JsonObject

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class RegoVersion(StrEnum):
    """The language a policy is written in."""

    V0 = "v0"
    V1 = "v1"


class PolicySource(BaseModel):
    """Rego text with what it takes to evaluate and to name it.

    Attributes:
        name: what the decision calls it; also the file name in messages of the engine.
        version: counts from 1; 0 for a source that is not stored (evaluated from a file).
        parameters: what the policy reads as `data.parameters`.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    version: int
    rego_version: RegoVersion
    source: str
    parameters: JsonObject = {}

    @property
    def digest(self) -> str:
        """SHA-256 over language, source and any parameters: the content, whatever its name."""
        content: list[JsonValue] = [self.rego_version.value, self.source]
        return digest([*content, self.parameters] if self.parameters else content)


class PolicyVersion(PolicySource):
    """A stored version; versions are never changed or removed."""

    created_at: datetime
    created_by: str


class Finding(BaseModel):
    """One thing that a check found in a source; `line` and `column` count from 1, 0 where unknown."""

    model_config = ConfigDict(frozen=True)

    policy: str
    line: int
    column: int
    code: str
    message: str
    hint: str
    blocking: bool = True

    def __str__(self) -> str:
        return f"{self.policy}:{self.line}:{self.column}: {self.code}: {self.message}; {self.hint}"


class Checked(BaseModel):
    """What a check says of a source.

    Attributes:
        findings: blocking ones first; a source with none of these may be stored.
        metadata: what the source says about itself; the default where it says nothing or is broken.
    """

    model_config = ConfigDict(frozen=True)

    findings: tuple[Finding, ...] = ()
    metadata: PolicyMetadata = PolicyMetadata()

    @property
    def blocked(self) -> bool:
        """Whether the source must not be stored."""
        return any(finding.blocking for finding in self.findings)


def policy_set_digest(policies: Sequence[PolicySource]) -> str:
    """Return the digest of a set of policies, whatever their order: ids, versions and contents."""
    entries = sorted((policy.id, policy.version, policy.digest) for policy in policies)
    return digest([list(entry) for entry in entries])


def parse_policy_name(text: str) -> str:
    """Return a policy name: lower-case letters, digits, `-` or `_`, at most 63.

    Raises:
        InvalidInput: any other text.
    """
    if _NAME.fullmatch(text) is None:
        raise InvalidInput(
            "a policy name is lower-case letters, digits, - or _, at most 63",
            field="name",
            hint="for example only-buckets",
        )
    return text
