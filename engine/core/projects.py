"""A project: the governed container of resources, and its provider settings."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from engine.core.errors import InvalidInput
from engine.core.values import JsonObject

ROOT_SPACE: Final = "root"
_LABEL: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}(:[A-Za-z0-9._-]{1,63})?")
_SPACE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


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


def parse_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return labels sorted, each once; they look like `prod` or `env:prod`.

    Raises:
        InvalidInput: one is malformed.
    """
    return tuple(sorted({parse_label(label) for label in labels}))


def parse_label(label: str) -> str:
    """Return a label of that form.

    Raises:
        InvalidInput: any other text.
    """
    if _LABEL.fullmatch(label) is None:
        raise InvalidInput(f"{label!r} is no label", field="labels", hint="write them like prod or env:prod")
    return label


def parse_space(text: str) -> str:
    """Return the name of a space: lower-case letters, digits, `-` or `_`, at most 63.

    Raises:
        InvalidInput: any other text.
    """
    if _SPACE.fullmatch(text) is None:
        raise InvalidInput(
            "a space is lower-case letters, digits, - or _, at most 63",
            field="space",
            hint=f"for example data; the one that everything is in by itself is {ROOT_SPACE}",
        )
    return text
