"""A policy as people and as programs read it."""

from typing import Final

from pydantic import JsonValue

from engine.core.diagnostics import sanitise
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import Policy, PolicyVersion
from engine.service.policies.versions import PolicyHistory
from server.problems import listing

# In a row of a table; the document has them all.
TYPES_SHOWN: Final = 3
# Characters of the longest escape of one, `\\U0001f600`.
_LONGEST_ESCAPE: Final = 10


def policy_document(policy: Policy) -> dict[str, JsonValue]:
    """Return a policy as a program reads it: the object, with its newest version but for the source."""
    document: dict[str, JsonValue] = policy.model_dump(mode="json")
    return document


def version_document(version: PolicyVersion) -> dict[str, JsonValue]:
    """Return a version as a program reads it, but for the source."""
    document: dict[str, JsonValue] = version.model_dump(mode="json", exclude={"source"})
    return {**document, "digest": version.digest}


def history_document(history: PolicyHistory) -> dict[str, JsonValue]:
    """Return a policy and its versions as a program reads them."""
    versions: list[JsonValue] = [version_document(version) for version in history.versions]
    return {"policy": policy_document(history.policy), "versions": versions}


def policy_line(policy: Policy) -> str:
    """Return a policy in one line: its name and version, whether it binds, what its labels reach."""
    labels = f", labels {', '.join(policy.labels)}" if policy.labels else ""
    return f"policy {policy.name} v{policy.version}: {state(policy)}, space {policy.space}{labels}"


def policy_row(policy: Policy) -> tuple[str, ...]:
    """Return a policy as a row of a table."""
    return (
        policy.name,
        f"v{policy.version}",
        state(policy),
        policy.space,
        ", ".join(policy.labels),
        about(policy.metadata),
        policy.created_by,
    )


def state(policy: Policy) -> str:
    """Return whether a policy is enabled, disabled or deleted."""
    if policy.deleted_at is not None:
        return "deleted"
    return "enabled" if policy.enabled else "disabled"


def about(metadata: PolicyMetadata) -> str:
    """Return what a policy says it is about: its severity, types and operations where it names some."""
    plain = PolicyMetadata()
    parts = [metadata.severity.value] if metadata.severity is not None else []
    if metadata.resource_types != plain.resource_types:
        parts.append(listing(metadata.resource_types, TYPES_SHOWN))
    if metadata.operations != plain.operations:
        parts.append("on " + ", ".join(metadata.operations))
    return "; ".join(parts) or "everything"


def as_written(source: str) -> str:
    """Return a source as it can be stored again: tabs and line ends stay, what hides is escaped."""
    longest = len(source) * _LONGEST_ESCAPE
    return "\r\n".join(sanitise(part, longest) for part in source.split("\r\n"))
