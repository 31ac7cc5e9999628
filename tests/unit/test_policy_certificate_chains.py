"""Chains of certificates made here: what is not judged, when a search ends; and the times in them."""

from datetime import UTC, datetime
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from engine.adapters.rego.builtins.operands import BuiltinFailed
from engine.adapters.rego.builtins.x509.chains import parse_and_verify_certificates_with_options as verify
from engine.adapters.rego.builtins.x509.der import Der
from engine.adapters.rego.builtins.x509.rendering import decimal
from engine.core.limits import POLICY_CERTIFICATE_NUMBER_MAX_BITS

KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOON: Final = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 10**9


def test_chains_under_rules_that_are_not_judged_are_refused() -> None:
    names = x509.NameConstraints([x509.DNSName("example.com")], None)
    for extension, reason in (
        (names, "name constraints"),
        (x509.PolicyConstraints(0, None), "policy constraints"),
    ):
        with pytest.raises(BuiltinFailed, match=reason):
            verify(_chain_with(extension), {"CurrentTime": NOON})
    usual = x509.SubjectAlternativeName([x509.DNSName("example.com")])
    assert verify(_chain_with(usual), {"CurrentTime": NOON})[0] is True


def test_cross_signed_authorities_end_the_search() -> None:
    """Many authorities of one name, none of them under the root: Go gives up, and so do we."""
    pool = [_signed("b", "b", serial=number + 1) for number in range(20)]
    assert verify("".join([_signed("a", "a"), *pool, _signed("c", "b")]), {"CurrentTime": NOON}) == (
        False,
        [],
    )


@pytest.mark.parametrize(
    ("tag", "written", "shown"),
    [
        (0x17, "490228235959Z", "2049-02-28T23:59:59Z"),
        (0x17, "5002282359Z", "1950-02-28T23:59:00Z"),
        (0x17, "200101000000+0130", "2020-01-01T00:00:00+01:30"),
        (0x18, "21000101000000-0500", "2100-01-01T00:00:00-05:00"),
        (0x18, "20230230000000Z", None),
        (0x17, "200101000000+0000", None),
        (0x17, "200101000000", None),
        (0x0C, "200101000000Z", None),
    ],
)
def test_times_are_shown_as_go_shows_them(tag: int, written: str, shown: str | None) -> None:
    der = Der(bytes([tag, len(written)]) + written.encode(), "time")
    if shown is not None:
        assert der.time() == shown
        return
    with pytest.raises(BuiltinFailed, match="the time is damaged"):
        der.time()


def test_the_size_of_numbers_is_bounded() -> None:
    most = 2**POLICY_CERTIFICATE_NUMBER_MAX_BITS - 1
    assert decimal(most) == str(most)
    with pytest.raises(BuiltinFailed, match="a number has more than 8192 bits"):
        decimal(most + 1)


def _chain_with(extension: x509.ExtensionType) -> str:
    """A root, an authority with an extension, and what that signed."""
    return "".join([_signed("a", "a"), _signed("b", "a", extension), _signed("c", "b")])


def _signed(subject: str, issuer: str, extension: x509.ExtensionType | None = None, serial: int = 1) -> str:
    """A certificate; all are by one key."""
    builder = (
        x509.CertificateBuilder(_name(issuer), _name(subject), KEY.public_key(), serial)
        .not_valid_before(datetime(2024, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2034, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    if extension is not None:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(KEY, None).public_bytes(Encoding.PEM).decode()


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])
