"""An operation: one request to change or to read something, with all that became of it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, computed_field

from engine.core.approvals import Approval
from engine.core.auth.principals import Principal
from engine.core.demands import Demand
from engine.core.digest import digest
from engine.core.errors import EngineError, InvalidInput
from engine.core.operations.interruption import Interruption
from engine.core.operations.states import OperationState
from engine.core.plans.plan import word_of
from engine.core.values import Difference, JsonObject


class OperationKind(StrEnum):
    """What is asked for."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    IMPORT = "import"
    REFRESH = "refresh"
    READ = "read"
    EJECT = "eject"
    CHANGE_SET = "change_set"


class UpdateMode(StrEnum):
    """How an update's configuration meets the stored one."""

    MERGE = "merge"
    REPLACE = "replace"


class Accept(StrEnum):
    """What a refresh does with the drift that it finds."""

    REPORT = "report"
    SAVE = "save"


class Missing(StrEnum):
    """What becomes of a resource whose object is gone: it stays as remembered, ends, or is made anew."""

    KEEP = "keep"
    FORGET = "forget"
    RECREATE = "recreate"


class Request(BaseModel):
    """The body of a request, as the caller gave it; `digest` is what an idempotency key is bound to.

    Attributes:
        provider_alias: which of the project's configurations of the provider; empty for the one without name.
        restores: the version of the resource that is to be brought back; None for anything else.
        changes: of a change set, what it creates, updates and deletes, in the caller's order.
    """

    model_config = ConfigDict(frozen=True)

    kind: OperationKind
    resource_id: str = ""
    resource_type: str = ""
    provider: str = ""
    provider_version: str = ""
    provider_alias: str = ""
    config: JsonValue = None
    mode: UpdateMode = UpdateMode.MERGE
    import_id: str = ""
    depends_on: tuple[str, ...] = ()
    accept: Accept = Accept.REPORT
    missing: Missing = Missing.KEEP
    dry_run: bool = False
    reason: str = ""
    restores: int | None = None
    changes: tuple["Request", ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over the whole body.

        Raises:
            InvalidInput: `config` holds a number that JSON cannot say; reading 1e400 gives one.
        """
        try:
            return digest(self.model_dump(mode="json"))
        except ValueError:
            raise InvalidInput(
                "config holds a number that is too large", field="config", hint="give it as a string"
            ) from None


class OperationError(BaseModel):
    """An error as stored and published; `untrusted_detail` holds words from outside, made safe."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    field: str | None = None
    hint: str | None = None
    facts: Mapping[str, JsonValue] = Field(default_factory=dict)
    untrusted_detail: str | None = None

    @classmethod
    def of(cls, error: EngineError) -> Self:
        """Return what is stored of an error."""
        return cls(
            code=error.code,
            message=error.message,
            field=error.field,
            hint=error.hint,
            facts=dict(error.facts),
            untrusted_detail=error.untrusted,
        )


class Cancellation(BaseModel):
    """Who has asked to stop an operation that is worked on, and when; its worker heeds that."""

    model_config = ConfigDict(frozen=True)

    by: str
    at: datetime


class PlanSummary(BaseModel):
    """What is stored and shown of a plan."""

    model_config = ConfigDict(frozen=True)

    actions: tuple[str, ...]
    changed: tuple[str, ...]
    replace_paths: tuple[str, ...]
    unknown: tuple[str, ...]
    summary: str
    # Dotted paths of what the configuration gives although the provider advises against it.
    deprecated: tuple[str, ...] = ()

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorated properties; pydantic's way
    @property
    def action(self) -> str:
        """What happens to the object, in one word: `replace` where it is destroyed and made anew."""
        return word_of(self.actions)


class Operation(BaseModel):
    """An operation as stored (contracts: operation). States change through `machine.move` only.

    Attributes:
        base_serial: version of the resource that the plan starts from, 0 where there is none.
        current_state, proposed_state: before and after as planned, secrets redacted, unknown left out.
        drift: what a refresh or a plan found changed in the cloud, secrets redacted.
        demands: what the reviews of its decision ask for; with none, one person's consent is enough.
        result: what a read found, secrets redacted.
        interruption: what is known of an effect whose worker was lost; None where none ever was.
        cancellation: the wish to stop it, asked for while it was worked on.
        change_set_id: the change set that it is a part of; None where it was asked for by itself.
        secret_arguments: names of the arguments of `request.config` that hold a secret; None until the
            schema of the type has told.
        change_set_step: when its turn is in that, from 1; changes of one step are free of each other.
        lease: who works on it, `host:pid:start`; empty when nobody does.
        fencing_token: counts the workers that took it up; a write with an older one is refused.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    project_id: str
    request: Request
    request_digest: str
    idempotency_key: str | None = None
    state: OperationState = OperationState.QUEUED
    actor: Principal
    session: str = ""
    change_set_id: str | None = None
    secret_arguments: tuple[str, ...] | None = None
    change_set_step: int = 0
    resource_type: str = ""
    provider: str = ""
    provider_version: str = ""
    provider_alias: str = ""
    plan_digest: str = ""
    policy_digest: str = ""
    base_serial: int = 0
    current_state: JsonObject | None = None
    proposed_state: JsonObject | None = None
    plan_summary: PlanSummary | None = None
    drift: tuple[Difference, ...] = ()
    missing: bool = False
    decision_id: str | None = None
    demands: tuple[Demand, ...] = ()
    approvals: tuple[Approval, ...] = ()
    result: JsonObject | None = None
    error: OperationError | None = None
    interruption: Interruption | None = None
    cancellation: Cancellation | None = None
    created_at: datetime
    planned_at: datetime | None = None
    decided_at: datetime | None = None
    applied_at: datetime | None = None
    finished_at: datetime | None = None
    lease: str = ""
    lease_expires_at: datetime | None = None
    fencing_token: int = 0

    @property
    def to_retry(self) -> bool:
        """True where somebody has looked and says that nothing was done, and nobody has taken it up since."""
        asked = self.interruption is not None and self.interruption.retry_token == self.fencing_token
        return asked and self.state is OperationState.INTERRUPTED

    @property
    def kind(self) -> OperationKind:
        """What is asked for."""
        return self.request.kind

    @property
    def resource_id(self) -> str:
        """The resource that it is about; empty for the read of a data source."""
        return self.request.resource_id
