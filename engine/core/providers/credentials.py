"""What of a provider's settings is a credential. Refusing it or leaving it out is done elsewhere."""

import re
from typing import Final

from pydantic import JsonValue

from engine.core.providers.schema import Block, sensitive_marks
from engine.core.values import JsonObject

# Providers' schemas leave most of these unmarked, the AWS provider's all of them.
_NAME: Final = re.compile(
    r"(?:.*_)?(?:password|passphrase|secret|token|credentials|(?:access|account|api|private|secret)_key)"
)
# RFC 3986, 3.2.1: `user:password@` before the host.
_PASSWORD_IN_URL: Final = re.compile(r"://[^/?#@\s]*:[^/?#@\s]+@")


def is_credential(name: str) -> bool:
    """Tell whether a setting of this name is a credential, whatever its schema says."""
    return _NAME.fullmatch(name) is not None


def credential_marks(block: Block, settings: JsonObject) -> JsonValue:
    """Return the tree of marks (for `values.redact`) of the credentials among settings, at any depth.

    Marked is what the schema calls sensitive, what has the name of a credential, and a URL with a password.
    """
    return _marks(settings, sensitive_marks(block, settings))


def _marks(value: JsonValue, marks: JsonValue) -> JsonValue:
    if marks is True:
        return True
    if isinstance(value, dict):
        known = marks if isinstance(marks, dict) else {}
        return {key: is_credential(key) or _marks(item, known.get(key, False)) for key, item in value.items()}
    if isinstance(value, list):
        inner = marks if isinstance(marks, list) else [False] * len(value)
        return [_marks(item, mark) for item, mark in zip(value, inner, strict=True)]
    return isinstance(value, str) and _PASSWORD_IN_URL.search(value) is not None
