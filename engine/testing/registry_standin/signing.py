"""The stand-in's OpenPGP keys, its signed lists of checksums, and its archives."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final

import pysequoia

_EPOCH: Final = (2020, 1, 1, 0, 0, 0)
_EXECUTABLE: Final = 0o755 << 16


class Keys:
    """The key that signs, and another one that some fault shows instead."""

    def __init__(self) -> None:
        self._own = pysequoia.Tsk.generate("Stand-in <stand-in@example.org>")
        self._other = pysequoia.Tsk.generate("Other <other@example.org>")

    def armored(self, *, other: bool = False) -> str:
        """Return the public key."""
        return str(self._certificate(other=other))

    def fingerprint(self, *, other: bool = False) -> str:
        """Return the key's fingerprint, upper case."""
        return self._certificate(other=other).fingerprint.upper()

    def sign(self, document: bytes) -> bytes:
        """Return a detached binary signature."""
        return pysequoia.sign(
            self._own.signer(), document, mode=pysequoia.SignatureMode.DETACHED, armor=False
        )

    def _certificate(self, *, other: bool) -> pysequoia.Cert:
        return (self._other if other else self._own).extract_certificate()


def checksums(files: Mapping[str, bytes]) -> bytes:
    """Return a SHA256SUMS document."""
    return "".join(f"{sha256(content)}  {name}\n" for name, content in sorted(files.items())).encode()


def sha256(content: bytes) -> str:
    """Return the hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()


def zh_of(archive: bytes) -> str:
    """Return the hash of an archive as lock files have it."""
    return f"zh:{sha256(archive)}"


def h1_of(archive: bytes) -> str:
    """Return the hash of what an archive holds: that of the sorted lines `hash  name` of its files."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        lines = [f"{sha256(opened.read(name))}  {name}\n" for name in sorted(opened.namelist())]
    return "h1:" + base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()


def zip_of(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return an archive that is the same each time; every file may be executed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = _EXECUTABLE
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def with_a_file_more(archive: bytes) -> bytes:
    """Return an archive that holds one file more than it should; of what is no archive, one byte more."""
    buffer = io.BytesIO(archive)
    if not zipfile.is_zipfile(buffer):
        return archive + b"\0"
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.writestr(zipfile.ZipInfo("unsigned", _EPOCH), b"nobody signed this")
    return buffer.getvalue()
