"""A project: the governed container of resources, and its provider settings."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from engine.core.errors import InvalidInput
from engine.core.values import JsonObject

ROOT_SPACE: Final = "root"
_LABEL: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}(:[A-Za-z0-9._-]{1,63})?")
_SPACE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class AtExpiry(StrEnum):
    """What becomes of a project whose time is over; either way it is archived.

    `archive`: its resources stay in the cloud; `destroy`: they are deleted, as far as policies let it.
    """

    ARCHIVE = "archive"
    DESTROY = "destroy"


class Sighting(BaseModel):
    """How a resource was found to differ from what is remembered of it.

    Attributes:
        operation_id: the refresh that found it last.
        since: when it was first found so; `seen_at`: when last.
        changed: the paths that differ, the first ones where they are many; no values.
        missing: the cloud no longer has the object.
    """

    model_config = ConfigDict(frozen=True)

    operation_id: str
    since: datetime
    seen_at: datetime
    changed: tuple[str, ...] = ()
    missing: bool = False


class ProviderLock(BaseModel):
    """Which package of a provider a project trusts.

    Attributes:
        version: the one that the whole project uses.
        constraints: what it was chosen by, as a lock file spells them; empty where nobody gave any.
        hashes: `h1:` and `zh:` hashes of its packages, sorted; no package without one of them is started.
        unseen: True where the lock came from elsewhere and no package on this machine was compared with it
            yet; the first that is compared adds its own `h1:` hash.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    constraints: str = ""
    hashes: tuple[str, ...] = ()
    unseen: bool = False


class Project(BaseModel):
    """A project as stored.

    What its times mean is told in `engine.core.lifetimes` and `engine.core.schedules`.

    Attributes:
        space: where it lies; spaces are names beside each other, none within another.
        lineage: UUID that every state file of this project carries.
        sample_policies: keep a sample of what each policy says, whether it asks for that or not.
        provider_settings: provider address (short spelling) to its configuration block; no credentials.
        provider_locks: provider address (short spelling) to the package that the project trusts.
        expires_at: when its time is over; None where it has no end.
        expiry_by: the person who last set that end or what comes of it.
        warned: which warnings of this end were given, in hours before it.
        archived_at: since when it takes no changes; None where it does.
        destroyed_at: when the last resource of a project that expired was deleted.
        refresh_seconds: how often each resource is compared with the cloud, 0 for never.
        refresh_since: when that was last set.
        refreshed: resource id to the slot of its last scheduled refresh.
        sightings: resource id to how it differs; those that did not differ when last looked at have none.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    space: str = ROOT_SPACE
    labels: tuple[str, ...] = ()
    lineage: str
    sample_policies: bool = False
    provider_settings: Mapping[str, JsonObject] = Field(default_factory=dict)
    provider_locks: Mapping[str, ProviderLock] = Field(default_factory=dict)
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    at_expiry: AtExpiry = AtExpiry.ARCHIVE
    expiry_by: str = ""
    warned: tuple[int, ...] = ()
    archived_at: datetime | None = None
    destroyed_at: datetime | None = None
    refresh_seconds: int = 0
    refresh_since: datetime | None = None
    refreshed: Mapping[str, int] = Field(default_factory=dict)
    sightings: Mapping[str, Sighting] = Field(default_factory=dict)


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
