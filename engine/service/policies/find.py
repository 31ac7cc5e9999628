"""Finding a policy by its name, with an error that says what there is instead."""

from engine.core.errors import NotFound
from engine.core.policy.policies import Policy, PolicyVersion
from engine.core.providers.names import suggestion
from engine.ports.store import Transaction


async def find_policy(transaction: Transaction, name: str) -> Policy:
    """Return the policy of that name that is not deleted.

    Raises:
        NotFound: there is none; the hint names the nearest, or says that it was deleted.
    """
    policy = await transaction.policies.find(name)
    if policy is not None:
        return policy
    stored = await transaction.policies.list()
    if any(other.name == name for other in stored):
        raise NotFound(
            f"policy {name} was deleted",
            field="policy",
            hint=f"`intent policy versions {name}` still shows what it was",
        )
    known = [other.name for other in stored if other.deleted_at is None]
    raise NotFound(
        f"there is no policy {name}",
        field="policy",
        hint=suggestion(name, known) or "`intent policy list` shows them",
    )


async def find_policy_ever(transaction: Transaction, name: str) -> Policy:
    """Return the policy of that name, else the last deleted one of that name or id.

    Raises:
        NotFound: there never was one.
    """
    try:
        return await find_policy(transaction, name)
    except NotFound:
        for policy in reversed(await transaction.policies.list()):
            if name in (policy.name, policy.id):
                return policy
        raise


async def find_version(transaction: Transaction, name: str, version: int | None = None) -> PolicyVersion:
    """Return a version of a policy, also of a deleted one, its newest where none is named.

    Raises:
        NotFound: there is no such policy or version.
    """
    policy = await find_policy_ever(transaction, name)
    wanted = policy.version if version is None else version
    found = await transaction.policy_versions.find(policy.id, wanted)
    if found is None:
        raise NotFound(
            f"policy {name} has no version {wanted}",
            field="version",
            hint=f"its versions are 1 to {policy.version}",
        )
    return found
