"""What a review demands: how many persons' consent, and whose. Who has consented is `approvals`'s."""

from collections.abc import Callable
from typing import Final, Self

from pydantic import BaseModel, ConfigDict


class Demand(BaseModel):
    """What one review asks for beyond its reason.

    Attributes:
        reason: of the review.
        approvals: how many different persons have to consent, 1 to 10.
        approvers: the persons whose consent counts, as `Principal.subject`; anybody's where empty.
    """

    model_config = ConfigDict(frozen=True)

    reason: str = ""
    approvals: int = 1
    approvers: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The demand for people: `2 approvals by ada, bob or eve`."""
        count = "1 approval" if self.approvals == 1 else f"{self.approvals} approvals"
        return f"{count} by {either(self.approvers)}" if self.approvers else count

    def reworded(self, change: Callable[[str], str]) -> Self:
        """Return the demand with every word changed; a name that is changed is nobody's any more."""
        approvers = tuple(map(change, self.approvers))
        return self.model_copy(update={"reason": change(self.reason), "approvers": approvers})

    def accepts(self, subject: str) -> bool:
        """Tell whether that person's consent counts."""
        return not self.approvers or subject in self.approvers


# What holds where no review asks for more: one consent, anybody's.
ANYBODY: Final = Demand()


def needed(demands: tuple[Demand, ...]) -> tuple[Demand, ...]:
    """Return every demand that a plan in review has to meet; there is always one."""
    return demands or (ANYBODY,)


def either(names: tuple[str, ...]) -> str:
    """Return names as a choice: `ada, bob or eve`."""
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
