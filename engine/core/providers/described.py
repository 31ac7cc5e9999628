"""What is told of a type's members: by its schema with a page's words, or by a page alone."""

from collections.abc import Iterable
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.diagnostics import sanitise
from engine.core.providers.listed import Documented
from engine.core.providers.members import Member, members, type_of
from engine.core.providers.names import nearest
from engine.core.providers.pages import Page
from engine.core.providers.schema import Attribute, Block

NEAR_NAME_MAX_CHARS: Final = 100


class Described(BaseModel):
    """One attribute or nested block, by its dotted path. Path, type and description are others' words.

    Attributes:
        type: of an attribute, as people read it; empty where only a page tells, and it does not say.
        nesting: of a block: single, group, list, set or map; `block` where only a page tells.
        max_items: 0 without a bound, and where only a page tells.
    """

    model_config = ConfigDict(frozen=True)

    path: str
    kind: Literal["attribute", "block"]
    type: str = ""
    nesting: str = ""
    min_items: int = 0
    max_items: int = 0
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    deprecated: bool = False
    description: str = ""


def by_schema(block: Block, page: Page | None, *, required_only: bool = False) -> list[Described]:
    """Return what a block holds, as `members` orders it; what the schema leaves unsaid the page may say."""
    words = {} if page is None else {member.path: member for member in page.members}
    return [_by_schema(each, words.get(each.path)) for each in members(block, required_only=required_only)]


def by_page(page: Page, *, required_only: bool = False) -> list[Described]:
    """Return what a page tells, ordered as `by_schema` orders."""
    kept = [member for member in page.members if not required_only or member.required]
    paths = {member.path for member in kept}
    # What is required only inside of something that may be left out is not required.
    whole = [member for member in kept if not required_only or _above(member.path) <= paths]
    return [_by_page(member) for member in sorted(whole, key=_place)]


def held(word: str, found: Iterable[Described]) -> list[Described]:
    """Return the members whose path holds a word, in any case."""
    return [each for each in found if word.lower() in each.path.lower()]


def unheld(word: str, names: Iterable[str]) -> str:
    """Return in our words that none of the names holds a word, with the nearest, made safe."""
    if not word:
        return "there is nothing to give"
    near = ", ".join(sanitise(name, NEAR_NAME_MAX_CHARS) for name in nearest(word, names))
    return f"no name holds {word!r}; the nearest: {near}" if near else f"no name holds {word!r}"


def _by_schema(member: Member, page: Documented | None) -> Described:
    shown, said = member.shown, "" if page is None else page.description
    if isinstance(shown, Attribute):
        return Described(
            path=member.path,
            kind="attribute",
            type=type_of(shown),
            required=shown.required,
            optional=shown.optional,
            computed=shown.computed,
            sensitive=shown.sensitive,
            deprecated=shown.deprecated or (page is not None and page.deprecated),
            description=shown.description or said,
        )
    return Described(
        path=member.path,
        kind="block",
        nesting=shown.nesting_mode,
        min_items=shown.min_items,
        max_items=shown.max_items,
        required=shown.min_items > 0,
        optional=shown.min_items == 0,
        deprecated=shown.block.deprecated or (page is not None and page.deprecated),
        description=shown.block.description or said,
    )


def _by_page(member: Documented) -> Described:
    return Described(
        path=member.path,
        kind="block" if member.block else "attribute",
        type="" if member.block else member.type,
        nesting="block" if member.block else "",
        min_items=int(member.block and member.required),
        required=member.required,
        optional=member.optional,
        computed=member.computed,
        sensitive=member.sensitive,
        deprecated=member.deprecated,
        description=member.description,
    )


def _place(member: Documented) -> tuple[int, int, str]:
    if member.required:
        rank = 1 if member.block else 0
    else:
        rank = 3 if member.block else 4 if member.computed and not member.optional else 2
    return (member.path.count("."), rank, member.path)


def _above(path: str) -> set[str]:
    steps = path.split(".")
    return {".".join(steps[:length]) for length in range(1, len(steps))}
