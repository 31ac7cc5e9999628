"""Checking a policy before anything is done with it."""

from engine.core.errors import PolicyInvalid
from engine.core.policy.policies import Checked, PolicySource
from engine.service.services import Services


async def require_sound(
    services: Services,
    policy: PolicySource,
    field: str,
    hint: str = "mend the source and check it with `intent policy check`",
) -> Checked:
    """Return what a check says of a policy that may be stored.

    Raises:
        PolicyInvalid: naming `field`: it may not.
    """
    checked = await services.evaluator.check(policy)
    if checked.blocked:
        raise PolicyInvalid(
            "; ".join(str(finding) for finding in checked.findings if finding.blocking),
            field=field,
            hint=hint,
            facts={"findings": [finding.model_dump(mode="json") for finding in checked.findings]},
        )
    return checked
