"""The hashes of provider packages as lock files spell them, made of hashes of files. It reads no file.

`h1:` is dirhash's first scheme, which OpenTofu takes over from Go's modules
(https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash); `zh:` is the SHA-256 of an archive as it was published.
"""

import base64
import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Final

_SPELT: Final = re.compile(r"h1:[A-Za-z0-9+/]{43}=|zh:[0-9a-f]{64}")


def package_hash(files: Mapping[str, str]) -> str:
    """Return the `h1:` hash of an unpacked package.

    `files` holds the hexadecimal SHA-256 of each regular file by its path below the package's folder, with
    slashes and without a newline.
    """
    lines = "".join(f"{files[name]}  {name}\n" for name in sorted(files))
    digest = hashlib.sha256(lines.encode("utf-8", "surrogateescape")).digest()
    return f"h1:{base64.b64encode(digest).decode('ascii')}"


def archive_hash(sha256: str) -> str:
    """Return the `zh:` hash of an archive with that hexadecimal SHA-256."""
    return f"zh:{sha256}"


def is_package_hash(text: str) -> bool:
    """Tell whether a text is a hash in one of the two schemes."""
    return _SPELT.fullmatch(text) is not None


def is_accepted(found: str, accepted: Collection[str] | None) -> bool:
    """Tell whether the `h1:` hash of files is among those that a lock holds; None locks nothing.

    # INVARIANT: a `zh:` hash accepts no unpacked files, since nothing of an archive can be told from them,
    # and a lock without a hash accepts nothing.
    """
    return accepted is None or found in accepted
