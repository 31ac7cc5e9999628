"""Base URLs as they are configured, and which addresses belong to the world, in every notation."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.core.errors import InvalidInput
from engine.core.origins import (
    Origin,
    is_public,
    is_this_machine,
    literal_address,
    origin_of,
    parse_hosts,
    parse_service_url,
)


@pytest.mark.requirement("5.1.settings")
@pytest.mark.parametrize(
    ("text", "url", "origin"),
    [
        ("https://registry.example.com", "https://registry.example.com", ("registry.example.com", 443)),
        ("https://Registry.example.com:8443/a/b/", "https://Registry.example.com:8443/a/b", None),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("http://localhost/", "http://localhost", ("localhost", 80)),
        ("http://[::1]:1/x", "http://[::1]:1/x", ("::1", 1)),
    ],
)
def test_a_service_is_a_url(text: str, url: str, origin: tuple[str, int] | None) -> None:
    assert parse_service_url(text, field="registry_url") == url
    assert origin_of(text) == Origin(*(origin or ("registry.example.com", 8443)))


@pytest.mark.requirement("5.1.settings")
@pytest.mark.parametrize(
    "text",
    [
        *("", "registry.example.com", "ftp://registry.example.com", "https://", "https:///a", "https://a b"),
        *(
            "https://u:p@registry.example.com",
            "https://a/?q=1",
            "https://a/#b",
            "https://a:0",
            "https://a:65536",
        ),
        *("https://-a", "https://a\n", "https://a/\\b", "https://a.example:port"),
    ],
)
def test_anything_else_is_no_service(text: str) -> None:
    with pytest.raises(InvalidInput, match="named by a URL") as refused:
        parse_service_url(text, field="registry_url")
    assert refused.value.field == "registry_url"
    with pytest.raises(InvalidInput):
        origin_of(text)


@pytest.mark.requirement("5.1.settings")
@pytest.mark.parametrize(
    "host", ["registry.example.com", "10.0.0.1", "192.0.2.1", "[fd00::1]", "localhost.example.com"]
)
def test_plain_http_is_for_this_machine(host: str) -> None:
    with pytest.raises(InvalidInput, match="only to this machine"):
        parse_service_url(f"http://{host}/", field="registry_url")


@pytest.mark.requirement("5.1.settings")
def test_hosts_are_listed_with_their_ports() -> None:
    text = " Registry.corp, artifacts.corp:8443,,10.0.0.1 ,[fd00::1]:1"
    assert parse_hosts(text, field="private_hosts") == [
        Origin("registry.corp", 443),
        Origin("artifacts.corp", 8443),
        Origin("10.0.0.1", 443),
        Origin("fd00::1", 1),
    ]
    assert parse_hosts("", field="private_hosts") == []


@pytest.mark.requirement("5.1.settings")
@pytest.mark.parametrize("text", ["https://registry.corp", "a b", "a:0", "a:99999", "*.corp", "a/b"])
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_hosts(text, field="private_hosts")
    assert refused.value.field == "private_hosts"


@pytest.mark.requirement("5.1.redirects")
@pytest.mark.parametrize(
    ("host", "own"),
    [
        *(
            (host, True)
            for host in ("localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.1", "0x7f.1")
        ),
        *((host, True) for host in ("[::1]", "::1", "2130706433", "127.255.255.254")),
        *((host, False) for host in ("localhost.example.com", "10.0.0.1", "::2", "notlocalhost")),
    ],
)
def test_this_machine_has_many_names(host: str, own: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_this_machine(host) is own


@pytest.mark.requirement("5.1.redirects")
@given(st.from_regex(r"\A(0x[0-9a-f]{0,9}|0?[0-9]{0,10})(\.(0x[0-9a-f]{0,4}|0?[0-9]{0,4})){0,4}\Z"))
def test_an_address_is_read_as_resolvers_read_it(text: str) -> None:
    assume(not text.endswith("."))
    try:
        expected = IPv4Address(socket.inet_aton(text)) if text else None
    except OSError:
        expected = None
    assert literal_address(text) == expected


@pytest.mark.requirement("5.1.redirects")
@given(st.ip_addresses(v=6))
def test_an_ipv6_address_is_read_in_every_form(address: IPv6Address) -> None:
    for text in (str(address), address.exploded, f"[{address}]", f"{address}%eth0"):
        assert literal_address(text) == address


@pytest.mark.parametrize(
    "text", ["", "example.org", "1.2.3.4.5", ":::", "08", "1.2.3.x", "0x", "9" * 5_000, "1.2.3.4a"]
)
def test_a_name_is_no_address(text: str) -> None:
    assert literal_address(text) == (IPv4Address(0) if text == "0x" and _c_reads("0x") else None)


def _c_reads(text: str) -> bool:
    try:
        socket.inet_aton(text)
    except OSError:
        return False
    return True


@pytest.mark.requirement("5.1.redirects")
@pytest.mark.parametrize(
    "text",
    [
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.31.255.255", "192.0.0.1"),  # noqa: S104 - nothing is bound
        *("192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1"),
        *("240.0.0.1", "255.255.255.255", "::", "::1", "fc00::1", "fd00::1", "fe80::1", "fec0::1", "ff02::1"),
        *("2001:db8::1", "2002:a00:1::", "2001:0:1::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1"),
        *("::10.0.0.1", "100::1"),
    ],
)
def test_what_is_not_the_worlds_is_refused(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.requirement("5.1.redirects")
@pytest.mark.parametrize(
    "text", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_what_is_the_worlds_is_not(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.requirement("5.1.redirects")
@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_by_itself(address: IPv4Address) -> None:
    mapped = IPv6Address(f"::ffff:{address}")
    translated = IPv6Address(int(IPv6Address("64:ff9b::")) + int(address))
    assert is_public(mapped) == is_public(translated) == is_public(address)
    if address.is_private or address.is_multicast:
        assert not is_public(address)
