"""What a recording is made of, as the command is given it, and the file that it is written to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.values import JsonObject
from server.cli.given import STDIN, given_json

# Providers look for credentials also where they ask nobody with them; the caller's are not theirs to have.
MADE_UP: Final[Mapping[str, str]] = {
    "AWS_ACCESS_KEY_ID": "recording",
    "AWS_SECRET_ACCESS_KEY": "recording",
    "AWS_SESSION_TOKEN": "",
    "AWS_PROFILE": "",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def document_given(text: str | None, field: str) -> JsonValue:
    """Return the JSON that an option holds, or the file that it names; None where it is not given.

    Raises:
        InvalidInput: naming `field`.
    """
    if text is None:
        return None
    plain = text == STDIN or text.startswith(("@", "{", "["))
    return given_json(text if plain else f"@{text}", field)


def current_given(text: str | None) -> JsonObject | None:
    """Return the attributes of the present object: a recorded input stands for what it proposes.

    Raises:
        InvalidInput: it is no object.
    """
    document = document_given(text, "current")
    if document is None:
        return None
    resource = document.get("resource") if isinstance(document, dict) else None
    if isinstance(resource, dict) and "proposed_state" in resource:
        document = resource["proposed_state"]
    if not isinstance(document, dict):
        raise InvalidInput(
            "the present object has no attributes", field="current", hint="give a JSON object of them"
        )
    return document


def write_document(path: Path, document: JsonObject) -> None:
    """Write a document as a file that diffs well.

    Raises:
        InvalidInput: the file cannot be written.
    """
    try:
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as refused:
        message = f"{path} cannot be written: {refused.strerror}"
        raise InvalidInput(message, field="out", hint="name a file in a folder of yours") from None
