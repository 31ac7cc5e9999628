"""What a project's integration gives to its runs. Keeping integrations and their secrets is not."""

from collections.abc import Mapping
from typing import Protocol


class Integrations(Protocol):
    """Tells by which variables a project's providers reach their clouds: the way of credentials to runs.

    Whoever asks keeps the values nowhere but in the environment of children.
    """

    async def environment(self, project_id: str) -> Mapping[str, str]:
        """Return the variables for a run of a project, in clear; `project_id` is empty for a run of none.

        None of them has a name that is never passed (`engine.core.providers.environment.NEVER`). They are
        everything that providers get beside what any program needs: an implementation that finds no
        integration says whether the caller's environment stands in for it.

        Raises:
            IntegrityFailed: an integration was changed from outside.
            NotSetUp: there is one, and it cannot be opened here.
            StoreFailed: integrations cannot be read.
        """
        ...
