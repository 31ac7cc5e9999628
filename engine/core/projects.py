"""A project: the governed container of resources, and its provider settings."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from engine.core.values import JsonObject


class Project(BaseModel):
    """A project as stored.

    Attributes:
        lineage: UUID that every state file of this project carries.
        provider_settings: provider address (short spelling) to its configuration block; no credentials.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    space: str = "root"
    labels: tuple[str, ...] = ()
    lineage: str
    provider_settings: Mapping[str, JsonObject] = Field(default_factory=dict)
    created_at: datetime
    created_by: str
