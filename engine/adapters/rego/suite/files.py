"""Finds and reads the files of a test run. Knows neither Rego nor what data mean."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import Final, NamedTuple

from engine.core.errors import SuiteInvalid
from engine.core.limits import POLICY_SOURCE_MAX_BYTES, SUITE_DATA_MAX_BYTES, SUITE_FILES_MAX
from engine.core.policy.suite.worlds import Folder

REGO: Final = ".rego"
_DATA: Final = frozenset({".json", ".yaml", ".yml"})


class Found(NamedTuple):
    """A file to load.

    Attributes:
        file: its name as shown, with `/`.
        folder: the absolute folder that it lies in.
        at: the folders between the argument and the file: where its content stands below `data`.
    """

    path: Path
    file: str
    folder: Folder
    at: Folder

    @property
    def is_rego(self) -> bool:
        """Whether it is a module; else it holds data."""
        return self.path.suffix == REGO


def find(paths: Sequence[Path]) -> tuple[Found, ...]:
    """Return what the paths name, each file once, in the order of the arguments and then of names.

    Raises:
        SuiteInvalid: a path does not exist or cannot be read, or there are too many files.
    """
    found: dict[Path, Found] = {}
    for given in paths:
        for path, at in _below(given):
            folder = path.parent.resolve()
            key = folder / path.name
            found.setdefault(key, Found(path, path.as_posix(), folder.parts, at))
            if len(found) > SUITE_FILES_MAX:
                raise SuiteInvalid(
                    f"there are more than {SUITE_FILES_MAX} files below {given.as_posix()}",
                    field="paths",
                    hint="name the folders that hold policies",
                )
    return tuple(found.values())


def read(found: Found) -> str:
    """Return the text of a file.

    Raises:
        SuiteInvalid: it cannot be read, is too large or is not UTF-8.
    """
    most = POLICY_SOURCE_MAX_BYTES if found.is_rego else SUITE_DATA_MAX_BYTES
    try:
        if not S_ISREG(found.path.stat().st_mode):
            raise SuiteInvalid(
                f"{found.file} is no regular file", field="paths", hint="leave it out, or name another path"
            )
        with found.path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as wrong:
        raise _unreadable(found.path, wrong) from None
    if len(content) > most:
        raise SuiteInvalid(
            f"{found.file} is larger than {most} bytes", field="paths", hint="split it, or leave it out"
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise SuiteInvalid(
            f"{found.file}:{line}: the text is not UTF-8", field="paths", hint="save the file as UTF-8"
        ) from None


def stamp_of(paths: Sequence[Path]) -> str:
    """Return names, sizes and times of change of what the paths name.

    Raises:
        SuiteInvalid: as `find`.
    """
    lines = []
    for found in find(paths):
        try:
            status = found.path.stat()
        except FileNotFoundError:  # gone since it was listed
            continue
        lines.append(f"{found.file} {status.st_size} {status.st_mtime_ns}")
    return "\n".join(lines)


def _below(given: Path) -> Iterator[tuple[Path, Folder]]:
    if not given.is_dir():
        if not given.exists():
            raise SuiteInvalid(f"{given.as_posix()} does not exist", field="paths", hint="correct the path")
        if given.suffix != REGO and given.suffix not in _DATA:
            raise SuiteInvalid(
                f"{given.as_posix()} is neither Rego nor data",
                field="paths",
                hint="name a folder, or a file that ends in .rego, .json, .yaml or .yml",
            )
        yield given, ()
        return
    for folder, folders, names in os.walk(given, onerror=_stop):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix == REGO or path.suffix in _DATA:
                yield path, path.parent.relative_to(given).parts


def _stop(wrong: OSError) -> None:
    raise _unreadable(Path(wrong.filename), wrong)


def _unreadable(path: Path, wrong: OSError) -> SuiteInvalid:
    return SuiteInvalid(
        f"{path.as_posix()} cannot be read: {wrong.strerror}", field="paths", hint="correct its permissions"
    )
