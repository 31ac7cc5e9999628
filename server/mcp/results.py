"""What the tools publish: models with a `format_version`, made from what the use cases return.

INVARIANT: attribute values stand in `resource.attributes`, `resource.drift` and `export.files` only, reasons
of policies in `decision` only, and words from outside below a member named `untrusted_…` only.
"""

from collections.abc import Mapping
from typing import Any, Literal

from engine.core.drawing import Drawing
from engine.core.limits import CHANGE_SET_SHOWN_MAX
from engine.core.operations.operation import OperationError, PlanSummary
from engine.core.values import Difference, JsonObject
from engine.service.change_sets.reported import ReportedSet
from engine.service.history import HistoryLine
from engine.service.list_versions import VersionLine
from engine.service.projects.locked import ReportedLock
from engine.service.projects.show import ListedResource, ProjectReport, UsedProvider
from engine.service.projects.standing import DriftedResource, Lifetime
from engine.service.report import Next, OperationReport, ReportedOperation
from engine.service.reported_steps import ReportedInterruption, ReportedStep
from engine.service.show_resource import ResourceReport
from server.mcp.shown_decision import Published, ShownDecision, shown_decision

_RESOURCES_MAX = 50
_OPERATIONS_MAX = 10


class ShownResource(Published):
    """A resource, secrets redacted; `missing` where the cloud no longer has it."""

    resource_id: str
    resource_type: str
    provider: str
    provider_version: str
    provider_alias: str
    version: int
    tainted: bool
    missing: bool
    depends_on: tuple[str, ...] | None
    dependents: tuple[str, ...] | None
    attributes: JsonObject | None
    drift: tuple[Difference, ...]

    @property
    def what(self) -> str:
        """Its type, and the configuration of the provider that it is made with where that has a name."""
        return (
            f"{self.resource_type} with {self.provider_alias}" if self.provider_alias else self.resource_type
        )


class Answer(Published):
    """What every answer says: what went wrong, and what is to be done next."""

    error: OperationError | None = None
    next: Next = "none"


class Standing(Answer):
    """An operation as it stands; every member is null or empty where the answer is not about one."""

    operation: ReportedOperation | None = None
    plan: PlanSummary | None = None
    decision: ShownDecision | None = None
    resource: ShownResource | None = None
    steps: tuple[ReportedStep, ...] = ()
    interruption: ReportedInterruption | None = None
    change_set: ReportedSet | None = None


class ListedProject(Published):
    """One project in the list; `time` says where one stands that has an end or is archived."""

    project: str
    labels: tuple[str, ...]
    time: str
    created_at: str
    default: bool


class Overview(Published):
    """A project at a glance: what is in it, what waits, what runs, what was done last."""

    project: str
    labels: tuple[str, ...]
    provider_settings: Mapping[str, JsonObject]
    provider_locks: tuple[UsedProvider, ...]
    policies: tuple[str, ...]
    lock: ReportedLock | None
    lifetime: Lifetime
    drifted: tuple[DriftedResource, ...]
    resource_count: int
    resources: tuple[ListedResource, ...]
    waiting: tuple[HistoryLine, ...]
    running: tuple[HistoryLine, ...]
    last: tuple[HistoryLine, ...]


class ShownExport(Published):
    """Files to write into one folder, by name; the words of OpenTofu where they could not be checked."""

    files: dict[str, str]
    notes: tuple[str, ...]
    untrusted_reason: str | None


class IntentResult(Standing):
    """The answer of the tool `intent`.

    `operations` is filled by the refresh of a whole project, and with what was interrupted by the status of
    all; `projects` by status, `overview` by status, lock and unlock, `export`, `versions`, `graph` by these.
    """

    format_version: Literal["1.0"] = "1.0"
    operations: tuple[Standing, ...] = ()
    projects: tuple[ListedProject, ...] | None = None
    overview: Overview | None = None
    export: ShownExport | None = None
    versions: tuple[VersionLine, ...] = ()
    graph: Drawing | None = None


def schema_of_answer(model: type[Answer]) -> dict[str, Any]:
    """Return the JSON schema of an answer; what may be any value says so, for clients that suspect a slip."""
    schema = model.model_json_schema(mode="serialization")
    kinds = ("object", "array", "string", "number", "boolean", "null")
    schema["$defs"]["JsonValue"] = {"anyOf": [{"type": kind} for kind in kinds]}
    return schema


def standing(report: OperationReport) -> Standing:
    """Return what the tool publishes of an operation."""
    operation, found = report.operation, report.resource
    resource = (
        None
        if found is None
        else ShownResource(
            resource_id=operation.resource_id,
            resource_type=operation.resource_type,
            provider=operation.provider,
            provider_version=operation.provider_version,
            provider_alias=operation.provider_alias,
            version=found.version,
            tainted=found.tainted,
            missing=found.missing,
            depends_on=None,
            dependents=None,
            attributes=found.attributes,
            drift=found.drift,
        )
    )
    return Standing(
        operation=operation,
        plan=report.plan,
        decision=None if report.decision is None else shown_decision(report.decision),
        resource=resource,
        steps=report.steps,
        interruption=report.interruption,
        change_set=None if report.change_set is None else report.change_set.shortened(CHANGE_SET_SHOWN_MAX),
        error=report.error,
        next=report.next,
    )


def stored(report: ResourceReport) -> IntentResult:
    """Return what the tool publishes of a resource as the engine remembers it."""
    fields = report.model_dump(include=ShownResource.model_fields.keys() & ResourceReport.model_fields.keys())
    return IntentResult(resource=ShownResource.model_validate({**fields, "missing": False, "drift": ()}))


def overview(report: ProjectReport) -> Overview:
    """Return what the tool publishes of a project; the newest operations, and at most 50 resources."""
    return Overview(
        project=report.project,
        labels=report.labels,
        provider_settings=report.provider_settings,
        provider_locks=report.provider_locks,
        policies=report.policies,
        lock=report.lock,
        lifetime=report.lifetime,
        drifted=report.drifted[:_RESOURCES_MAX],
        resource_count=len(report.resources),
        resources=report.resources[:_RESOURCES_MAX],
        waiting=report.waiting,
        running=report.running,
        last=report.last[:_OPERATIONS_MAX],
    )
