"""Which providers and types a search means, and in which order they are shown."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, Version
from engine.core.limits import SEARCH_WORDS_MAX
from engine.core.providers.names import nearest
from engine.core.providers.synonyms import SYNONYMS

OFFICIAL: Final = frozenset({"hashicorp", "opentofu"})
Kind = Literal["resource", "data_source"]

# What a word costs that is only the beginning of a word of the name, is inside of one, or only names the
# service that a type is of; and a find that a registry alone can explain.
_BEGINS: Final = 1
_INSIDE: Final = 2
_SERVICE: Final = 3
_UNEXPLAINED: Final = 20
_PART_MIN_CHARS: Final = 3
# What holds phrases together and names nothing.
_FILLERS: Final = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "my", "of", "on", "or", "our", "the", "to", "with")
)


class Found(BaseModel):
    """A provider, or a type of one. Name, title, subcategory and description are others' words.

    Attributes:
        kinds: as what the type exists; none for a provider.
        name: the type's name, empty for a provider.
        installed: True where its provider is at hand.
        popularity: as a registry counts it.
    """

    model_config = ConfigDict(frozen=True)

    address: ProviderAddress
    name: str = ""
    kinds: tuple[Kind, ...] = ()
    version: Version | None = None
    installed: bool = False
    popularity: int = 0
    subcategory: str = ""
    description: str = ""

    @property
    def official(self) -> bool:
        """True where those who made Terraform or OpenTofu publish it."""
        return self.address.namespace in OFFICIAL


class Query(NamedTuple):
    """What is searched for: the text, and what of it counts as one word, phrases before their parts."""

    text: str
    words: tuple[str, ...]


def query_of(text: str) -> Query:
    """Return a search as it is compared: lower case, without fillers, words known together taken together."""
    told = [word for word in text.lower().split() if word not in _FILLERS]
    text = " ".join(told) or text
    tokens = re.findall(r"[a-z0-9]+", text.lower())[:SEARCH_WORDS_MAX]
    words: list[str] = []
    while tokens:
        pair = " ".join(_singular(token) for token in tokens[:2])
        taken = 2 if len(tokens) > 1 and pair in SYNONYMS else 1
        words.append(pair if taken == 2 else tokens[0])  # noqa: PLR2004 - two words are a pair
        tokens = tokens[taken:]
    return Query(text.strip().lower(), tuple(words))


def ranked(query: Query, found: Iterable[Found], *, explained: bool = True) -> list[Found]:
    """Return what the search means, best first; with `explained` False also what only a registry relates.

    First an exact address, an exact type and an exact name of a provider, then what is at hand, then what is
    official; within these the nearest, then the most popular.
    """
    scored = [(one, closeness(query, one)) for one in found]
    kept = [
        (_order(query, one, _UNEXPLAINED if near is None else near), one)
        for one, near in scored
        if near is not None or not explained
    ]
    return [one for _, one in sorted(kept, key=lambda each: each[0])]


def related(query: Query, found: Iterable[Found]) -> list[Found]:
    """Return what misses a word of the search but meets another, its provider's name too; best first."""
    half = [
        one
        for one in found
        if closeness(query, one) is None
        and (met_words(query, one) or not set(query.words).isdisjoint(_whose(one)))
    ]
    return ranked(query, half, explained=False)


def partly(query: Query, found: Iterable[Found]) -> list[Found]:
    """Return what meets the most words of a search, ordered as `ranked` orders; nothing that meets none."""
    met = [(one, met_words(query, one)) for one in found]
    most = max((len(words) for _, words in met), default=0)
    kept = [
        (_order(query, one, _UNEXPLAINED if near is None else near), one)
        for one, words in met
        if len(words) == most > 0
        for near in (closeness(Query(query.text, words), one),)
    ]
    return [one for _, one in sorted(kept, key=lambda each: each[0])]


