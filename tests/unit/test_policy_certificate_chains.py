"""Chains of certificates made here: what is not judged, when a search ends; and the times in them."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding

from engine.adapters.rego.builtins.operands import BuiltinFailed
from engine.adapters.rego.builtins.x509.armour import blocks
from engine.adapters.rego.builtins.x509.certificates import parse_certificates
from engine.adapters.rego.builtins.x509.chains import parse_and_verify_certificates_with_options as verify
from engine.adapters.rego.builtins.x509.der import BIT_STRING, INTEGER, SEQUENCE, Der
from engine.adapters.rego.builtins.x509.extensions import Extension, taken_apart
from engine.adapters.rego.builtins.x509.keys import parse_private_keys
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


def test_a_search_ends_after_a_hundred_signatures() -> None:
    """Go gives up before it comes to the authority that the root signed, and so do we."""
    pool = [_signed("b", "b", serial=number + 1) for number in range(20)]
    signed = _signed("b", "a", serial=21)
    for between, found in (([*pool, signed], False), ([signed, *pool], True), ([*pool[:3], signed], True)):
        chain = "".join([_signed("a", "a"), *between, _signed("c", "b")])
        assert verify(chain, {"CurrentTime": NOON})[0] is found


def test_the_authority_that_a_certificate_names_comes_first() -> None:
    keys = [x509.SubjectKeyIdentifier(octet) for octet in (b"1", b"2")]
    between = [_signed("b", "a", key, serial) for serial, key in enumerate(keys, start=1)]
    leaf = _signed("c", "b", x509.AuthorityKeyIdentifier(b"2", None, None))
    _, chain = verify("".join([_signed("a", "a"), *between, leaf]), {"CurrentTime": NOON})
    assert [one["SerialNumber"] for one in chain] == ["1", "2", "1"]


def test_a_certificate_of_the_first_version_is_an_authority_as_root_alone() -> None:
    root, old_root, leaf = _signed("a", "a"), _old(_signed("a", "a")), _signed("c", "a")
    assert parse_certificates(old_root)[0]["Version"] == 1
    assert verify(old_root + leaf, {"CurrentTime": NOON})[0] is True
    for authority, found in ((_signed("b", "a"), True), (_old(_signed("b", "a")), False)):
        assert verify(root + authority + _signed("c", "b"), {"CurrentTime": NOON})[0] is found


def test_what_contradicts_itself_is_refused() -> None:
    marked = _signed("a", "a", x509.SubjectKeyIdentifier(b"1"))
    (block,) = blocks(marked.encode())
    constraints, identifier = b"\x06\x03\x55\x1d\x13", b"\x06\x03\x55\x1d\x0e"
    twice = block.contents.replace(identifier, constraints)
    ed25519 = b"\x06\x03\x2b\x65\x70"
    before, _, after = block.contents.rpartition(ed25519)
    for wrong in (twice, before + b"\x06\x03\x2b\x65\x71" + after):
        with pytest.raises(BuiltinFailed, match="the certificate is damaged"):
            parse_certificates(b64encode(wrong).decode())
    critical = block.contents.replace(constraints + b"\x01\x01\xff", identifier + b"\x01\x01\xff")
    with pytest.raises(BuiltinFailed, match="damaged"):
        parse_certificates(b64encode(critical).decode())
    with pytest.raises(BuiltinFailed, match="extension that is marked critical"):
        taken_apart(Extension((2, 5, 29, 14), critical=True, value=b"\x04\x011"))


def test_the_numbers_of_an_rsa_key_must_belong_together() -> None:
    numbers = generate_private_key(65_537, 2_048).private_numbers()
    n, e, d = numbers.public_numbers.n, numbers.public_numbers.e, numbers.d
    p, q = numbers.p, numbers.q
    assert parse_private_keys(_rsa(n, e, d, p, q)) == parse_private_keys(
        _rsa(n, e, d, p, q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
    )
    for wrong in ((n + 2, e, d, p, q), (n, e + 2, d, p, q), (n, e, d + 2, p, q), (n, e, d, p, q, 1, 1, 1)):
        with pytest.raises(BuiltinFailed, match="the private key is damaged"):
            parse_private_keys(_rsa(*wrong))


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


def _old(pem: str) -> str:
    """A certificate of the first version: without extensions, signed by the one key."""
    (block,) = blocks(pem.encode())
    outer = Der(block.contents, "certificate").inside(SEQUENCE)
    inner = outer.inside(SEQUENCE)
    inner.any_element()
    signed = _element(SEQUENCE, b"".join(inner.any_element().whole for _ in range(6)))
    algorithm = outer.any_element().whole
    whole = _element(SEQUENCE, signed + algorithm + _element(BIT_STRING, b"\0" + KEY.sign(signed)))
    return _pem("CERTIFICATE", whole)


def _rsa(*numbers: int) -> str:
    found = [
        _element(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big")) for number in (0, *numbers)
    ]
    return _pem("RSA PRIVATE KEY", _element(SEQUENCE, b"".join(found)))


def _pem(label: str, contents: bytes) -> str:
    return f"-----BEGIN {label}-----\n{b64encode(contents).decode()}\n-----END {label}-----\n"


def _element(tag: int, contents: bytes) -> bytes:
    size = len(contents).to_bytes((len(contents).bit_length() + 7) // 8, "big")
    return (
        bytes([tag])
        + (size if size[0] < 0x80 and len(size) == 1 else bytes([0x80 | len(size)]) + size)
        + contents
    )
