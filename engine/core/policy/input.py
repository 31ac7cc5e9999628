"""The input that policies see (contracts: policy input). Its seven members of `resource` are Spacelift's."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.core.auth.principals import Principal
from engine.core.plans.plan import Plan
from engine.core.projects import Project
from engine.core.values import JsonObject, true_paths

GatedOperation = Literal["create", "update", "delete", "import", "refresh"]


class ResourceInput(BaseModel):
    """What is asked of which resource; an absent state is null, present as a key."""

    model_config = ConfigDict(frozen=True)

    resource_id: str = Field(description="The name of the resource in the project.")
    resource_type: str = Field(description="For example aws_s3_bucket.")
    provider: str = Field(
        description="For example hashicorp/aws; another registry is spelt out, registry.example.com/org/name."
    )
    provider_version: str = Field(description="The exact version that planned it.")
    operation: GatedOperation = Field(description="What is asked for.")
    current_state: JsonObject | None = Field(
        description="Attributes before: null for a creation and an import."
    )
    proposed_state: JsonObject | None = Field(
        description=(
            "Attributes after, as OpenTofu planned them: the provider's defaults are filled in, what is "
            "known only after the change is left out; null for a deletion."
        )
    )


class PlanInput(BaseModel):
    """The plan in names: what happens, and dotted paths of what changes, replaces, is unknown or secret."""

    model_config = ConfigDict(frozen=True)

    action: str = Field(
        description=(
            "What happens to the object, in one word: create, update, replace (it is destroyed and made "
            "anew), delete, no-op, import, refresh, or forget (its record ends, it is gone already)."
        )
    )
    actions: tuple[str, ...] = Field(
        description="The same as OpenTofu says it: a replacement is delete and create in their order."
    )
    changed: tuple[str, ...] = Field(
        description="Top-level attributes that change; of a creation those that are set."
    )
    replace_paths: tuple[str, ...] = Field(description="Dotted paths that force a replacement.")
    unknown: tuple[str, ...] = Field(description="Dotted paths that are known only after the change.")
    sensitive: tuple[str, ...] = Field(
        description=(
            "Dotted paths that the provider's schema calls sensitive, or that take a secret by reference."
        )
    )


class ProjectInput(BaseModel):
    """The project that the resource belongs to."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="UUID of the project.")
    name: str = Field(description="Its name.")
    space: str = Field(description="The space that it belongs to.")
    labels: tuple[str, ...] = Field(description="Such as prod or env:prod.")
    resource_count: int = Field(
        description="Resources that it holds now; one that is being created does not count yet."
    )


class ActorInput(BaseModel):
    """Who asks, through what, with which rights."""

    model_config = ConfigDict(frozen=True)

    subject: str = Field(description="The person who asks, or for whom an assistant asks.")
    kind: str = Field(description="user, assistant, token or system.")
    client: str = Field(description="Through what: cli, or the name that an MCP client gives itself.")
    roles: tuple[str, ...] = Field(description="Roles of who asks.")
    scopes: tuple[str, ...] = Field(description="The rights of who asks, for example resources:write.")


class RequestInput(BaseModel):
    """The request itself; `timestamp_ns` is when it was made, the only clock that a policy has."""

    model_config = ConfigDict(frozen=True)

    operation_id: str = Field(description="UUID of the operation.")
    timestamp_ns: int = Field(
        description="When it was asked for, in nanoseconds since 1970: the only clock that a policy has."
    )
    dry_run: bool = Field(description="Nothing will be done, whatever the decision.")
    reason: str = Field(description="Why, as the caller said; may be empty.")


class ChangeInput(BaseModel):
    """One change of a set, in short."""

    model_config = ConfigDict(frozen=True)

    resource_id: str = Field(description="The name of the resource in the project.")
    resource_type: str = Field(description="For example aws_s3_bucket.")
    operation: GatedOperation = Field(description="What is asked for.")
    plan: PlanInput
    current_state: JsonObject | None = Field(description="Attributes before: null for a creation.")
    proposed_state: JsonObject | None = Field(
        description="Attributes after, less what is known only later; null for a deletion."
    )


class ChangeSetInput(BaseModel):
    """The whole set that a change is a part of: it is decided as one."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="UUID of the change set.")
    size: int = Field(description="How many changes it has.")
    changes: tuple[ChangeInput, ...] = Field(
        description="Every change that is not done yet, this one too, in the order of the request."
    )


class PolicyInput(BaseModel):
    """The whole input. Policies see real values: whatever of it is stored or shown is redacted first."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    format_version: Literal["1.0"] = Field(
        default="1.0", description="The form of this document; another one where a policy could break."
    )
    resource: ResourceInput
    plan: PlanInput
    project: ProjectInput
    provider_config: JsonObject = Field(
        description=(
            "The settings of the resource's provider as the project keeps them; {} where it has none. "
            "Never a secret."
        )
    )
    provider_alias: str = Field(
        default="",
        description="Which configuration of the provider that is, by its name; empty for the one without.",
    )
    actor: ActorInput
    dependencies: tuple[str, ...] = Field(description="Ids of the resources that this one needs.")
    dependents: tuple[str, ...] = Field(description="Ids of the resources that need this one.")
    request: RequestInput
    change_set: ChangeSetInput | None = Field(
        default=None, description="The set that this change is a part of; null where it stands alone."
    )

    def document(self) -> JsonObject:
        """Return the input as the JSON object that policies are given."""
        return self.model_dump(mode="json")


def plan_input(plan: Plan) -> PlanInput:
    """Return the plan in the names that policies see."""
    sensitive = {*true_paths(plan.before_sensitive), *true_paths(plan.after_sensitive)}
    return PlanInput(
        action=plan.action,
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
