"""The data files of a world as one document beside its rules. Finds no file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from engine.adapters.rego.checks.program import shown
from engine.adapters.rego.suite.texts import Unreadable, parse_json, parse_yaml
from engine.adapters.rego.syntax import Path
from engine.adapters.rego.wire import Flaw
from engine.core.policy.suite.worlds import Folder

_HINT: Final = "rename one of them, or move one file to a folder of its own"
_HIDES_HINT: Final = "rename the data: the engine would take them for what the rule says"


class Document(NamedTuple):
    """A data file as it was read; `at` is where it stands below `data`."""

    file: str
    at: Folder
    text: str


class Merged(NamedTuple):
    """All data of a world, and why some could not be taken: file and flaw."""

    content: dict[str, Any]
    flaws: tuple[tuple[str, Flaw], ...]


def merge(documents: Sequence[Document], rules: Iterable[Path]) -> Merged:
    """Return the data of a world whose rules have these full paths.

    Objects of several files unite; any other meeting of two, or of one with a rule, is a flaw.
    """
    tree = _Branch()
    flaws = []
    for document in documents:
        try:
            content = _parse(document)
            if not isinstance(content, dict):
                flaw = Flaw(0, 0, "data_not_object", "the data are no object", "put them under a key")
                flaws.append((document.file, flaw))
                continue
            nested: Any = content
            for folder in reversed(document.at):
                nested = {folder: nested}
            tree.add(nested, document.file, ("data",))
        except Unreadable as wrong:
            flaws.append((document.file, Flaw(wrong.line, 0, "data_syntax", str(wrong), "correct the data")))
        except _Clash as clash:
            message = f"{clash} is also defined in {clash.other}"
            flaws.append((document.file, Flaw(0, 0, "data_clash", message, _HINT)))
    for path in sorted(set(rules)):
        if (file := tree.file_at(path)) is not None:
            message = f"data.{shown(path)} is a rule, too"
            flaws.append((file, Flaw(0, 0, "data_clash", message, _HIDES_HINT)))
    return Merged(tree.plain(), tuple(flaws))


class _Clash(Exception):
    def __init__(self, path: Sequence[str], other: str) -> None:
        super().__init__(".".join(path))
        self.other = other


class _Branch:
    """An object that several files may have filled, with the file that gave each member."""

    def __init__(self) -> None:
        self._members: dict[str, tuple[Any, str]] = {}

    def add(self, content: Mapping[str, Any], file: str, path: Sequence[str]) -> None:
        for key, value in content.items():
            here = (*path, key)
            held = self._members.get(key)
            if held is None:
                branch: Any = value
                if isinstance(value, dict):
                    branch = _Branch()
                    branch.add(value, file, here)
                self._members[key] = (branch, file)
            elif isinstance(held[0], _Branch) and isinstance(value, dict):
                held[0].add(value, file, here)
            else:
                raise _Clash(here, held[1])

    def file_at(self, path: Path) -> str | None:
        """Return the file that says what stands at a path or at one that leads there, None for nothing."""
        held = self._members.get(path[0])
        if held is None:
            return None
        content, file = held
        if len(path) > 1 and isinstance(content, _Branch):
            return content.file_at(path[1:])
        return file

    def plain(self) -> dict[str, Any]:
        return {
            key: value.plain() if isinstance(value, _Branch) else value
            for key, (value, _) in self._members.items()
        }


def _parse(document: Document) -> Any:  # noqa: ANN401  # whatever the file holds
    return (parse_json if document.file.endswith(".json") else parse_yaml)(document.text)
