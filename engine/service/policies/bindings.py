"""Use case: list what binds a project, and why."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import InvalidInput
from engine.core.policy.bonds import Bond
from engine.core.policy.rules import OPERATIONS
from engine.core.policy.selection import names_like
from engine.service.lookup import find_project
from engine.service.services import Services

Stands = Literal["binds", "disabled", "does not apply"]


class PolicyBinding(BaseModel):
    """One policy that is attached to the project.

    Attributes:
        stands: whether it binds; `does not apply` where it is not about the type or the operation asked for.
        by_hand: it was attached to this very project.
        labels: its labels that attach it.
        resource_types, operations: what it says it is about.
    """

    model_config = ConfigDict(frozen=True)

    policy_id: str
    policy: str
    version: int
    stands: Stands
    by_hand: bool
    labels: tuple[str, ...]
    resource_types: tuple[str, ...]
    operations: tuple[str, ...]


class PolicyBindings(BaseModel):
    """What is attached to a project, by name; without any, every change is allowed."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    project: str
    space: str
    labels: tuple[str, ...]
    policies: tuple[PolicyBinding, ...]


async def policy_bindings(
    services: Services,
    principal: Principal,
    project_name: str,
    *,
    resource_type: str | None = None,
    operation: str | None = None,
) -> PolicyBindings:
    """Return what is attached to a project and whether it binds, on a type and an operation where given.

    Raises:
        Forbidden: the principal lacks `policies:read`.
        InvalidInput: there is no such operation.
        NotFound: there is no such project.
    """
    principal.require(Scope.POLICIES_READ)
    if operation is not None and operation not in OPERATIONS:
        raise InvalidInput(
            f"policies are not asked about {operation!r}",
            field="operation",
            hint=f"name one of {', '.join(OPERATIONS)}",
        )
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        bonds = await transaction.attachments.bonds(project)
    return PolicyBindings(
        project=project.name,
        space=project.space,
        labels=project.labels,
        policies=tuple(_binding(bond, resource_type, operation) for bond in bonds),
    )


def _binding(bond: Bond, resource_type: str | None, operation: str | None) -> PolicyBinding:
    policy = bond.policy
    return PolicyBinding(
        policy_id=policy.id,
        policy=policy.name,
        version=policy.version,
        stands=_stands(bond, resource_type, operation),
        by_hand=bond.by_hand,
        labels=bond.labels,
        resource_types=policy.metadata.resource_types,
        operations=policy.metadata.operations,
    )


def _stands(bond: Bond, resource_type: str | None, operation: str | None) -> Stands:
    about = bond.policy.metadata
    if not bond.policy.enabled:
        return "disabled"
    asked = about.operations if operation is None else names_like(operation)
    applies = about.judges(*asked) if resource_type is None else about.covers(resource_type, *asked)
    return "binds" if applies else "does not apply"
