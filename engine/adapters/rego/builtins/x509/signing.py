"""Whether a certificate's signature is by another one's key, as in Go. No time or name is checked."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from engine.adapters.rego.builtins.x509.certificates import Certificate

_RSA_BITS_MIN: Final = 1_024
# By Go's numbers; MD5, SHA-1 and DSA sign no certificate that it believes.
_RSA: Final[Mapping[int, HashAlgorithm]] = {4: SHA256(), 5: SHA384(), 6: SHA512()}
_PSS: Final[Mapping[int, HashAlgorithm]] = {13: SHA256(), 14: SHA384(), 15: SHA512()}
_ECDSA: Final[Mapping[int, HashAlgorithm]] = {10: SHA256(), 11: SHA384(), 12: SHA512()}
_ED25519: Final = 16


def signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Tell whether a certificate's signature is by an issuer's key; whether that may sign is not asked."""
    number = certificate.members["SignatureAlgorithm"]
    signature = b64decode(certificate.members["Signature"])
    signed = b64decode(certificate.members["RawTBSCertificate"])
    try:
        key = load_der_public_key(b64decode(issuer.members["RawSubjectPublicKeyInfo"]))
        if isinstance(key, RSAPublicKey) and key.key_size >= _RSA_BITS_MIN:
            if (digest := _RSA.get(number)) is not None:
                key.verify(signature, signed, PKCS1v15(), digest)
                return True
            if (digest := _PSS.get(number)) is not None:
                key.verify(signature, signed, PSS(MGF1(digest), digest.digest_size), digest)
                return True
        elif isinstance(key, EllipticCurvePublicKey) and number in _ECDSA:
            key.verify(signature, signed, ECDSA(_ECDSA[number]))
            return True
        elif isinstance(key, Ed25519PublicKey) and number == _ED25519:
            key.verify(signature, signed)
            return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return False
