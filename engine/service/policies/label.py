"""Use case: change the labels of a policy and the space that they reach."""

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.policies import Policy
from engine.service.policies.audit import audit_policy
from engine.service.policies.find import find_policy
from engine.service.policies.place import placed
from engine.service.services import Services


async def label_policy(
    services: Services,
    principal: Principal,
    name: str,
    *,
    labels: tuple[str, ...] | None = None,
    space: str | None = None,
) -> Policy:
    """Replace what is given and return the policy; `labels` is the whole new list.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        InvalidInput: a label or the space is malformed.
        NotFound: there is no such policy.
    """
    principal.require(Scope.POLICIES_WRITE)
    changes = placed(labels, space)
    async with services.store.transaction() as transaction:
        before = await find_policy(transaction, name)
        policy = before.model_copy(update=changes)
        if policy != before:
            await transaction.policies.save(policy)
            event = "policy.labelled"
            await audit_policy(services, transaction, principal, policy, event, facts=policy.placement)
    return policy
