"""What of a provider's settings is a credential."""

import pytest
from pydantic import JsonValue

from engine.core.providers.credentials import credential_marks, is_credential
from engine.core.providers.schema import Block, TypeSchema
from engine.core.values import JsonObject, true_paths

_TEXT = {"type": "string", "optional": True}
_SECRETS = pytest.mark.requirement("5.5.secrets")
_KEY_FILE = '{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----"}'
_PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"
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
                "shared_credentials_file": _TEXT,
                "shared_credentials_files": {"type": ["list", "string"], "optional": True},
                "client_certificate_path": _TEXT,
                "config_path": {**_TEXT, "sensitive": True},
                "credentials": {**_TEXT, "sensitive": True},
                "cluster_ca_certificate": _TEXT,
                "client_key": _TEXT,
                "headers": {"type": ["map", "string"], "optional": True},
            },
            "block_types": {"assume_role": {"nesting_mode": "list", "block": _INNER}},
        }
    }
).block


@_SECRETS
@pytest.mark.parametrize(
    "name", ["token", "secret_key", "access_key", "client_secret", "db_password", "client_key", "credentials"]
)
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


@_SECRETS
@pytest.mark.parametrize(
    "settings",
    [
        {"shared_credentials_file": "/run/secrets/aws"},
        {"shared_credentials_file": "relative/path"},
        {"shared_credentials_files": ["~/.aws/credentials", "/etc/aws"]},
        {"client_certificate_path": "/run/secrets/azure.pfx"},
        {"credentials": "/run/secrets/google.json"},
        {"credentials": "~/google.json"},
        {"cluster_ca_certificate": "-----BEGIN CERTIFICATE-----\nMIIB"},
        {"shared_credentials_file": None, "shared_credentials_files": []},
    ],
)
def test_the_path_of_a_file_is_no_secret(settings: JsonObject) -> None:
    assert true_paths(credential_marks(SETTINGS, settings)) == ()


@_SECRETS
@pytest.mark.parametrize(
    ("settings", "hidden"),
    [
        ({"shared_credentials_file": "[default]\naws_secret_access_key = x"}, "shared_credentials_file"),
        ({"shared_credentials_file": "[default]"}, "shared_credentials_file"),
        ({"shared_credentials_files": ["/etc/aws", "[x]\ny"]}, "shared_credentials_files"),
        ({"client_certificate_path": _PEM}, "client_certificate_path"),
        ({"client_certificate_path": "/x" * 2048}, "client_certificate_path"),
        ({"config_path": "/a/path/that/the/schema/hides"}, "config_path"),
        ({"credentials": _KEY_FILE}, "credentials"),
        ({"credentials": "google.json"}, "credentials"),
        ({"credentials": f"/{_PEM}"}, "credentials"),
        ({"credentials": 1}, "credentials"),
        ({"cluster_ca_certificate": _PEM}, "cluster_ca_certificate"),
        ({"client_key": "/run/secrets/key"}, "client_key"),
        ({"secret_key": "/wJalrXUtnFEMI"}, "secret_key"),
        ({"headers": {"x": _PEM}}, "headers.x"),
    ],
)
def test_the_content_of_such_a_file_is_one_and_so_is_a_private_key(settings: JsonObject, hidden: str) -> None:
    assert true_paths(credential_marks(SETTINGS, settings)) == (hidden,)
