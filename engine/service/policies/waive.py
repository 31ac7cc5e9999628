"""Use case: let one resource or type of a project break a policy for a while, in the open."""

import re
from datetime import datetime
from typing import Final

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.errors import Forbidden, InvalidInput
from engine.core.ids import parse_resource_id
from engine.core.limits import NOTE_MAX_CHARS, WAIVER_OWNER_MAX_CHARS
from engine.core.policy.waivers import Waiver, parse_expiry
from engine.core.text import require_whole_characters
from engine.service.lookup import find_project
from engine.service.policies.audit import audit_policy
from engine.service.policies.find import find_policy
from engine.service.services import Services

_TYPE: Final = re.compile(r"[a-z][a-z0-9_]{0,127}")


async def waive_policy(
    services: Services,
    principal: Principal,
    policy_name: str,
    project_name: str,
    *,
    resource_id: str = "",
    resource_type: str = "",
    owner: str,
    reason: str,
    expires_at: datetime,
) -> Waiver:
    """Give a waiver of a policy for a resource, which need not exist yet, or for a type, and return it.

    Raises:
        Forbidden: the principal lacks `policies:write` or is no person.
        InvalidInput: not exactly one of resource and type is given, or a value is not acceptable.
        NotFound: there is no such policy or project.
    """
    principal.require(Scope.POLICIES_WRITE)
    if principal.kind is not PrincipalKind.USER:
        raise Forbidden(
            f"a waiver is given by a person, not by {principal.subject} ({principal.kind.value})",
            hint="ask a person to give it",
        )
    _require_one(resource_id, resource_type)
    now = services.clock.now()
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        policy = await find_policy(transaction, policy_name)
        waiver = Waiver(
            id=services.ids.new(),
            project_id=project.id,
            policy_id=policy.id,
            policy=policy.name,
            resource_id=resource_id,
            resource_type=resource_type,
            owner=_words(owner, "owner", WAIVER_OWNER_MAX_CHARS),
            reason=_words(reason, "reason", NOTE_MAX_CHARS),
            created_at=now,
            created_by=principal.key,
            expires_at=parse_expiry(expires_at, now),
        )
        await transaction.waivers.add(waiver)
        facts = waiver.model_dump(mode="json", exclude={"project_id", "created_at", "created_by"})
        await audit_policy(
            services, transaction, principal, policy, "policy.waived", project_id=project.id, facts=facts
        )
    return waiver


def _require_one(resource_id: str, resource_type: str) -> None:
    if bool(resource_id) == bool(resource_type):
        given = "both are given" if resource_id else "neither is given"
        raise InvalidInput(
            f"a waiver is for one resource or for one type: {given}",
            field="resource_id",
            hint="name a resource (it need not exist yet) or a type, not both",
        )
    if resource_id:
        parse_resource_id(resource_id)
    elif _TYPE.fullmatch(resource_type) is None:
        raise InvalidInput(
            f"{resource_type!r} is no resource type",
            field="resource_type",
            hint="name one type as its provider does, for example aws_s3_bucket",
        )


def _words(text: str, field: str, longest: int) -> str:
    """Return words that are there and not too long."""
    require_whole_characters(text, field)
    if not text.strip() or len(text) > longest:
        raise InvalidInput(
            f"{field} must be 1 to {longest} characters that say something",
            field=field,
            hint="say it briefly",
        )
    return text
