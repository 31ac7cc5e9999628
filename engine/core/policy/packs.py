"""Packs: named lists of policies with their parameters, attached to a project at once. Reads no files."""

from pydantic import BaseModel, ConfigDict

from engine.core.policy.policies import PolicySource, RegoVersion
from engine.core.values import JsonObject


class PackedPolicy(BaseModel):
    """One policy of a pack: the name that it is stored under, its Rego v1, and its parameters."""

    model_config = ConfigDict(frozen=True)

    name: str
    source: str
    parameters: JsonObject = {}

    @property
    def candidate(self) -> PolicySource:
        """The policy as it is checked and compared before it is stored."""
        return PolicySource(
            id="",
            name=self.name,
            version=0,
            rego_version=RegoVersion.V1,
            source=self.source,
            parameters=self.parameters,
        )


class PolicyPack(BaseModel):
    """Policies that belong together; their names are unique within the pack."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    description: str
    policies: tuple[PackedPolicy, ...]