def met_words(query: Query, found: Found) -> tuple[str, ...]:
    """Return the words of a search that a find meets; its provider's name counts beside a word of its own."""
    told = {_singular(word) for word in re.findall(r"[a-z0-9]+", found.description.lower())}
    own = {
        word
        for word in query.words
        if {_singular(token) for token in word.split()} <= told
        or closeness(Query(word, (word,)), found) is not None
    }
    return tuple(word for word in query.words if own and (word in own or word in _whose(found)))


def nearest_found(query: Query, found: Sequence[Found]) -> list[Found]:
    """Return what is named most like the search, best first."""
    wanted = "_".join(query.words)
    by_name = {name: one for one in reversed(found) for name in _names(one)}
    close = [by_name[name] for name in nearest(wanted, by_name)]
    return [one for number, one in enumerate(close) if one not in close[:number]]


def closeness(query: Query, found: Found) -> int | None:
    """Return how far a find is from the search, 0 for nearest; None where a word of the search is not met."""
    if not found.name:
        address = found.address
        parts = {*address.host.split("."), address.namespace, address.name, *address.name.split("-")}
        costs = [_direct(token, parts) for word in query.words for token in word.split()]
        met = [cost for cost, _ in (each for each in costs if each is not None)]
        return sum(met) if len(met) == len(costs) else None
    rest = found.name.split("_")[1:]
    words = {_singular(word) for word in rest}
    service = {_singular(word) for word in re.findall(r"[a-z0-9]+", found.subcategory.lower())}
    cost, covered, own = 0, set[str](), False
    for word in query.words:
        best = _best(word, words, service)
        if best is not None:
            cost, covered, own = cost + best[0], covered | best[1], True
        elif word not in _whose(found):
            return None
    return cost + len(words - covered) if own or not query.words else None


def _whose(found: Found) -> tuple[str, ...]:
    """Return the words that name the provider of a type."""
    return (found.name.partition("_")[0], found.address.name, found.address.namespace)


def _best(word: str, words: set[str], service: set[str]) -> tuple[int, set[str]] | None:
    """Return what a word costs and which words of a name it stands for, by the way that explains most."""
    ways = [_whole(word.split(), words)]
    for number, way in enumerate(SYNONYMS.get(word) or SYNONYMS.get(_singular(word), ())):
        meant = {_singular(each) for each in way.split()}
        ways.append((number, meant) if meant <= words else None)
    if _singular(word) in service:
        ways.append((_SERVICE, set()))
    met = [way for way in ways if way is not None]
    return min(met, key=lambda way: way[0] - len(way[1])) if met else None


def _whole(tokens: Iterable[str], words: set[str]) -> tuple[int, set[str]] | None:
    found = [_direct(token, words) for token in tokens]
    met = [each for each in found if each is not None]
    if len(met) < len(found):
        return None
    return sum(cost for cost, _ in met), {word for _, word in met}


def _direct(token: str, words: Iterable[str]) -> tuple[int, str] | None:
    """Return the cheapest way in which a token is one of the words, or a part of one."""
    one = _singular(token)
    same = [(0, word) for word in words if word in (one, token)]
    long = len(one) >= _PART_MIN_CHARS
    parts = [(_BEGINS if word.startswith(one) else _INSIDE, word) for word in words if long and one in word]
    return min([*same, *parts], default=None)


def _order(query: Query, found: Found, near: int) -> tuple[bool | int | str, ...]:
    text, address = query.text, found.address
    return (
        found.name != "" or text not in (str(address), address.full),
        found.name != text or not text,
        found.name != "" or text != address.name,
        not found.installed,
        not found.official,
        near,
        "resource" not in found.kinds,
        -found.popularity,
        found.name,
        str(address),
    )


def _names(found: Found) -> tuple[str, ...]:
    if not found.name:
        return (found.address.name, f"{found.address.namespace}_{found.address.name}")
    return (found.name, found.name.partition("_")[2])


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word  # noqa: PLR2004 - dns, aws
