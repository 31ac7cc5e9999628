"""One request over one connection, answered as it is: no redirects, no retries, no decoding."""

import http.client
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Got:
    """An answer; `body` is what arrived of it, and `whole` whether that is all that was announced."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool = True


def get(url: str, *, authority: bytes = b"", most: int = 2**20, **headers: str) -> Got:
    """Return the answer to a GET, at most so many bytes of its body; `if_range` becomes `If-Range`."""
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context(cadata=authority.decode() or None)
        connection = http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        body = answer.read(most)
        announced = int(told.get("content-length", len(body)))
        return Got(answer.status, told, body, whole=len(body) == announced)
    finally:
        connection.close()
