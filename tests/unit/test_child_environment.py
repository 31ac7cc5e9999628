"""The allow-list of variables: what children are given of the caller's environment, and what never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.integrations import CallerIntegrations
from engine.adapters.tofu.environment import child_environment
from engine.core.errors import InvalidInput
from engine.core.providers.environment import (
    CLOUDS,
    NETWORK,
    NEVER,
    PROGRAMS,
    PROXIES,
    concealed,
    parse_variables,
    provider_variables,
    secret_texts,
)

_OPENTOFU = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
_REFUSED = {
    "CANARY_SECRET": "leaked",
    "INTENT_HOME": "/x",
    "INTENT_TOKEN": "leaked",
    "TF_LOG": "trace",
    "TF_CLI_ARGS": "-var=x",
    "TF_CLI_CONFIG_FILE": "/evil",
    "TF_REATTACH_PROVIDERS": "{}",
    "TF_TOKEN_registry_opentofu_org": "leaked",
    "TF_VAR_secret": "leaked",
    "OPENTOFU_ENFORCE_GPG_VALIDATION": "false",
    "LD_PRELOAD": "/evil.so",
    "LD_LIBRARY_PATH": "/evil",
    "DYLD_INSERT_LIBRARIES": "/evil.so",
    "GODEBUG": "x",
    "PYTHONPATH": "/evil",
    "GITHUB_TOKEN": "leaked",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "leaked",
    "SSH_AUTH_SOCK": "/agent",
    "AWS": "no underscore",
    "aws_profile": "lower case",
    "XAWS_PROFILE": "not at the start",
}
_CLOUDS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_PROFILE": "work",
    "AWS_REGION": "eu-west-1",
    "AWS_CONFIG_FILE": "/etc/aws/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/etc/aws/credentials",
    "AWS_ROLE_ARN": "arn",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/var/run/pods-token",
    "ARM_CLIENT_ID": "id",
    "ARM_OIDC_TOKEN_FILE_PATH": "/var/run/azure-token",
    "AZURE_CONFIG_DIR": "/etc/azure",
    "AZURE_FEDERATED_TOKEN_FILE": "/var/run/azure-token",
    "IDENTITY_ENDPOINT": "http://127.0.0.1:41741/msi/token",
    "GOOGLE_APPLICATION_CREDENTIALS": "/etc/google.json",
    "GOOGLE_PROJECT": "web",
    "GCLOUD_PROJECT": "web",
    "CLOUDSDK_CONFIG": "/etc/gcloud",
    "KUBE_CONFIG_PATH": "/etc/kube",
    "KUBECONFIG": "/etc/kube",
    "KUBERNETES_SERVICE_HOST": "10.0.0.1",
}
_USUAL = {"PATH": "/bin", "LANG": "C", "TZ": "UTC", "TMPDIR": "/scratch"}
_NETWORK = {
    "HOME": "/home/a",
    "XDG_CONFIG_HOME": "/home/a/.config",
    "SSL_CERT_FILE": "/etc/ca.pem",
    "NO_PROXY": "localhost",
    "HTTPS_PROXY": "http://proxy:3128",
}


async def given_to_a_run(caller: dict[str, str], more: str = "") -> dict[str, str]:
    integrations = CallerIntegrations(caller, parse_variables(more))
    return child_environment(caller, await integrations.environment("any"))


@pytest.mark.anyio
@pytest.mark.requirement("2.4.credentials")
@pytest.mark.requirement("5.5.environment")
@pytest.mark.requirement("5.security.5")
async def test_a_child_is_given_what_the_allow_list_names_and_nothing_else() -> None:
    caller = {**_USUAL, **_NETWORK, **_CLOUDS, **_REFUSED}
    assert await given_to_a_run(caller) == {**_USUAL, **_NETWORK, **_CLOUDS, **_OPENTOFU}


@pytest.mark.requirement("5.5.schema_environment")
def test_a_provider_that_is_asked_for_its_schema_gets_no_way_to_a_credential() -> None:
    caller = {**_USUAL, **_NETWORK, **_CLOUDS, **_REFUSED}
    assert child_environment(caller, {}) == {**_USUAL, **_OPENTOFU}


@pytest.mark.anyio
@pytest.mark.requirement("5.5.environment")
async def test_the_operator_may_name_further_variables() -> None:
    caller = {"GITHUB_TOKEN": "ours", "GITHUB_TOKEN_2": "other", "DO_TOKEN": "ours", **_USUAL}
    passed = {"GITHUB_TOKEN": "ours", "DO_TOKEN": "ours", **_USUAL, **_OPENTOFU}
    assert await given_to_a_run(caller, " GITHUB_TOKEN,DO_TOKEN,, NOT_SET") == passed


@pytest.mark.requirement("5.security.5")
@pytest.mark.parametrize(
    "name", ["TF_LOG", "tf_var_x", "INTENT_TOKEN", "LD_PRELOAD", "OPENTOFU_X", "DYLD_X", "TOFU_X"]
)
def test_what_steers_opentofu_the_engine_or_the_loader_cannot_be_named(name: str) -> None:
    with pytest.raises(InvalidInput, match="never passed on"):
        parse_variables(f"AWS_PROFILE,{name}")


@pytest.mark.parametrize("name", ["A B", "1X", "A=B", "AWS_*", "-x", "é"])
def test_what_is_no_name_of_a_variable_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="no name of a variable"):
        parse_variables(name)


@pytest.mark.requirement("5.security.5")
@pytest.mark.parametrize("name", PROXIES)
@pytest.mark.parametrize(
    ("given_url", "passed"),
    [
        ("http://user:s3cret@proxy:3128/", "http://proxy:3128/"),
        ("HTTP://user:s3@cret@proxy", "HTTP://proxy"),
        ("http://user:s3/cret@proxy", "http://proxy"),
        ("user:s3cret@proxy:3128", "proxy:3128"),
        ("socks5://user@proxy", "socks5://proxy"),
        ("http://proxy:3128", "http://proxy:3128"),
        ("proxy:3128", "proxy:3128"),
        ("", ""),
    ],
)
def test_a_proxy_keeps_its_address_and_loses_its_password(name: str, given_url: str, passed: str) -> None:
    assert provider_variables({name: given_url}) == {name: passed}


@pytest.mark.requirement("5.5.environment")
@pytest.mark.parametrize("name", PROXIES)
def test_a_proxy_that_the_operator_names_keeps_its_password(name: str) -> None:
    url = "http://user:s3cret-of-proxy@proxy:3128"
    caller = dict.fromkeys(PROXIES, url)
    bare = dict.fromkeys(PROXIES, "http://proxy:3128")
    assert provider_variables(caller, parse_variables(name)) == {**bare, name: url}


@given(st.dictionaries(st.from_regex(r"[A-Za-z_]{1,20}", fullmatch=True), st.text(max_size=5)))
def test_every_variable_that_is_passed_stands_in_the_table(caller: dict[str, str]) -> None:
    patterns = [*NETWORK, *PROXIES, *(name for names in CLOUDS.values() for name in names)]
    allowed = {
        name
        for name in caller
        if any(name.startswith(p[:-1]) if p.endswith("*") else name == p for p in patterns)
    }
    assert provider_variables(caller).keys() == allowed


@pytest.mark.requirement("5.5.environment")
def test_nothing_in_the_table_is_among_what_is_never_passed() -> None:
    patterns = [*PROGRAMS, *NETWORK, *PROXIES, *(name for names in CLOUDS.values() for name in names)]
    assert [p for p in patterns if p.startswith(NEVER)] == []


@pytest.mark.requirement("5.5.canary")
@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("AWS_SECRET_ACCESS_KEY", "/wJalrXUtnFEMI", True),
        ("AWS_SESSION_TOKEN", "IQoJb3JpZ2lu", True),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "IQoJb3JpZ2lu", True),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/var/run/token", False),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", False),
        ("AWS_PROFILE", "a-long-profile", False),
        ("ARM_CLIENT_SECRET", "12345678", True),
        ("ARM_CLIENT_SECRET", "1234567", False),
        ("ARM_CLIENT_SECRET_FILE_PATH", "/run/secrets/azure", False),
        ("IDENTITY_HEADER", "853b9a84-5bfa", True),
        ("GOOGLE_CREDENTIALS", '{"type": "service_account"}', True),
        ("GOOGLE_CREDENTIALS", "/run/secrets/google.json", False),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/run/secrets/google.json", False),
        ("KUBE_TOKEN", "eyJhbGciOi", True),
        ("KUBE_CLIENT_KEY_DATA", "-----BEGIN", True),
        ("GITHUB_TOKEN", "ghp_0123456789", True),
    ],
)
def test_the_secrets_of_an_environment_are_known_by_their_names(
    name: str, value: str, *, secret: bool
) -> None:
    assert (concealed(f"it was {value}!", secret_texts({name: value})) == f"it was {value}!") is not secret


@pytest.mark.requirement("5.5.canary")
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://user:s3cret-88@proxy:3128", "http://user:(sensitive value)@proxy:3128"),
        ("http://user:s3@cret-88@proxy:3128", "http://user:(sensitive value)@proxy:3128"),
        ("user:s3/cret-88@proxy", "user:(sensitive value)@proxy"),
        ("http://somebody-else@proxy:3128", "http://somebody-else@proxy:3128"),
        ("http://proxy:3128", "http://proxy:3128"),
    ],
)
def test_the_password_of_a_proxy_is_a_secret_of_its_environment(url: str, told: str) -> None:
    assert concealed(url, secret_texts({"HTTPS_PROXY": url})) == told


def test_a_secret_within_a_longer_one_does_not_save_the_rest_of_that() -> None:
    secrets = secret_texts({"A_TOKEN": "01234567", "B_TOKEN": "0123456789"})
    assert concealed("0123456789 01234567", secrets) == "(sensitive value) (sensitive value)"
