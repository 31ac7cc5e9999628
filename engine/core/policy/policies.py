"""Policies as stored: an object with numbered versions of Rego. An adapter evaluates and checks them."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.digest import canonical_json, digest
from engine.core.errors import InvalidInput
from engine.core.limits import POLICY_PARAMETERS_MAX_BYTES
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.waivers import WaiverTerms
from engine.core.projects import ROOT_SPACE
from engine.core.text import require_whole_characters
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
    """A stored version; versions are never changed or removed.

    Attributes:
        metadata: what the source said about itself when it was checked.
    """

    metadata: PolicyMetadata = PolicyMetadata()
    created_at: datetime
    created_by: str


class Policy(BaseModel):
    """A policy as an object: what holds for all its versions, and its newest version without the source.

    Attributes:
        labels: `autoattach:LABEL` binds the projects of the policy's space that carry the label,
            `autoattach:*` all of them; others only describe.
        enabled: a disabled policy binds nothing until it is enabled again.
        deleted_at: set once it was deleted: it binds nothing for good and another may have its name.
        version, digest, rego_version, metadata, created_at, created_by: those of the newest version.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    space: str = ROOT_SPACE
    labels: tuple[str, ...] = ()
    enabled: bool = True
    deleted_at: datetime | None = None
    version: int
    digest: str
    rego_version: RegoVersion
    metadata: PolicyMetadata = PolicyMetadata()
    created_at: datetime
    created_by: str

    @property
    def placement(self) -> JsonObject:
        """What decides which projects its labels attach it to."""
        return {"space": self.space, "labels": list(self.labels)}

    def at_version(self, newest: PolicyVersion) -> Self:
        """Return the policy with another newest version."""
        return self.model_copy(update=_head(newest))


def policy_of(first: PolicyVersion, *, space: str = ROOT_SPACE, labels: tuple[str, ...] = ()) -> Policy:
    """Return the policy that begins with a version."""
    return Policy(id=first.id, name=first.name, space=space, labels=labels, **_head(first))


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


def policy_set_digest(policies: Sequence[PolicySource | Policy], waivers: Sequence[WaiverTerms] = ()) -> str:
    """Return the digest of policies, whatever their order: ids, versions and contents; and of any waivers."""
    entries: list[JsonValue] = [[id_, version, content] for id_, version, content in _entries(policies)]
    waived: list[JsonValue] = [*sorted(waiver.id for waiver in waivers)]
    return digest({"policies": entries, "waivers": waived} if waived else entries)


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


def parse_parameters(value: JsonValue) -> JsonObject:
    """Return what a policy may read as `data.parameters`: a JSON object of at most 256 KiB.

    Raises:
        InvalidInput: any other value, one that is too large, or text that is not whole.
    """
    if not isinstance(value, dict):
        raise InvalidInput(
            "parameters must be a JSON object", field="parameters", hint='give {"allowed": ["t3.micro"]}'
        )
    require_whole_characters(value, "parameters")
    if len(canonical_json(value)) > POLICY_PARAMETERS_MAX_BYTES:
        raise InvalidInput(
            f"parameters are larger than {POLICY_PARAMETERS_MAX_BYTES} bytes",
            field="parameters",
            hint="keep large tables outside of policies",
        )
    return value


def _entries(policies: Sequence[PolicySource | Policy]) -> list[tuple[str, int, str]]:
    return sorted((policy.id, policy.version, policy.digest) for policy in policies)


def _head(version: PolicyVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "digest": version.digest,
        "rego_version": version.rego_version,
        "metadata": version.metadata,
        "created_at": version.created_at,
        "created_by": version.created_by,
    }
