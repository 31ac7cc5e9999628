"""The files of Rego below what a command names. What they hold is not read here."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from engine.core.errors import InvalidInput
from engine.core.limits import POLICY_FILES_MAX

_SUFFIX: Final = ".rego"


def rego_files(paths: Sequence[Path]) -> list[Path]:
    """Return the named files, and the files of Rego in the named folders at any depth, each once, in order.

    Hidden folders and links to folders are not entered.

    Raises:
        InvalidInput: a path does not exist, a folder cannot be read, holds no file of Rego or one that is no
            regular file, or there are too many files.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise InvalidInput(f"there is no {path}", field="path", hint="name files or folders of Rego")
        inside = sorted(_below(path)) if path.is_dir() else [path]
        if not inside:
            raise InvalidInput(
                f"{path} holds no {_SUFFIX} file",
                field="path",
                hint="name the folder that the policies are in",
            )
        found.update(dict.fromkeys(inside))
    if len(found) > POLICY_FILES_MAX:
        raise InvalidInput(
            f"there are {len(found)} files, more than {POLICY_FILES_MAX}",
            field="path",
            hint="name fewer folders",
        )
    return list(found)


def _below(folder: Path) -> Iterator[Path]:
    try:
        members = sorted(folder.iterdir())
    except OSError as refused:
        raise InvalidInput(
            f"{folder} cannot be read: {refused.strerror}", field="path", hint="name a readable folder"
        ) from None
    for member in members:
        if member.is_dir():
            if not member.name.startswith(".") and not member.is_symlink():
                yield from _below(member)
        elif member.suffix == _SUFFIX:
            # To open a pipe would wait for whoever writes into it; a link that leads nowhere fails when read.
            if member.exists() and not member.is_file():
                raise InvalidInput(f"{member} is no regular file", field="path", hint="leave it out")
            yield member
