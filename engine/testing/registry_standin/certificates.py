"""A certificate for this machine and a few names, and the authority that issued it. For tests alone."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_DAY: Final = timedelta(days=1)
_PEM: Final = serialization.Encoding.PEM


class Authority:
    """Issues certificates."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Stand-in authority")
        draft = _draft(self._name, self._name, self._key.public_key())
        draft = draft.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self._certificate = draft.sign(self._key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        """The authority's certificate, as programs take it in a file."""
        return self._certificate.public_bytes(_PEM)

    def server_context(self, hosts: Sequence[str] = ()) -> ssl.SSLContext:
        """Return what a server needs that shows a certificate of this authority for itself and for hosts."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [
            *(x509.DNSName(name) for name in ("localhost", *hosts)),
            *(x509.IPAddress(ip_address(text)) for text in ("127.0.0.1", "::1")),
        ]
        draft = _draft(_named("localhost"), self._name, key.public_key())
        draft = draft.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate = draft.sign(self._key, hashes.SHA256())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with TemporaryDirectory() as folder:
            chain = Path(folder) / "chain.pem"
            chain.touch(0o600)
            chain.write_bytes(
                key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
                + certificate.public_bytes(_PEM)
            )
            context.load_cert_chain(chain)
        return context


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _draft(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )
