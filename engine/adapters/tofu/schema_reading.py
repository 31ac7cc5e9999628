"""Reading cached schemas, one type at a time; what was read last stays in memory. It asks nobody."""

from pathlib import Path
from typing import NamedTuple

import anyio.to_thread

from engine.adapters.tofu.kept import Kept
from engine.adapters.tofu.schema_file import Index, Indexed, indexed, read
from engine.adapters.tofu.schema_text import Kind
from engine.core.limits import SCHEMA_INDEXES_KEPT_MAX_BYTES, SCHEMA_KEPT_MAX_BYTES
from engine.core.providers.schema import TypeSchema


class Found(NamedTuple):
    """The names in a file, and of the part that was asked for the schema; None where the file lacks it."""

    names: Index
    schema: TypeSchema | None


class SchemaReader:
    """Reads files that hold the schema of what they are named after: a path answers the same for ever."""

    def __init__(self) -> None:
        self._indexes: Kept[Path, Indexed] = Kept(SCHEMA_INDEXES_KEPT_MAX_BYTES)
        self._schemas: Kept[tuple[Path, Kind, str], TypeSchema] = Kept(SCHEMA_KEPT_MAX_BYTES)

    async def part(self, path: Path, of: str, kind: Kind, name: str) -> Found:
        """Return one part of the file about `of`.

        Raises:
            Damaged: the file was changed.
            OSError: there is none, or it cannot be read.
            RunnerFailed: the part is no schema.
        """
        kept, known = self._indexes.get(path), self._schemas.get((path, kind, name))
        if kept is not None and known is not None:
            return Found(kept.index, known)
        index, schema, size = await anyio.to_thread.run_sync(_part, path, of, kind, name, kept)
        self._indexes.put(path, index, index.size)
        if schema is not None:
            self._schemas.put((path, kind, name), schema, size)
        return Found(index.index, schema)


def _part(
    path: Path, of: str, kind: Kind, name: str, kept: Indexed | None
) -> tuple[Indexed, TypeSchema | None, int]:
    with path.open("rb") as file:
        found = indexed(file, of, kept)
        place = found.index.places[kind].get(name)
        if place is None:
            return found, None, 0
        document, size = read(file, place)
    return found, TypeSchema.decode(document), size
