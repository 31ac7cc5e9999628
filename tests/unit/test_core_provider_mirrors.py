"""Where packages are looked for, as the setting names it."""

import pytest

from engine.core.errors import InvalidInput
from engine.core.limits import MIRRORS_MAX
from engine.core.providers.mirrors import SETTING, Place, PlaceKind, parse_mirrors

DIRECT = Place(kind=PlaceKind.DIRECT)


def test_places_are_read_in_their_order() -> None:
    assert parse_mirrors("") == parse_mirrors(" direct ") == (DIRECT,)
    assert parse_mirrors("/srv/providers, https://mirror.example.com/p,direct") == (
        Place(kind=PlaceKind.FOLDER, where="/srv/providers"),
        Place(kind=PlaceKind.NETWORK, where="https://mirror.example.com/p/"),
        DIRECT,
    )
    assert parse_mirrors("https://mirror.example.com/p/") == parse_mirrors("https://mirror.example.com/p")


@pytest.mark.requirement("5.2.sources")
@pytest.mark.parametrize(
    "text",
    [
        *("providers", "./providers", "~/providers", "direct,", ",", "direct,direct", "Direct", "/a\0b"),
        *(
            "http://mirror.example.com/",
            "ftp://mirror.example.com/",
            "https://u:p@mirror.example.com/",
            "https://",
        ),
        ",".join(f"/srv/{number}" for number in range(MIRRORS_MAX + 1)),
    ],
)
def test_a_malformed_place_is_refused_by_the_name_of_the_setting(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_mirrors(text)
    assert caught.value.field == SETTING
