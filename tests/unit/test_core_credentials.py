"""What of a provider's settings is a credential."""

import pytest
from pydantic import JsonValue

from engine.core.providers.credentials import credential_marks, is_credential
from engine.core.providers.schema import Block, TypeSchema
from engine.core.values import JsonObject, true_paths

_TEXT = {"type": "string", "optional": True}
_INNER = {"attributes": {"role_arn": _TEXT, "web_identity_token": _TEXT, "pin": {**_TEXT, "sensitive": True}}}
SETTINGS: Block = TypeSchema.decode(
    {
        "block": {
            "attributes": {
                "region": _TEXT,
                "secret_key": _TEXT,
                "key": {**_TEXT, "sensitive": True},
                "http_proxy": _TEXT,
                "accounts": {"type": ["list", "string"], "optional": True},
                "headers": {"type": ["map", "string"], "optional": True},
            },
            "block_types": {"assume_role": {"nesting_mode": "list", "block": _INNER}},
        }
    }
).block


@pytest.mark.parametrize("name", ["token", "secret_key", "access_key", "client_secret", "db_password"])
def test_the_name_of_a_credential_is_one_whatever_the_schema_says(name: str) -> None:
    assert is_credential(name, "x")


@pytest.mark.parametrize("name", ["region", "shared_credentials_file", "skip_credentials_validation", "key"])
def test_a_name_that_only_speaks_of_credentials_is_none(name: str) -> None:
    assert not is_credential(name, "x")


@pytest.mark.parametrize(
    ("settings", "hidden"),
    [
        ({"region": "eu-west-1", "accounts": ["1"]}, ()),
        ({"secret_key": "x", "region": "a"}, ("secret_key",)),
        ({"key": "x"}, ("key",)),
        (
            {"assume_role": [{"role_arn": "r", "web_identity_token": "t"}]},
            ("assume_role.0.web_identity_token",),
        ),
        ({"assume_role": {"pin": "1"}}, ("assume_role.pin",)),
        ({"headers": {"api_key": "x", "accept": "y"}}, ("headers.api_key",)),
        ({"http_proxy": "http://me:pw@proxy:3128"}, ("http_proxy",)),
        ({"accounts": ["https://a:b@c", "https://c/a:b@d"]}, ("accounts.0",)),
        ({"http_proxy": "http://me@proxy:3128"}, ()),
        ({"unknown": 1}, ("unknown",)),
        ({"headers": "x", "accounts": 3}, ()),
    ],
)
def test_credentials_are_marked_at_any_depth(settings: JsonObject, hidden: tuple[str, ...]) -> None:
    marks: JsonValue = credential_marks(SETTINGS, settings)
    assert true_paths(marks) == hidden
