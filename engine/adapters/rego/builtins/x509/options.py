"""What certificates are verified for: the options that Rego gives, read."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value

ANY_USAGE: Final = 0
_SERVER: Final = 1
# Go's numbers of usages, by OPA's names.
_USAGES: Final[Mapping[str, int]] = {
    f"KeyUsage{name}": number
    for number, name in enumerate(
        (
            "Any", "ServerAuth", "ClientAuth", "CodeSigning", "EmailProtection", "IPSECEndSystem",
            "IPSECTunnel", "IPSECUser", "TimeStamping", "OCSPSigning", "MicrosoftServerGatedCrypto",
            "NetscapeServerGatedCrypto", "MicrosoftCommercialCodeSigning", "MicrosoftKernelCodeSigning",
        )
    )
}  # fmt: skip
_NAMES: Final = ("DNSName", "CurrentTime", "MaxConstraintComparisons", "KeyUsages")
_MOMENTS: Final = range(-(2**63), 2**63)


class Options(NamedTuple):
    """What is asked of a chain.

    Attributes:
        time: in nanoseconds since 1970.
        host: empty where none is asked for.
        usages: one of which the chain must allow.
    """

    time: int
    host: str
    usages: tuple[int, ...]


def options_of(given: Mapping[Value, Value]) -> Options:
    """Return the options in an object; keys that are no strings are ignored.

    Raises:
        BuiltinFailed: one is unknown or wrong, or `CurrentTime` is missing: OPA reads the clock then.
    """
    if any(isinstance(name, str) and name not in _NAMES for name in given):
        raise BuiltinFailed("an option is unknown; there are " + ", ".join(_NAMES))
    host = given.get("DNSName", "")
    if not isinstance(host, str):
        raise BuiltinFailed("the option DNSName must be string")
    if not _is_whole(given.get("MaxConstraintComparisons", 0)):
        raise BuiltinFailed("the option MaxConstraintComparisons must be a whole number")
    usages = _usages(given.get("KeyUsages", []))
    if "CurrentTime" not in given:
        raise BuiltinFailed("the option CurrentTime is missing; give it input.request.timestamp_ns")
    time = given["CurrentTime"]
    if not _is_whole(time):
        raise BuiltinFailed("the option CurrentTime must be a whole number of nanoseconds")
    return Options(time, host.strip('"'), usages or (_SERVER,))


def _is_whole(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in _MOMENTS


def _usages(given: Value) -> tuple[int, ...]:
    if not isinstance(given, list | set):
        raise BuiltinFailed("the option KeyUsages must be array or set")
    names = [name.strip('"') for name in given if isinstance(name, str)]
    if any(name not in _USAGES for name in names):
        raise BuiltinFailed("the option KeyUsages holds an unknown usage")
    return tuple(_USAGES[name] for name in names)
