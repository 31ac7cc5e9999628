"""The input that policies see (contracts: policy input). Its seven members of `resource` are Spacelift's."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal
from engine.core.plans.plan import Plan
from engine.core.projects import Project
from engine.core.values import JsonObject, true_paths

GatedOperation = Literal["create", "update", "delete", "import", "refresh"]


class ResourceInput(BaseModel):
    """What is asked of which resource; an absent state is null, present as a key."""

    model_config = ConfigDict(frozen=True)

    resource_id: str
    resource_type: str
    provider: str
    provider_version: str
    operation: GatedOperation
    current_state: JsonObject | None
    proposed_state: JsonObject | None


class PlanInput(BaseModel):
    """The plan in names: actions, and dotted paths of what changes, replaces, is unknown or secret."""

    model_config = ConfigDict(frozen=True)

    actions: tuple[str, ...]
    changed: tuple[str, ...]
    replace_paths: tuple[str, ...]
    unknown: tuple[str, ...]
    sensitive: tuple[str, ...]


class ProjectInput(BaseModel):
    """The project that the resource belongs to."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    space: str
    labels: tuple[str, ...]
    resource_count: int


class ActorInput(BaseModel):
    """Who asks, through what, with which rights."""

    model_config = ConfigDict(frozen=True)

    subject: str
    kind: str
    client: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]


class RequestInput(BaseModel):
    """The request itself; `timestamp_ns` is when it was made, the only clock that a policy has."""

    model_config = ConfigDict(frozen=True)

    operation_id: str
    timestamp_ns: int
    dry_run: bool
    reason: str


class PolicyInput(BaseModel):
    """The whole input. Policies see real values: whatever of it is stored or shown is redacted first.

    Attributes:
        provider_config: the settings of the resource's provider as the project keeps them; never a secret.
        dependencies, dependents: ids of the resources that this one needs, and of those that need it.
    """

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    resource: ResourceInput
    plan: PlanInput
    project: ProjectInput
    provider_config: JsonObject
    actor: ActorInput
    dependencies: tuple[str, ...]
    dependents: tuple[str, ...]
    request: RequestInput

    def document(self) -> JsonObject:
        """Return the input as the JSON object that policies are given."""
        return self.model_dump(mode="json")


def plan_input(plan: Plan) -> PlanInput:
    """Return the plan in the names that policies see."""
    sensitive = {*true_paths(plan.before_sensitive), *true_paths(plan.after_sensitive)}
    return PlanInput(
        actions=tuple(action.value for action in plan.actions),
        changed=plan.changed,
        replace_paths=plan.replace_paths,
        unknown=true_paths(plan.unknown),
        sensitive=tuple(sorted(sensitive)),
    )


def project_input(project: Project, resource_count: int) -> ProjectInput:
    """Return the project as policies see it."""
    return ProjectInput(
        id=project.id,
        name=project.name,
        space=project.space,
        labels=project.labels,
        resource_count=resource_count,
    )


def actor_input(principal: Principal) -> ActorInput:
    """Return the requesting principal as policies see it."""
    return ActorInput(
        subject=principal.subject,
        kind=principal.kind.value,
        client=principal.client,
        roles=principal.roles,
        scopes=tuple(sorted(scope.value for scope in principal.scopes)),
    )
