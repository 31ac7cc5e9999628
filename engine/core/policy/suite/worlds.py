"""Which files of a run see each other. Reads no file and no Rego.

A gate evaluates each policy alone, so a folder that holds a policy is a world of its own: its modules, its
tests, its data, and those of the folders below it that hold no policy. Libraries (other packages that are no
tests) and data further up, or in no world, are seen from every world below. With one such folder, or none,
all files are one world, as in `opa test`.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from engine.core.policy.rules import PACKAGES

Folder: TypeAlias = tuple[str, ...]

_KEYWORDS: Final = "as|contains|default|else|every|false|if|import|in|not|null|package|some|true|with"
_PLAIN: Final = re.compile(rf"(?!(?:{_KEYWORDS})\Z)[A-Za-z_][A-Za-z0-9_]*")


class DeclaredTest(NamedTuple):
    """A test rule as a module declares it.

    Attributes:
        path: its constant segments inside the package.
        shape: what its value is; the engine's word, which only the engine reads.
    """

    path: Folder
    line: int
    skipped: bool
    shape: str = ""

    @property
    def name(self) -> str:
        """The path as Rego writes it."""
        return spelt_path(self.path)


class SuiteModule(NamedTuple):
    """A Rego file of a run.

    Attributes:
        file: its name as shown, unique in the run.
        folder: the absolute folder that it lies in.
        package: the segments of its package.
        is_test: whether it belongs to the tests rather than to what they test.
        tests: in the order of the file.
    """

    file: str
    folder: Folder
    package: Folder
    is_test: bool
    tests: tuple[DeclaredTest, ...]

    @property
    def is_policy(self) -> bool:
        """Whether a gate could evaluate it."""
        return len(self.package) == 1 and self.package[0] in PACKAGES


class SuiteData(NamedTuple):
    """A data file of a run; `at` is where its content stands below `data`."""

    file: str
    folder: Folder
    at: Folder


class Place(NamedTuple):
    """A line of a file."""

    file: str
    line: int


class World(NamedTuple):
    """Files that see each other, in the order in which they were given."""

    modules: tuple[SuiteModule, ...]
    documents: tuple[SuiteData, ...]


def worlds_of(modules: Sequence[SuiteModule], documents: Sequence[SuiteData]) -> tuple[World, ...]:
    """Return the worlds that the files of a run form; every file is in at least one."""
    homes = {module.folder for module in modules if module.is_policy}
    if len(homes) < 2:  # noqa: PLR2004  # one alone needs no protection from another
        return (World(tuple(modules), tuple(documents)),)
    worlds = []
    for home in (*sorted(homes), None):
        above = {other for other in homes if home and _is_below(home, other)} | {None}
        own = [module for module in modules if _home(module.folder, homes) == home]
        shared = [m for m in modules if _home(m.folder, homes) in above - {home}]
        libraries = [module for module in shared if not module.is_policy and not module.is_test]
        seen = [document for document in documents if _home(document.folder, homes) in above | {home}]
        if home or any(module.is_test for module in own):
            worlds.append(World((*own, *libraries), tuple(seen)))
    return tuple(worlds)


class Twice(NamedTuple):
    """Two test rules of one name, or one inside the other, in the order of the world."""

    name: str
    first: Place
    second: Place


def twice_declared(world: World) -> tuple[Twice, ...]:
    """Return each test whose name an earlier one has.

    The engine takes two rules of one name for one rule that holds where either does: one would hide the
    other's failure.
    """
    whole: dict[tuple[Folder, Folder], Place] = {}
    inside: dict[tuple[Folder, Folder], Place] = {}
    found = []
    for module in world.modules:
        for test in module.tests:
            here = Place(module.file, test.line)
            parts = [(module.package, test.path[:length]) for length in range(1, len(test.path) + 1)]
            others = [whole[part] for part in parts if part in whole]
            if not others and parts[-1] in inside:
                others = [inside[parts[-1]]]
            found += [Twice(test.name, other, here) for other in others]
            whole.setdefault(parts[-1], here)
            for part in parts:
                inside.setdefault(part, here)
    return tuple(found)


def spelt_path(path: Folder) -> str:
    """Return segments as Rego writes a reference: `a.b["c-d"]`, keywords in brackets too."""
    first, *rest = path
    return first + "".join(f".{s}" if _PLAIN.fullmatch(s) else f"[{json.dumps(s)}]" for s in rest)


def _home(folder: Folder, homes: Iterable[Folder]) -> Folder | None:
    """Return the nearest of the homes that a folder lies in."""
    return max((home for home in homes if folder == home or _is_below(folder, home)), key=len, default=None)


def _is_below(folder: Folder, other: Folder) -> bool:
    return len(folder) > len(other) and folder[: len(other)] == other
