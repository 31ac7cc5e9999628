"""Rego's functions over private keys: what they give is the key itself, as in OPA. No error quotes it."""

from typing import Final

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value
from engine.adapters.rego.builtins.x509 import armour
from engine.adapters.rego.builtins.x509.certificates import certificate
from engine.adapters.rego.builtins.x509.der import Malformed
from engine.adapters.rego.builtins.x509.private_keys import PrivateKey, of_any_kind, of_curve, of_rsa, wrapped
from engine.adapters.rego.builtins.x509.rendering import encoded

_PKCS8: Final = b"PRIVATE KEY"
_READERS: Final = {b"RSA PRIVATE KEY": of_rsa, _PKCS8: wrapped, b"EC PRIVATE KEY": of_curve}
_CERTIFICATE: Final = b"CERTIFICATE"


def parse_private_keys(written: Value) -> list[Value] | None:
    """Return Go's structures of the private keys in PEM, or in base64 of it; of the empty string null.

    Blocks of other kinds, and keys that are encrypted, are passed over.

    Raises:
        BuiltinFailed: a key is damaged, or of a kind that Go does not know.
    """
    octets = armour.given(written, 1)
    return [key.shown for key in _private_keys(octets)] if octets else None


def parse_rsa_private_key(written: Value) -> dict[str, str] | None:
    """Return the first private key in PEM, or in base64 of it, as a JSON web key; of no key null.

    Raises:
        BuiltinFailed: there is nothing; a key is damaged, or there is no web key of its kind.
    """
    octets = armour.given(written, 1)
    if not octets:
        raise BuiltinFailed("operand 1 is empty")
    if not octets.startswith(armour.BEGIN):
        octets = armour.unbase64(octets, "base64")
    keys = _private_keys(octets)
    if not keys:
        return None
    if keys[0].web_key is None:
        raise BuiltinFailed("JSON web keys have no keys of this kind")
    return keys[0].web_key


def parse_keypair(certificates: Value, key: Value) -> dict[str, Value]:
    """Return certificates with the private key of the first, each in PEM, or in base64 of PEM or DER.

    Raises:
        BuiltinFailed: one of them is damaged or missing, or the key is another certificate's.
    """
    chain = [
        block.contents for block in _pem_or_der(certificates, 1, _CERTIFICATE) if block.label == _CERTIFICATE
    ]
    keys = (
        block.contents
        for block in _pem_or_der(key, 2, _PKCS8)
        if block.label == _PKCS8 or block.label.endswith(b" " + _PKCS8)
    )
    found = next(keys, None)
    if not chain or found is None:
        raise Malformed("PEM of a certificate or of a private key")
    leaf = certificate(chain[0])
    private = of_any_kind(found)
    if private.public is None or private.public != leaf.members["PublicKey"]:
        raise BuiltinFailed("the private key is not the certificate's")
    return {
        "Certificate": [encoded(octets) for octets in chain],
        "PrivateKey": private.shown,
        "SupportedSignatureAlgorithms": None,
        "OCSPStaple": None,
        "SignedCertificateTimestamps": None,
        "Leaf": leaf.members,
    }


def _private_keys(octets: bytes) -> list[PrivateKey]:
    try:
        text = armour.unbase64(octets, "base64")
    except Malformed:
        text = octets
    return [_READERS[block.label](block.contents) for block in armour.blocks(text) if block.label in _READERS]


def _pem_or_der(written: Value, operand: int, label: bytes) -> list[armour.Block]:
    octets = armour.given(written, operand)
    start = armour.BEGIN + b" "
    if not octets.startswith(start):
        octets = armour.unbase64(octets, "base64")
    return list(armour.blocks(octets)) if octets.startswith(start) else [armour.Block(label, octets)]
