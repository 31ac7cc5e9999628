"""A loopback stand-in for a provider registry and for OpenTofu's release page, with its own OpenPGP key.

It speaks plain HTTP on 127.0.0.1; OpenTofu itself takes it through a `host` block. Not for other machines.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Final, Self

import pysequoia
from pydantic import JsonValue

from engine.core.addrs import ProviderPin

_EPOCH: Final = (2020, 1, 1, 0, 0, 0)
_EXECUTABLE: Final = 0o755 << 16


class Fault(StrEnum):
    """What the stand-in does wrong."""

    NONE = "none"
    WRONG_CHECKSUM = "wrong_checksum"  # the archive is another one than the signed checksums say
    WRONG_SIGNATURE = "wrong_signature"  # the checksums were changed after signing
    OTHER_KEY = "other_key"  # signed by another key than the one that is shown
    UNSIGNED = "unsigned"  # no signing key in the registry's answer; no signature on the release page
    TRUNCATED = "truncated"  # the connection closes in the middle of the archive
    NOT_FOUND = "not_found"  # every address answers 404
    NOT_JSON = "not_json"  # every address answers with a web page, as captive portals do


class RegistryStandIn:
    """A registry and release page for tests; use it as a context manager."""

    def __init__(self, fault: Fault = Fault.NONE) -> None:
        self.fault = fault
        self.requests: list[str] = []
        self._answers: dict[str, bytes] = {}
        self._versions: dict[str, list[JsonValue]] = {}
        self._key = pysequoia.Tsk.generate("Stand-in <stand-in@example.org>")
        self._shown_key = pysequoia.Tsk.generate("Other") if fault is Fault.OTHER_KEY else self._key
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _requests_of(self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._put_json("/.well-known/terraform.json", {"providers.v1": "/v1/providers/"})
        self._answers["/opentofu.asc"] = str(self._shown_key.extract_certificate()).encode()

    def __enter__(self) -> Self:
        """Start to serve."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop and close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    @property
    def url(self) -> str:
        """The root, without a slash at the end; releases are in `/releases`, the key is `/opentofu.asc`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key that is shown, upper case."""
        return self._shown_key.extract_certificate().fingerprint.upper()

    def add_provider(self, pin: ProviderPin, platform: str, files: Sequence[tuple[str, bytes]]) -> None:
        """Offer a provider version whose zip holds these files."""
        name, version, (system, arch) = pin.address.name, str(pin.version), platform.split("_")
        root = f"/v1/providers/{pin.address.namespace}/{name}"
        prefix = f"terraform-provider-{name}_{version}"
        filename = f"{prefix}_{platform}.zip"
        shown = self._publish("/files", f"{prefix}_SHA256SUMS", ".sig", filename, _zip(files))
        keys: list[JsonValue] = [
            {"key_id": self.fingerprint[-16:], "ascii_armor": str(self._shown_key.extract_certificate())}
        ]
        self._versions.setdefault(root, []).append(
            {"version": version, "protocols": ["5.0"], "platforms": [{"os": system, "arch": arch}]}
        )
        self._put_json(f"{root}/versions", {"versions": self._versions[root]})
        self._put_json(
            f"{root}/{version}/download/{system}/{arch}",
            {
                "protocols": ["5.0"],
                "os": system,
                "arch": arch,
                "filename": filename,
                "download_url": f"{self.url}/files/{filename}",
                "shasum": shown,
                "shasums_url": f"{self.url}/files/{prefix}_SHA256SUMS",
                "shasums_signature_url": f"{self.url}/files/{prefix}_SHA256SUMS.sig",
                "signing_keys": {"gpg_public_keys": [] if self.fault is Fault.UNSIGNED else keys},
            },
        )

    def add_release(self, version: str, platform: str, executable: bytes) -> None:
        """Offer a release of OpenTofu."""
        self._publish(
            f"/releases/v{version}",
            f"tofu_{version}_SHA256SUMS",
            ".gpgsig",
            f"tofu_{version}_{platform}.zip",
            _zip([("LICENSE", b"as you like"), ("tofu", executable)]),
        )

    def answer(self, path: str) -> tuple[int, bytes, int]:
        """Return status, body and the length that is announced; for the request handler."""
        self.requests.append(path)
        if self.fault is Fault.NOT_JSON:
            body = b"<html>Please log in</html>"
            return 200, body, len(body)
        body = self._answers.get(path, b"")
        if self.fault is Fault.NOT_FOUND or path not in self._answers:
            return 404, b"", 0
        cut = self.fault is Fault.TRUNCATED and path.endswith(".zip")
        return 200, body[: len(body) // 2] if cut else body, len(body)

    def _publish(self, folder: str, sums_name: str, suffix: str, filename: str, archive: bytes) -> str:
        """Lay archive, checksums and signature down; return the checksum that the documents show."""
        checksum = hashlib.sha256(archive).hexdigest()
        sums = f"{'0' * 64}  another_file.zip\n{checksum}  {filename}\n".encode()
        signature = pysequoia.sign(
            self._key.signer(), sums, mode=pysequoia.SignatureMode.DETACHED, armor=False
        )
        if self.fault is Fault.WRONG_SIGNATURE:
            sums += b"\n"
        if self.fault is Fault.WRONG_CHECKSUM:
            archive += b"\0"
        self._answers[f"{folder}/{filename}"] = archive
        self._answers[f"{folder}/{sums_name}"] = sums
        if self.fault is not Fault.UNSIGNED:
            self._answers[f"{folder}/{sums_name}{suffix}"] = signature
        return checksum

    def _put_json(self, path: str, value: JsonValue) -> None:
        self._answers[path] = json.dumps(value).encode()


def _zip(files: Sequence[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = _EXECUTABLE
            archive.writestr(entry, content)
    return buffer.getvalue()


def _requests_of(stand_in: RegistryStandIn) -> type[BaseHTTPRequestHandler]:
    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, length = stand_in.answer(self.path)
            self.send_response(status)
            self.send_header(
                "content-type", "application/json" if body[:1] == b"{" else "application/octet-stream"
            )
            self.send_header("content-length", str(length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Print nothing."""

    return Requests
