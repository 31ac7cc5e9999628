"""Detached OpenPGP signatures, checked with Sequoia. Which keys are trusted is decided by the callers."""

from collections.abc import Sequence

import pysequoia

from engine.core.errors import IntegrityFailed


def parse_key(text: bytes) -> pysequoia.Cert:
    """Read a public key, armored or not.

    Raises:
        IntegrityFailed: it is not an OpenPGP certificate.
    """
    try:
        return pysequoia.Cert.from_bytes(text)
    except RuntimeError as failure:
        raise IntegrityFailed("the signing key cannot be read", untrusted=_first_line(failure)) from failure


def check_signature(document: bytes, signature: bytes, keys: Sequence[pysequoia.Cert]) -> str:
    """Return the fingerprint (upper case) of the key among `keys` that signed the document.

    Raises:
        IntegrityFailed: none of them did, or the signature is malformed.
    """
    try:
        parsed = pysequoia.Sig.from_bytes(signature)
        verified = pysequoia.verify(document, lambda _ids: list(keys), signature=parsed)
    except RuntimeError as failure:
        raise IntegrityFailed(
            "the OpenPGP signature is not valid", untrusted=_first_line(failure)
        ) from failure
    if not verified.valid_sigs:
        raise IntegrityFailed("the OpenPGP signature is not valid")
    return str(verified.valid_sigs[0].certificate).upper()


def _first_line(failure: RuntimeError) -> str:
    # Sequoia's messages carry a backtrace below the first line.
    return str(failure).partition("\n")[0]
