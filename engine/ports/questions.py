"""What a data source is asked. Asking it is the runner's."""

from pydantic import BaseModel, ConfigDict, Field

from engine.core.addrs import ProviderPin
from engine.core.values import JsonObject
from engine.ports.mirror import Trusted


class Question(BaseModel):
    """What a data source is asked; `key`, `project_id`, `accepted` and `settings` are as for a job."""

    model_config = ConfigDict(frozen=True)

    key: str
    project_id: str = ""
    pin: ProviderPin
    accepted: tuple[str, ...] | None = None
    data_source_type: str
    config: JsonObject
    settings: JsonObject = Field(default_factory=dict)

    @property
    def provider(self) -> Trusted:
        """The provider to start."""
        return Trusted(pin=self.pin, hashes=self.accepted)
