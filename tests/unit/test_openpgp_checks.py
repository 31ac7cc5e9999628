"""OpenPGP signatures: a real release of OpenTofu, and what must not pass."""

from pathlib import Path
from typing import Final

import pysequoia
import pytest

from engine.adapters.registry.checks import checksum_of
from engine.adapters.registry.openpgp import check_signature, parse_key
from engine.core.errors import IntegrityFailed

RELEASE: Final = Path(__file__).parents[1] / "golden" / "opentofu-1.8.5"
FINGERPRINT: Final = "E3E6E43D84CB852EADB0051D0C0AF313E5FD9F80"
SUMS: Final = (RELEASE / "tofu_1.8.5_SHA256SUMS").read_bytes()
SIGNATURE: Final = (RELEASE / "tofu_1.8.5_SHA256SUMS.gpgsig").read_bytes()
KEY: Final = (RELEASE / "opentofu.asc").read_bytes()
# Made with GnuPG: a key of a year from January 2020, renewed in November, when its first self-signature went.
RENEWED: Final = Path(__file__).parents[1] / "golden" / "renewed-key"


@pytest.mark.requirement("2.2.tofu-verified")
def test_a_real_release_of_opentofu_is_signed_by_the_pinned_key() -> None:
    assert check_signature(SUMS, SIGNATURE, [parse_key(KEY)]) == FINGERPRINT
    assert checksum_of(SUMS, "tofu_1.8.5_linux_amd64.zip") == (
        "e2951ba6be8ae9427aabbd5c6f243855e8b526cb2ae6bc33a05dae22d7e82632"
    )


@pytest.mark.parametrize("changed", [SUMS + b"\n", SUMS.replace(b"e2951b", b"e2951c"), b""])
def test_a_changed_document_is_refused(changed: bytes) -> None:
    with pytest.raises(IntegrityFailed, match="signature is not valid"):
        check_signature(changed, SIGNATURE, [parse_key(KEY)])


def test_a_signature_by_another_key_is_refused() -> None:
    other = pysequoia.Tsk.generate("Other").extract_certificate()
    with pytest.raises(IntegrityFailed, match="signature is not valid"):
        check_signature(SUMS, SIGNATURE, [other])
    with pytest.raises(IntegrityFailed, match="signature is not valid"):
        check_signature(SUMS, SIGNATURE, [])


@pytest.mark.parametrize("signature", [b"", b"junk", KEY, SIGNATURE[:-1]])
def test_a_malformed_signature_is_refused_without_a_backtrace(signature: bytes) -> None:
    with pytest.raises(IntegrityFailed) as caught:
        check_signature(SUMS, signature, [parse_key(KEY)])
    assert "\n" not in (caught.value.untrusted or "")


@pytest.mark.parametrize("key", [b"", b"junk", SIGNATURE])
def test_what_is_not_a_key_is_refused(key: bytes) -> None:
    with pytest.raises(IntegrityFailed, match="key cannot be read"):
        parse_key(key)


@pytest.mark.parametrize(("key", "signature"), [("key", "before"), ("renewed", "after")])
def test_a_key_that_was_valid_when_it_signed_may_have_expired_since(key: str, signature: str) -> None:
    keys = [parse_key((RENEWED / f"{key}.asc").read_bytes())]
    signed = (RENEWED / f"{signature}.sig.asc").read_bytes()
    found = check_signature((RENEWED / "SHA256SUMS").read_bytes(), signed, keys)
    assert found == keys[0].fingerprint.upper()


@pytest.mark.requirement("5.2.refused")
@pytest.mark.parametrize(("key", "signature"), [("renewed", "before"), ("key", "after")])
def test_a_key_that_was_not_valid_when_it_signed_is_refused_as_far_as_its_copy_tells(
    key: str, signature: str
) -> None:
    keys = [parse_key((RENEWED / f"{key}.asc").read_bytes())]
    signed = (RENEWED / f"{signature}.sig.asc").read_bytes()
    with pytest.raises(IntegrityFailed, match="signature is not valid") as refused:
        check_signature((RENEWED / "SHA256SUMS").read_bytes(), signed, keys)
    assert "unless the key was renewed since" in (refused.value.hint or "")
