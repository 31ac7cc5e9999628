"""Which proxy and which token a question goes with: the environment as OpenTofu and Go read it."""

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.registry.reach import proxy_for, tokens
from engine.core.origins import Origin

PROXY = "http://proxy.example.com:3128"


@pytest.mark.requirement("5.1.tokens")
@pytest.mark.parametrize(
    ("variable", "origin"),
    [
        ("TF_TOKEN_registry_example_com", ("registry.example.com", 443)),
        ("TF_TOKEN_registry.example.com", ("registry.example.com", 443)),
        ("TF_TOKEN_my__registry_example_com", ("my-registry.example.com", 443)),
        ("TF_TOKEN_my-registry_Example_com", ("my-registry.example.com", 443)),
        ("TF_TOKEN_bücher_example", ("xn--bcher-kva.example", 443)),
        ("TF_TOKEN_xn____bcher__kva_example", ("xn--bcher-kva.example", 443)),
        ("TF_TOKEN_registry_example_com:8443", ("registry.example.com", 8443)),
    ],
)
def test_a_token_is_named_after_its_host(variable: str, origin: tuple[str, int]) -> None:
    assert tokens({variable: "secret", "TF_TOKENS": "x", "PATH": "/bin"}) == {Origin(*origin): "secret"}


@pytest.mark.requirement("5.1.tokens")
@pytest.mark.parametrize(
    "variable", ["TF_TOKEN_", "TF_TOKEN_a/b", "TF_TOKEN_a@b", "TF_TOKEN_[", "TF_TOKEN_a?b"]
)
def test_a_token_of_no_host_is_for_nobody(variable: str) -> None:
    assert tokens({variable: "secret"}) == {}


@pytest.mark.requirement("5.1.tokens")
def test_an_empty_token_is_none() -> None:
    assert tokens({"TF_TOKEN_registry_example_com": ""}) == {}


@pytest.mark.requirement("5.1.proxies")
@pytest.mark.parametrize(
    ("environment", "url", "through"),
    [
        ({}, "https://a.example/", None),
        ({"HTTPS_PROXY": PROXY}, "https://a.example/", PROXY),
        ({"https_proxy": PROXY}, "https://a.example/", PROXY),
        ({"HTTPS_PROXY": "proxy.example.com:3128"}, "https://a.example/", PROXY),
        ({"HTTP_PROXY": PROXY}, "https://a.example/", None),
        ({"HTTP_PROXY": PROXY}, "http://a.example/", PROXY),
        ({"ALL_PROXY": PROXY}, "https://a.example/", None),
        ({"HTTPS_PROXY": PROXY}, "https://localhost/", None),
        ({"HTTPS_PROXY": PROXY}, "https://127.0.0.2/", None),
        ({"HTTPS_PROXY": PROXY}, "https://[::1]/", None),
    ],
)
def test_the_proxy_of_the_scheme_is_taken(environment: dict[str, str], url: str, through: str | None) -> None:
    proxy = proxy_for(environment, httpx2.URL(url))
    assert (None if proxy is None else str(proxy.url)) == through


@pytest.mark.requirement("5.1.proxies")
@pytest.mark.parametrize(
    ("exceptions", "host", "direct"),
    [
        ("*", "a.example", True),
        ("a.example", "a.example", True),
        ("A.Example", "a.example", True),
        ("a.example", "b.a.example", True),
        ("a.example", "ba.example", False),
        (".a.example", "b.a.example", True),
        (".a.example", "a.example", False),
        ("*.a.example", "b.a.example", True),
        ("x, a.example ,y", "a.example", True),
        ("a.example:443", "a.example", True),
        ("a.example:8443", "a.example", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3:443", "10.1.2.3", True),
        ("10.1.2.3:80", "10.1.2.3", False),
        ("fd00::/8", "[fd00::1]", True),
        ("fd00::1", "[fd00::1]", True),
        ("[fd00::1]:443", "[fd00::1]", True),
        ("", "a.example", False),
        (",,", "a.example", False),
    ],
)
def test_what_no_proxy_names_is_asked_directly(exceptions: str, host: str, direct: bool) -> None:  # noqa: FBT001 - a column of the table
    for name in ("NO_PROXY", "no_proxy"):
        proxy = proxy_for({"HTTPS_PROXY": PROXY, name: exceptions}, httpx2.URL(f"https://{host}/"))
        assert (proxy is None) is direct


@pytest.mark.requirement("5.1.proxies")
@given(st.text(max_size=40))
def test_no_exception_breaks_the_choice(exceptions: str) -> None:
    proxy_for({"HTTPS_PROXY": PROXY, "NO_PROXY": exceptions}, httpx2.URL("https://registry.example.org/"))
