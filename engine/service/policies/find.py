"""Finding a policy by its name, with an error that says what there is instead."""

from engine.core.errors import NotFound
from engine.core.policy.policies import PolicyVersion
from engine.core.providers.names import suggestion
from engine.ports.store import Transaction


async def find_policy(transaction: Transaction, name: str, version: int | None = None) -> PolicyVersion:
    """Return a policy, its newest version where none is named.

    Raises:
        NotFound: there is no such policy or version; the hint names the nearest.
    """
    policy = await transaction.policies.find(name, version)
    if policy is not None:
        return policy
    newest = await transaction.policies.find(name)
    if newest is not None:
        raise NotFound(
            f"policy {name} has no version {version}",
            field="version",
            hint=f"its versions are 1 to {newest.version}",
        )
    known = [p.name for p in await transaction.policies.list()]
    raise NotFound(
        f"there is no policy {name}",
        field="policy",
        hint=suggestion(name, known) or "`intent policy list` shows them",
    )
