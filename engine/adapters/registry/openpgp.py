"""Detached OpenPGP signatures, checked with Sequoia. Which keys are trusted is decided by the callers."""

from collections.abc import Sequence
from typing import Final

import pysequoia

from engine.core.errors import IntegrityFailed

_HINT: Final = (
    "nothing was installed; try again, and do not trust that source if it stays so, "
    "unless the key was renewed since: docs/reference/providers.md"
)


def parse_key(text: bytes) -> pysequoia.Cert:
    """Read a public key, armored or not.

    Raises:
        IntegrityFailed: it is not an OpenPGP certificate.
    """
    try:
        return pysequoia.Cert.from_bytes(text)
    except RuntimeError as failure:
        raise IntegrityFailed(
            "the signing key cannot be read", hint=_HINT, untrusted=_first_line(failure)
        ) from failure


def check_signature(document: bytes, signature: bytes, keys: Sequence[pysequoia.Cert]) -> str:
    """Return the fingerprint (upper case) of the key among `keys` that signed the document.

    The key must have been valid when it signed, as far as the copy that is given tells: one that was renewed
    since, and shows no self-signature from before, did not sign for Sequoia. OpenTofu 1.6.2 lets that pass.

    Raises:
        IntegrityFailed: none of them did, or the signature is malformed.
    """
    try:
        parsed = pysequoia.Sig.from_bytes(signature)
        verified = pysequoia.verify(document, lambda _ids: list(keys), signature=parsed)
    except RuntimeError as failure:
        raise IntegrityFailed(
            "the OpenPGP signature is not valid", hint=_HINT, untrusted=_first_line(failure)
        ) from failure
    if not verified.valid_sigs:
        raise IntegrityFailed("the OpenPGP signature is not valid", hint=_HINT)
    return str(verified.valid_sigs[0].certificate).upper()


def _first_line(failure: RuntimeError) -> str:
    # Sequoia's messages carry a backtrace below the first line.
    return str(failure).partition("\n")[0]
