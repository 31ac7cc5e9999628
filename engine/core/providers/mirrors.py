"""Where provider packages are looked for, as the setting names it. Nothing is opened here."""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.core.errors import InvalidInput
from engine.core.limits import MIRRORS_MAX
from engine.core.origins import parse_service_url

SETTING: Final = "INTENT_PROVIDERS_MIRRORS"
DIRECT: Final = "direct"


class PlaceKind(StrEnum):
    """How a place is spoken to."""

    DIRECT = "direct"
    NETWORK = "network"
    FOLDER = "folder"


class Place(BaseModel):
    """One place: the registry itself, a network mirror by its URL, or a folder by its absolute path."""

    model_config = ConfigDict(frozen=True)

    kind: PlaceKind
    where: str = ""


def parse_mirrors(text: str) -> tuple[Place, ...]:
    """Read places with commas between them, in the order in which they are tried; none is `direct`.

    Raises:
        InvalidInput: a place is malformed or stands twice, or there are too many.
    """
    places = tuple(_place(part.strip()) for part in (text.strip() or DIRECT).split(","))
    if len(set(places)) != len(places) or len(places) > MIRRORS_MAX:
        raise InvalidInput(
            f"a place stands twice, or there are more than {MIRRORS_MAX}",
            field=SETTING,
            hint="name each once",
        )
    return places


def _place(text: str) -> Place:
    if text == DIRECT:
        return Place(kind=PlaceKind.DIRECT)
    if "://" in text:
        return Place(kind=PlaceKind.NETWORK, where=f"{parse_service_url(text, field=SETTING)}/")
    if text.startswith("/") and "\0" not in text:
        return Place(kind=PlaceKind.FOLDER, where=text)
    raise InvalidInput(
        f"{text[:100]!a} is no place of providers",
        field=SETTING,
        hint="write direct, https://mirror.example.com/providers/, or the absolute path of a folder",
    )
