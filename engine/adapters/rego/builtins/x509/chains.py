"""Rego's `crypto.x509.parse_and_verify_certificates_with_options`: verification at a given time.

It never reads the clock. Chains under name constraints or explicit policies are refused, not judged.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value, mapping
from engine.adapters.rego.builtins.x509 import armour
from engine.adapters.rego.builtins.x509.algorithms import KeyKind
from engine.adapters.rego.builtins.x509.certificates import Certificate, certificates
from engine.adapters.rego.builtins.x509.der import Malformed
from engine.adapters.rego.builtins.x509.extensions import ALTERNATIVES
from engine.adapters.rego.builtins.x509.hosts import is_for
from engine.adapters.rego.builtins.x509.options import ANY_USAGE, Options, options_of
from engine.adapters.rego.builtins.x509.signing import signed_by

_CERT_SIGN: Final = 1 << 5
_SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Go gives up after as many.
_SIGNATURE_CHECKS_MAX: Final = 100
_LAST_VERSION: Final = 3
_FEWEST: Final = 2


def parse_and_verify_certificates_with_options(written: Value, options: Value) -> tuple[bool, list[Value]]:
    """Tell whether the last of certificates is signed, over those between, by the first; with its chain.

    Raises:
        BuiltinFailed: an option is unknown or wrong, `CurrentTime` is missing, or the chain holds what is not
            judged here.
    """
    octets, wanted = armour.given(written, 1), mapping(options, 2)
    try:
        found = certificates(octets)
    except Malformed:
        return False, []
    asked = options_of(wanted)
    if len(found) < _FEWEST:
        return False, []
    chain = next(_Verification(found, asked).chains(), None)
    return (False, []) if chain is None else (True, [one.members for one in chain])


class _Verification:
    """One search for the chains of a certificate."""

    def __init__(self, found: Sequence[Certificate], asked: Options) -> None:
        self._root, *between, self._leaf = found
        self._between = list({one.raw: one for one in between}.values())
        self._asked = asked
        self._checks = 0

    def chains(self) -> Iterator[list[Certificate]]:
        """Yield the chains from the leaf to the root that hold, each leaf first."""
        leaf = self._leaf
        named = not self._asked.host or is_for(leaf.alternatives, self._asked.host)
        if not named or not self._is_valid(leaf, []):
            return
        found = [[leaf]] if leaf.raw == self._root.raw else list(self._built([leaf]))
        for chain in found:
            if _under_policies(chain[:-1]):
                raise BuiltinFailed(
                    "a certificate of the chain has policy constraints or mappings; not judged"
                )
            if not _serves(chain, self._asked.usages):
                continue
            if any(_extension(one, (2, 5, 29, 30)) for one in chain[1:]):
                raise BuiltinFailed("a certificate of the chain has name constraints, which are not judged")
            yield chain

    def _built(self, chain: list[Certificate]) -> Iterator[list[Certificate]]:
        for is_root, pool in ((True, [self._root]), (False, self._between)):
            for parent in _likeliest_first(pool, chain[-1]):
                self._checks += 1
                if self._checks > _SIGNATURE_CHECKS_MAX:
                    return
                if not self._continues(chain, parent, is_root=is_root):
                    continue
                if is_root:
                    yield [*chain, parent]
                else:
                    yield from self._built([*chain, parent])

    def _continues(self, chain: list[Certificate], parent: Certificate, *, is_root: bool) -> bool:
        return (
            not _is_in(parent, chain)
            and _may_sign(parent)
            and signed_by(chain[-1], parent)
            and (is_root or bool(parent.members["BasicConstraintsValid"] and parent.members["IsCA"]))
            and self._is_valid(parent, chain)
        )

    def _is_valid(self, one: Certificate, chain: Sequence[Certificate]) -> bool:
        """Tell whether a certificate is understood, in its time and near enough to the leaf."""
        members = one.members
        first, last = _nanoseconds(members["NotBefore"]), _nanoseconds(members["NotAfter"])
        longest = members["MaxPathLen"] if members["BasicConstraintsValid"] else -1
        return (
            not members["UnhandledCriticalExtensions"]
            and first <= self._asked.time <= last
            and (longest < 0 or len(chain) - 1 <= longest)
        )


def _may_sign(parent: Certificate) -> bool:
    members = parent.members
    old = members["Version"] != _LAST_VERSION
    authority = members["IsCA"] if members["BasicConstraintsValid"] else old
    usage = members["KeyUsage"]
    known = members["PublicKeyAlgorithm"] != KeyKind.UNKNOWN
    return bool(authority and known and (not usage or usage & _CERT_SIGN))


def _likeliest_first(pool: Sequence[Certificate], child: Certificate) -> list[Certificate]:
    """Return those of a pool that a certificate names as its issuer, in Go's order."""
    wanted = child.members["AuthorityKeyId"] or ""

    def rank(parent: Certificate) -> int:
        own = parent.members["SubjectKeyId"] or ""
        return 0 if own == wanted else 2 - (not own or not wanted)

    named = [one for one in pool if one.members["RawSubject"] == child.members["RawIssuer"]]
    return sorted(named, key=rank)


def _is_in(candidate: Certificate, chain: Sequence[Certificate]) -> bool:
    """Tell whether one with the same subject, key and alternative names is in a chain already."""
    names = _extension(candidate, ALTERNATIVES)
    for one in chain:
        same = ("RawSubject", "RawSubjectPublicKeyInfo")
        if any(one.members[name] != candidate.members[name] for name in same):
            continue
        others = _extension(one, ALTERNATIVES)
        if (names is None) != (others is None):
            return False
        if names == others:
            return True
    return False


def _extension(one: Certificate, wanted: tuple[int, ...]) -> str | None:
    extensions = one.members["Extensions"] or []
    return next((found["Value"] for found in extensions if found["Id"] == list(wanted)), None)


def _under_policies(chain: Sequence[Certificate]) -> bool:
    names = ("RequireExplicitPolicy", "RequireExplicitPolicyZero", "PolicyMappings")
    return any(one.members[name] for one in chain for name in names)


def _serves(chain: Sequence[Certificate], usages: Sequence[int]) -> bool:
    """Tell whether all certificates of a chain allow one of the usages; one that names none allows all."""
    if ANY_USAGE in usages:
        return True
    left = set(usages)
    for one in reversed(chain):
        known, unknown = one.members["ExtKeyUsage"] or [], one.members["UnknownExtKeyUsage"]
        if (known or unknown) and ANY_USAGE not in known:
            left &= set(known)
        if not left:
            return False
    return True


def _nanoseconds(moment: str) -> int:
    return (datetime.fromisoformat(moment) - _EPOCH) // timedelta(seconds=1) * _SECOND
