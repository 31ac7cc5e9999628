"""The errors of the engine: whose fault, which facts, which way out. `server.problems` has protocol codes."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Self

from pydantic import JsonValue


class Fault(StrEnum):
    """Who has to act for the same call to succeed."""

    CALLER = "caller"
    ENGINE = "engine"
    OUTSIDE = "outside"


class EngineError(Exception):
    """Base of every error that a use case or a port may raise.

    Attributes:
        code: stable snake_case name, published in results and documented in `docs/reference/errors.md`.
        fault: who has to act.
        field: the argument or config path at fault, dotted, or None.
        hint: the way out, one sentence, or None.
        facts: JSON values that a program may want (names, nearest matches, expiry).
        untrusted: text written by a provider or by OpenTofu; shown only in fields named `untrusted_*`.
    """

    code: ClassVar[str] = "engine_error"
    fault: ClassVar[Fault] = Fault.ENGINE

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        hint: str | None = None,
        facts: Mapping[str, JsonValue] | None = None,
        untrusted: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.hint = hint
        self.facts: Mapping[str, JsonValue] = MappingProxyType(dict(facts or {}))
        self.untrusted = untrusted

    def at(self, field: str) -> Self:
        """Return the same error naming `field`; for a parser that does not know which argument it reads."""
        return type(self)(
            self.message, field=field, hint=self.hint, facts=self.facts, untrusted=self.untrusted
        )


class InvalidInput(EngineError):
    """An argument or configuration is not acceptable; nothing was planned."""

    code = "invalid_input"
    fault = Fault.CALLER


class NotFound(EngineError):
    """A project, resource, operation, policy, provider or type of that name does not exist."""

    code = "not_found"
    fault = Fault.CALLER


class Conflict(EngineError):
    """The call contradicts what is stored or running: a duplicate, a stale plan, another body for a key."""

    code = "conflict"
    fault = Fault.CALLER


class Busy(EngineError):
    """Too many requests have not ended: nothing was recorded; `facts["retry_after_seconds"]` says when."""

    code = "busy"


class ResourceMissing(EngineError):
    """The cloud no longer has the object of a resource; somebody has to decide what becomes of it."""

    code = "resource_missing"
    fault = Fault.OUTSIDE


class Forbidden(EngineError):
    """The principal lacks the scope or the standing for this, for example approving its own request."""

    code = "forbidden"
    fault = Fault.CALLER


class PolicyInvalid(EngineError):
    """A policy source failed its checks and was not stored; `facts["findings"]` lists them."""

    code = "policy_invalid"
    fault = Fault.CALLER


class SuiteInvalid(EngineError):
    """The files of a test run cannot be loaded and no result counts; `facts["findings"]` lists why."""

    code = "suite_invalid"
    fault = Fault.CALLER


class NotSetUp(EngineError):
    """OpenTofu, a provider binary or a folder that set-up brings is missing or cannot be used."""

    code = "not_set_up"
    fault = Fault.ENGINE


class IntegrityFailed(EngineError):
    """A file is not the one that was pinned, or the audit chain does not verify; nothing was run."""

    code = "integrity_failed"
    fault = Fault.ENGINE


class StoreFailed(EngineError):
    """The database cannot be read or written: corrupt, locked, read-only or full."""

    code = "store_failed"
    fault = Fault.ENGINE


class RunnerFailed(EngineError):
    """OpenTofu itself failed: it did not start, ran out of its bounds, or answered what we cannot read."""

    code = "runner_failed"
    fault = Fault.ENGINE


class ProviderFailed(EngineError):
    """The provider or the cloud behind it refused or failed; `untrusted` holds its words."""

    code = "provider_failed"
    fault = Fault.OUTSIDE


class OutcomeUnknown(EngineError):
    """A change was under way when contact was lost: the object may or may not exist."""

    code = "outcome_unknown"
    fault = Fault.OUTSIDE


class RegistryFailed(EngineError):
    """A registry, release page or package index did not answer, or answered what we cannot accept."""

    code = "registry_failed"
    fault = Fault.OUTSIDE
