"""What of a provider's settings is a credential. Refusing it or leaving it out is done elsewhere.

The path of a file that holds credentials is none: it may be kept and shown. Three things tell the two apart.

- A setting whose name ends in `_file`, `_files`, `_path` or `_paths` takes paths. A text of more than one
  line, or one that begins like JSON, is what such a file holds.
- `credentials`, with anything and `_` before it, takes either (Google's provider does): an absolute path, or
  one from `~/`, is a path.
- Any other setting with the name of a credential holds the credential, whatever it looks like.
"""

import re
from typing import Final

from pydantic import JsonValue

from engine.core.limits import FILE_PATH_MAX_CHARS
from engine.core.providers.schema import Block, sensitive_marks
from engine.core.values import JsonObject

# Providers' schemas leave most of these unmarked, the AWS provider's all of them.
_NAME: Final = re.compile(
    r"(?:.*_)?"
    r"(?:password|passphrase|secret|token|credentials|(?:access|account|api|client|private|secret)_key"
    r"(?:_data)?)"
)
_NAMES_PATHS: Final = re.compile(r".*_(?:file|path)s?")
_EITHER: Final = re.compile(r"(?:.*_)?credentials")
# RFC 3986, 3.2.1: `user:password@` before the host.
_PASSWORD_IN_URL: Final = re.compile(r"://[^/?#@\s]*:[^/?#@\s]+@")
# RFC 7468: the textual encoding of a private key, in a setting of any name.
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")


def is_credential(name: str, value: JsonValue) -> bool:
    """Tell whether a setting of this name, or a variable in lower case, holds a credential, by no schema."""
    if _EITHER.fullmatch(name) is not None and isinstance(value, str):
        return not _is_path(value, absolute=True)
    if _NAMES_PATHS.fullmatch(name) is not None:
        return not all(_is_path(text) for text in _texts(value))
    return _NAME.fullmatch(name) is not None


def credential_marks(block: Block, settings: JsonObject) -> JsonValue:
    """Return the tree of marks (for `values.redact`) of the credentials among settings, at any depth.

    Marked is what the schema calls sensitive, what has the name of a credential, the content of a file where
    its path belongs, a private key, and a URL with a password.
    """
    return _marks(settings, sensitive_marks(block, settings))


def _marks(value: JsonValue, marks: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        known = marks if isinstance(marks, dict) else {}
        return marks is True or {key: _named(key, item, known.get(key, False)) for key, item in value.items()}
    if marks is True:
        return True
    if isinstance(value, list):
        inner = marks if isinstance(marks, list) else [False] * len(value)
        return [_marks(item, mark) for item, mark in zip(value, inner, strict=True)]
    return isinstance(value, str) and _looks_secret(value)


def _named(name: str, value: JsonValue, marks: JsonValue) -> JsonValue:
    if _EITHER.fullmatch(name) is not None and isinstance(value, str):
        # A path is none, whatever the schema says of what else may stand there.
        marks = False
    return is_credential(name, value) or _marks(value, marks)


def _texts(value: JsonValue) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def _is_path(text: str, *, absolute: bool = False) -> bool:
    one_line = len(text) <= FILE_PATH_MAX_CHARS and text.isprintable()
    return one_line and (text.startswith(("/", "~/")) if absolute else not text.startswith(("{", "[")))


def _looks_secret(text: str) -> bool:
    return _PASSWORD_IN_URL.search(text) is not None or _PRIVATE_KEY.search(text) is not None
