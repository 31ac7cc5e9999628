"""A project: the governed container of resources, and its provider settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from engine.core.values import JsonObject

ROOT_SPACE: Final = "root"


class Project(BaseModel):
    """A project as stored.

    Attributes:
        space: where it lies; spaces are names beside each other, none within another.
        lineage: UUID that every state file of this project carries.
        sample_policies: keep a sample of what each policy says, whether it asks for that or not.
        provider_settings: provider address (short spelling) to its configuration block; no credentials.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    space: str = ROOT_SPACE
    labels: tuple[str, ...] = ()
    lineage: str
    sample_policies: bool = False
    provider_settings: Mapping[str, JsonObject] = Field(default_factory=dict)
    created_at: datetime
    created_by: str
