"""Tokens, certificates and proxies: as OpenTofu's users know them, and nowhere but where they belong."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from engine.core.errors import NotSetUp, RegistryFailed
from engine.testing.registry_standin import Fault, RegistryStandIn, Trouble, TunnelStandIn
from tests.contract.asking import Watch, downloads

PATH: Final = "/.well-known/terraform.json"
CANARY: Final = "canary-6f1d"

pytestmark = pytest.mark.anyio


@pytest.fixture
def stand_in() -> Iterator[RegistryStandIn]:
    with RegistryStandIn() as serving:
        yield serving


@pytest.fixture
def secure() -> Iterator[RegistryStandIn]:
    with RegistryStandIn(tls=True) as serving:
        yield serving


def _token_for(stand_in: RegistryStandIn) -> dict[str, str]:
    return {f"TF_TOKEN_{stand_in.url.partition('://')[2].replace('.', '_')}": CANARY}


@pytest.mark.requirement("5.1.tokens")
async def test_a_token_goes_to_its_host(stand_in: RegistryStandIn) -> None:
    await downloads(stand_in.url, environment=_token_for(stand_in)).text(stand_in.url + PATH)
    assert stand_in.asked[0].headers["authorization"] == f"Bearer {CANARY}"


@pytest.mark.requirement("5.1.tokens")
async def test_a_token_goes_to_no_other_host(stand_in: RegistryStandIn) -> None:
    with RegistryStandIn() as other:
        await downloads(other.url, environment=_token_for(stand_in)).text(other.url + PATH)
        assert "authorization" not in other.asked[0].headers


@pytest.mark.requirement("5.1.tokens")
async def test_a_token_crosses_no_redirect_not_even_back_to_its_host(stand_in: RegistryStandIn) -> None:
    with RegistryStandIn() as other:
        stand_in.make(Trouble(Fault.REDIRECT, PATH, to=f"{other.url}/there"))
        stand_in.add_document("/back.json", b"[1]")
        other.make(Trouble(Fault.REDIRECT, "/there", to=f"{stand_in.url}/back.json"))
        asking = downloads(stand_in.url, other.url, environment=_token_for(stand_in))
        assert await asking.text(stand_in.url + PATH) == b"[1]"
        assert [CANARY in str(one.headers) for one in (*stand_in.asked, *other.asked)] == [True, False, False]


@pytest.mark.requirement("5.1.tokens")
async def test_a_token_is_in_no_error_no_log_and_on_no_disk(
    stand_in: RegistryStandIn, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asking = downloads(stand_in.url, environment=_token_for(stand_in), kept=tmp_path)
    await asking.text(stand_in.url + PATH)
    stand_in.make(Trouble(Fault.UNAVAILABLE))
    with pytest.raises(RegistryFailed) as failed:
        await asking.text(f"{stand_in.url}/other")
    said = f"{failed.value!r} {failed.value.__dict__} {failed.value.__cause__!r} {asking._reach!r}"  # noqa: SLF001 - as a log would show it
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert (CANARY in said, CANARY in caplog.text, CANARY.encode() in kept) == (False, False, False)
    assert min(len(kept), len(caplog.records)) > 0


@pytest.mark.requirement("5.1.tokens")
async def test_what_a_token_was_shown_is_not_answered_to_others(
    stand_in: RegistryStandIn, tmp_path: Path
) -> None:
    watch = Watch()
    with_token = downloads(stand_in.url, environment=_token_for(stand_in), kept=tmp_path, watch=watch)
    without = downloads(stand_in.url, kept=tmp_path, watch=watch)
    for asking, count in ((with_token, 1), (without, 2), (with_token, 2), (without, 2)):
        await asking.text(stand_in.url + PATH)
        assert stand_in.count(PATH) == count


@pytest.mark.requirement("5.1.certificates")
async def test_a_certificate_that_nobody_vouches_for_is_refused(secure: RegistryStandIn) -> None:
    with pytest.raises(RegistryFailed, match="certificate is not believed") as refused:
        await downloads(secure.url).text(secure.url + PATH)
    assert "SSL_CERT_FILE" in (refused.value.hint or "")
    assert secure.requests == []


@pytest.mark.requirement("5.1.certificates")
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
async def test_certificates_that_the_user_names_are_believed(
    secure: RegistryStandIn, tmp_path: Path, variable: str
) -> None:
    (tmp_path / "README").write_text("no certificate")
    (tmp_path / "stand-in.pem").write_bytes(secure.authority)
    named = tmp_path / "stand-in.pem" if variable == "SSL_CERT_FILE" else tmp_path
    environment = {variable: str(named)}
    assert await downloads(secure.url, environment=environment).text(secure.url + PATH)


@pytest.mark.requirement("5.1.certificates")
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
async def test_certificates_that_are_not_there_are_named(variable: str, tmp_path: Path) -> None:
    asking = downloads("https://127.0.0.1:1", environment={variable: str(tmp_path / "none")})
    with pytest.raises(NotSetUp, match=f"certificates of {variable} cannot be read: No such file"):
        await asking.text("https://127.0.0.1:1/x")


@pytest.mark.requirement("5.1.proxies")
async def test_a_proxy_is_asked_for_names_that_it_resolves_itself(stand_in: RegistryStandIn) -> None:
    async def refused(host: str, _port: int) -> list[str]:
        raise AssertionError(f"{host} was resolved")

    # The stand-in refuses CONNECT, which is all that a proxy hears of a question by https.
    proxy = stand_in.url.removeprefix("http://")
    environment = {"https_proxy": proxy, "TF_TOKEN_registry_example_org": CANARY}
    with pytest.raises(RegistryFailed, match=r"transfer failed \(ProxyError\)"):
        await downloads(environment=environment, resolve=refused).text("https://registry.example.org/x")


@pytest.mark.requirement("5.1.proxies")
@pytest.mark.parametrize("host", ["10.0.0.1", "0x0a000001", "[::ffff:10.0.0.1]", "169.254.169.254"])
async def test_no_proxy_is_asked_for_a_private_address(stand_in: RegistryStandIn, host: str) -> None:
    environment = {"HTTPS_PROXY": stand_in.url}
    with pytest.raises(RegistryFailed, match="private network"):
        await downloads(environment=environment).text(f"https://{host}/x")
    assert stand_in.requests == []


@pytest.mark.requirement("5.1.proxies")
async def test_this_machine_is_asked_without_a_proxy(stand_in: RegistryStandIn) -> None:
    environment = {"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}
    assert await downloads(stand_in.url, environment=environment).text(stand_in.url + PATH)


@pytest.mark.requirement("5.1.proxies")
@pytest.mark.parametrize(
    "value", ["socks5://127.0.0.1:1", "http://", "http://user:canary-6f1d@[", "://", "http://p:65536"]
)
async def test_a_proxy_that_cannot_be_used_is_named_without_its_password(value: str) -> None:
    with pytest.raises(NotSetUp, match="HTTPS_PROXY is not the URL") as refused:
        await downloads(environment={"HTTPS_PROXY": value}).text("https://registry.example.org/x")
    assert CANARY not in f"{refused.value.__dict__} {refused.value} {refused.value.__cause__!r}"


@pytest.mark.requirement("5.1.tokens")
@pytest.mark.parametrize("token", [f"{CANARY}\n", f"{CANARY}\r\nx-other: 1", f"{CANARY}\u00e9"])
async def test_a_token_that_cannot_be_sent_is_not_shown(stand_in: RegistryStandIn, token: str) -> None:
    environment = dict.fromkeys(_token_for(stand_in), token)
    with pytest.raises(NotSetUp, match=r"the token for 127\.0\.0\.1 holds") as refused:
        await downloads(stand_in.url, environment=environment).text(stand_in.url + PATH)
    assert CANARY not in f"{refused.value.__dict__} {refused.value} {refused.value.__cause__!r}"
    assert stand_in.requests == []


@pytest.mark.requirement("5.1.rebinding", "5.1.certificates")
@pytest.mark.parametrize(("name", "vouched"), [("localhost", True), ("other.localhost", False)])
async def test_a_certificate_is_for_the_name_and_not_for_the_address_that_is_connected_to(
    secure: RegistryStandIn, tmp_path: Path, *, name: str, vouched: bool
) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    (tmp_path / "authority.pem").write_bytes(secure.authority)
    url = f"https://{name}:{secure.port}"
    environment = {"SSL_CERT_FILE": str(tmp_path / "authority.pem")}
    asking = downloads(url, environment=environment, resolve=resolve)
    if vouched:
        assert await asking.text(url + PATH)
        assert secure.asked[0].headers["host"] == f"{name}:{secure.port}"
    else:
        with pytest.raises(RegistryFailed, match="certificate is not believed: Hostname mismatch"):
            await asking.text(url + PATH)


@pytest.mark.requirement("5.1.proxies")
async def test_a_proxy_gets_its_password_and_no_token(tmp_path: Path) -> None:
    host = "registry.example.org"
    with RegistryStandIn(tls=True, host=host) as far, TunnelStandIn(far.port, f"user:{CANARY}") as tunnel:
        (tmp_path / "authority.pem").write_bytes(far.authority)
        proxy = tunnel.url.replace("http://", f"http://user:{CANARY}@")
        environment = {
            "HTTPS_PROXY": proxy,
            "SSL_CERT_FILE": str(tmp_path / "authority.pem"),
            "TF_TOKEN_registry_example_org": "token-77",
        }
        assert await downloads(environment=environment).text(f"https://{host}{PATH}")
        headers = far.asked[0].headers
        assert (tunnel.asked, headers["authorization"]) == ([f"{host}:443"], "Bearer token-77")
        assert CANARY not in str(headers)
        wrong = {**environment, "HTTPS_PROXY": tunnel.url.replace("http://", "http://user:wrong-88@")}
        with pytest.raises(RegistryFailed, match="ProxyError") as refused:
            await downloads(environment=wrong).text(f"https://{host}{PATH}")
        assert "wrong-88" not in f"{refused.value.__dict__} {refused.value.__cause__!r}"
