"""The integration of every project, as long as there is no other: the environment of the engine's caller."""

from collections.abc import Mapping, Sequence

from engine.core.providers.environment import provider_variables


class CallerIntegrations:
    """Gives every project what the allow-list leaves of the caller's environment.

    `more` names variables that the operator allows beside those of the list.
    """

    def __init__(self, caller: Mapping[str, str], more: Sequence[str] = ()) -> None:
        self._variables = provider_variables(caller, more)

    async def environment(self, project_id: str) -> Mapping[str, str]:
        """Return the same for every project; see the port."""
        del project_id
        return self._variables
