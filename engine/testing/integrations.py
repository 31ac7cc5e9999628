"""Integrations in memory: each project has variables of its own."""

from collections.abc import Mapping
from types import MappingProxyType


class FakeIntegrations:
    """Implements `engine.ports.integrations.Integrations`.

    Attributes:
        asked: the projects that it was asked about, in order.
    """

    def __init__(self, variables: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> None:
        self.asked: list[str] = []
        self._variables = variables

    async def environment(self, project_id: str) -> Mapping[str, str]:
        """Return the variables of a project, none where it has none."""
        self.asked.append(project_id)
        return self._variables.get(project_id, {})
