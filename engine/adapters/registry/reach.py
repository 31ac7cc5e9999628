"""How registries are reached: what was configured, proxies, certificates, tokens. Nothing connects here."""

import re
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final

import httpx2

from engine.core.errors import NotSetUp
from engine.core.origins import Origin, is_this_machine

_TOKEN: Final = "TF_TOKEN_"  # noqa: S105 - the name of variables, no secret
_HOST: Final = re.compile(rb"[A-Za-z0-9._:-]+")
_PORTS: Final = {"https": 443, "http": 80}
_PORT_MAX: Final = 65_535


@dataclass(frozen=True)
class Reach:
    """What the operator configured about reaching registries.

    Attributes:
        own: whom the operator named; these alone may stand on private networks.
        environment: holds `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`, `SSL_CERT_DIR` and the
            tokens, `TF_TOKEN_registry_example_com`.
        offline: nothing is asked; what was kept is all there is.
        kept: the folder where answers are kept; None keeps none.
    """

    own: Collection[Origin] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    offline: bool = False
    kept: Path | None = None

    @cached_property
    def trusted(self) -> ssl.SSLContext:
        """Which certificates are believed; a system's hundreds are read once, not for each connection.

        Raises:
            NotSetUp: a variable names what cannot be read.
        """
        return trust(self.environment)


def origin(url: httpx2.URL) -> Origin:
    """Return whom a request for this URL is made to."""
    port = _PORTS.get(url.scheme, 0) if url.port is None else url.port
    return Origin(url.raw_host.decode("ascii").lower(), port)


def names_host(url: httpx2.URL) -> bool:
    """Tell whether a URL has a host, a name or an address, and a port; the parser lets other things pass."""
    return _HOST.fullmatch(url.raw_host) is not None and 0 < origin(url).port <= _PORT_MAX


def tokens(environment: Mapping[str, str]) -> Mapping[Origin, str]:
    """Return the tokens by whom they are for.

    As OpenTofu reads them: in the variable's name `__` stands for `-` and `_` for `.`, and names in Unicode
    are turned to ASCII; what is no host's name is left out.
    https://opentofu.org/docs/cli/config/config-file/#environment-variable-credentials
    """
    found = {}
    for name, token in environment.items():
        if not name.startswith(_TOKEN) or not token:
            continue
        host = name.removeprefix(_TOKEN).replace("__", "-").replace("_", ".")
        try:
            url = httpx2.URL(f"https://{host}/")
        except httpx2.InvalidURL:
            continue
        if names_host(url) and url.raw_path == b"/" and not (url.userinfo or url.fragment):
            found[origin(url)] = token
    return found


def proxy_for(environment: Mapping[str, str], url: httpx2.URL) -> httpx2.Proxy | None:
    """Return the proxy that a request goes through, or None.

    As OpenTofu (and Go) choose: `HTTPS_PROXY` or `HTTP_PROXY` by the scheme, in capitals or small letters;
    never for this machine, nor for what `NO_PROXY` names: hosts with all below them, `.below`, addresses,
    networks, a port after any but a network, `*` for all.

    Raises:
        NotSetUp: the variable holds no URL of a proxy.
    """
    variable = f"{url.scheme.upper()}_PROXY"
    value = _either(environment, variable)
    if not value or is_this_machine(url.host) or _excepted(_either(environment, "NO_PROXY"), origin(url)):
        return None
    try:
        proxy = httpx2.URL(value if "://" in value else f"http://{value}")
    except httpx2.InvalidURL:
        proxy = httpx2.URL("")  # the words of the failure may hold a password
    if proxy.scheme not in _PORTS or not names_host(proxy):
        raise NotSetUp(
            f"{variable} is not the URL of an http or https proxy",
            hint=f"set {variable} to a URL such as http://proxy.example.com:3128, or unset it",
        )
    return httpx2.Proxy(proxy, ssl_context=trust(environment) if proxy.scheme == "https" else None)


def trust(environment: Mapping[str, str]) -> ssl.SSLContext:
    """Return which certificates are believed: those of `SSL_CERT_FILE` and `SSL_CERT_DIR`, else the system's.

    Raises:
        NotSetUp: a variable names what cannot be read.
    """
    file, folders = environment.get("SSL_CERT_FILE", ""), environment.get("SSL_CERT_DIR", "")
    if not file and not folders:
        return httpx2.create_ssl_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if file:
        _believe(context, Path(file), "SSL_CERT_FILE")
    for folder in filter(None, folders.split(":")):
        try:
            members = sorted(path for path in Path(folder).iterdir() if path.is_file())
        except OSError as failure:
            raise _unreadable("SSL_CERT_DIR", failure.strerror) from failure
        for member in members:
            _believe(context, member, None)
    return context


def _believe(context: ssl.SSLContext, file: Path, variable: str | None) -> None:
    """Load a file of certificates; a file of a folder that holds none is passed over, as Go does."""
    try:
        context.load_verify_locations(cafile=file)
    except OSError as failure:  # an SSLError is one too
        if variable is not None:
            raise _unreadable(variable, failure.strerror) from failure


def _unreadable(variable: str, why: str | None) -> NotSetUp:
    return NotSetUp(
        f"the certificates of {variable} cannot be read: {why or 'not PEM'}",
        hint=f"name PEM certificates in {variable}, or unset it",
    )


def _either(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.lower()) or ""


def _excepted(exceptions: str, asked: Origin) -> bool:
    return any(_names(entry.strip().lower(), asked) for entry in exceptions.split(",") if entry.strip())


def _names(entry: str, asked: Origin) -> bool:
    if entry == "*":
        return True
    try:
        return ip_address(asked.host) in ip_network(entry, strict=False)
    except ValueError:
        pass  # a name was asked for, or the entry is a name, or an address with a port
    name, _, port = entry.rpartition(":")
    if not name or entry.endswith("]"):
        name, port = entry, ""
    if port and port != str(asked.port):
        return False
    name = name.strip("[]").removeprefix("*")
    return asked.host.endswith(name) if name.startswith(".") else f".{asked.host}".endswith(f".{name}")
