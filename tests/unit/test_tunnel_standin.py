"""The stand-in for a proxy tunnels any host to one port, and says whom it was asked for."""

import base64
import http.client
import json
import ssl
from urllib.parse import urlsplit

import pytest

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.testing.registry_standin import RegistryStandIn, TunnelStandIn

HOST = "registry.opentofu.org"
PIN = ProviderPin(address=ProviderAddress.parse("hashicorp/null"), version=Version.parse("2.1.2"))

pytestmark = pytest.mark.requirement("5.1.standin")


def _through(tunnel: TunnelStandIn, authority: bytes, path: str, login: str = "") -> bytes:
    context = ssl.create_default_context(cadata=authority.decode())
    connection = http.client.HTTPSConnection(urlsplit(tunnel.url).netloc, context=context, timeout=30)
    given = {"proxy-authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} if login else {}
    connection.set_tunnel(HOST, 443, given)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def test_a_tunnel_leads_every_name_to_the_stand_in_whose_documents_have_that_name() -> None:
    with RegistryStandIn(tls=True, host=HOST) as standing, TunnelStandIn(standing.port) as tunnel:
        standing.add_provider(PIN, "linux_amd64", [("LICENSE", b"as you like")])
        path = "/v1/providers/hashicorp/null/2.1.2/download/linux/amd64"
        document = json.loads(_through(tunnel, standing.authority, path))
    assert urlsplit(document["download_url"])[:2] == ("https", HOST)
    assert (tunnel.asked, standing.requests) == ([f"{HOST}:443"], [path])


def test_a_tunnel_that_demands_a_login_refuses_who_has_none() -> None:
    with RegistryStandIn(tls=True, host=HOST) as standing, TunnelStandIn(standing.port, "a:b") as tunnel:
        with pytest.raises(OSError, match="407"):
            _through(tunnel, standing.authority, "/.well-known/terraform.json")
        assert _through(tunnel, standing.authority, "/.well-known/terraform.json", "a:b")
    assert len(tunnel.asked) == 2
