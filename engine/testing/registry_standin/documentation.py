"""The docs API of OpenTofu's registry: recorded shapes with contents of our own, and its search.

The shapes: https://github.com/opentofu/registry-ui (its OpenAPI document and its search worker). It gives no
validators; what it gives may be kept for an hour, what a search finds for five minutes.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from pydantic import JsonValue, TypeAdapter

from engine.core.values import JsonObject
from engine.testing.registry_standin.answers import Page
from engine.testing.registry_standin.publishing import json_page

DOCS: Final = "/registry/docs"
SEARCH: Final = f"{DOCS}/search"
_RECORDED: Final = Path(__file__).with_name("recorded")
_SEARCH_AGE_SECONDS: Final = 300
_PAGE_AGE_SECONDS: Final = 3_600
_FOUND_MAX: Final = 5
_CONTENT_TYPES: Final = {".json": "application/json", ".md": "text/markdown"}
_ENTITIES: Final = TypeAdapter(list[JsonObject])


def recorded_pages() -> Mapping[str, Page]:
    """Return the pages of every recorded provider, by path."""
    root = _RECORDED / "docs"
    return {
        f"{DOCS}/{path.relative_to(root).as_posix()}": document_page(path.suffix, path.read_bytes())
        for path in sorted(root.rglob("*"))
        if path.suffix in _CONTENT_TYPES
    }


def document_page(suffix: str, content: bytes) -> Page:
    """Return a page of the docs API."""
    return Page(content, _CONTENT_TYPES[suffix], _PAGE_AGE_SECONDS)


def recorded_entities() -> list[JsonObject]:
    """Return what a search finds something among."""
    return _ENTITIES.validate_json((_RECORDED / "search.json").read_bytes())


def search(entities: Sequence[JsonObject], query: str) -> Page | None:
    """Return what a search answers: entities whose address or description holds any of the words.

    At most five of providers and their types, providers first, and five modules; None without a question.
    """
    words = parse_qs(query).get("q", [""])[0].lower()
    if not words:
        return None
    terms = [term for term in re.split("[ /]+", words) if term]
    matching = [one for one in entities if any(_holds(one, term) for term in terms)]
    return json_page([*_best(matching, "provider"), *_best(matching, "module")], _SEARCH_AGE_SECONDS)


def _holds(entity: JsonObject, term: str) -> bool:
    return any(term in str(entity[name]).lower() for name in ("addr", "description"))


def _best(entities: Sequence[JsonObject], kind: str) -> Iterator[JsonValue]:
    of_kind = [one for one in entities if str(one["type"]).startswith(kind)]
    ranked = sorted(of_kind, key=lambda one: (one["type"] != kind, -float(str(one["popularity"]))))
    return (json.loads(json.dumps(one)) for one in ranked[:_FOUND_MAX])
