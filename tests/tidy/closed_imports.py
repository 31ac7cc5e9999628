"""Imports the modules named on the command line and refuses what an import has no business doing.

Run in a fresh interpreter by `test_imports.py`. Third parties may read the environment; the product may not.
"""

import importlib
import os
import sys
from typing import Final

_REFUSED: Final = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "subprocess.",
    "sqlite3.",
    "os.system",
    "os.fork",
)
_BETWEEN: Final = frozenset({"os", "_collections_abc", "collections.abc", __name__})


class ImportDidSomethingError(Exception):
    """An import reached out."""


class ClosedEnvironment(type(os.environ)):  # type: ignore[misc]  # the class has no public name to derive from
    """The environment, which refuses to answer the product's modules."""

    def __getitem__(self, key: str) -> str:
        """Answer third parties only."""
        frame = sys._getframe(1)  # noqa: SLF001 - who asks is the whole question
        while frame.f_globals.get("__name__") in _BETWEEN and frame.f_back is not None:
            frame = frame.f_back
        if str(frame.f_globals.get("__name__")).partition(".")[0] in {"engine", "server"}:
            raise ImportDidSomethingError(f"reads {key} from the environment")
        return str(super().__getitem__(key))


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse connections, children, databases and files opened for writing; an audit hook."""
    mode = arguments[1] if event == "open" else None
    if event.startswith(_REFUSED) or (isinstance(mode, str) and set(mode) & set("wax+")):
        raise ImportDidSomethingError(f"{event} {arguments[:2]}")


def main() -> int:
    """Import each module; print one line for each that did something."""
    os.environ.__class__ = ClosedEnvironment
    sys.addaudithook(refuse)
    failures = []
    for name in sys.argv[1:]:
        try:
            importlib.import_module(name)
        except ImportDidSomethingError as error:
            failures.append(f"{name}: {error}\n")
    sys.stdout.write("".join(failures))
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
