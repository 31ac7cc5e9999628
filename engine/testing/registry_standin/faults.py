"""What the stand-in can be told to do wrong, where and how often. How it is done stands in `spoiling`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from threading import Lock
from typing import Final


class Fault(StrEnum):
    """What the stand-in does wrong."""

    NONE = "none"
    # What is published.
    WRONG_CHECKSUM = "wrong_checksum"  # the archive is another one than the signed checksums say
    WRONG_SIGNATURE = "wrong_signature"  # the checksums were changed after signing
    OTHER_KEY = "other_key"  # signed by another key than the one that is shown
    UNSIGNED = "unsigned"  # no signing key in the registry's answer; no signature on the release page
    NO_HASHES = "no_hashes"  # the network mirror lists archives without their hashes
    NOT_FOUND = "not_found"
    NOT_JSON = "not_json"  # a web page instead of any answer, as captive portals do
    OTHER_SHAPE = "other_shape"  # JSON, and nothing of what the protocol says
    # How it is delivered.
    SLOW = "slow"  # the first byte, then nothing until `release`
    TRUNCATED = "truncated"  # the connection closes in the middle
    ENDLESS = "endless"  # a body without a length that does not end
    HUGE = "huge"  # a length of a terabyte is announced, and zeros follow
    GZIP_BOMB = "gzip_bomb"  # 64 MiB of zeros as 64 kB of gzip that nobody asked for
    # What is answered instead.
    TOO_MANY = "too_many"  # 429
    UNAVAILABLE = "unavailable"  # 503
    REDIRECT = "redirect"  # to another address; without one, to itself
    REDIRECT_LOOP = "redirect_loop"  # there and back again
    # How requests for a part are answered.
    RANGE_IGNORED = "range_ignored"  # the whole, with 200
    RANGE_OTHER = "range_other"  # another part than was asked for, and it says so
    RANGE_MIXED = "range_mixed"  # other bytes than the part that it says it is
    RANGE_REFUSED = "range_refused"  # 416
    NO_VALIDATOR = "no_validator"  # no ETag, and `If-None-Match` is ignored


# Where a fault is that names no path.
_PLACES: Final[Mapping[Fault, tuple[str, ...]]] = {
    Fault.WRONG_CHECKSUM: ("*.zip",),
    Fault.WRONG_SIGNATURE: ("*_SHA256SUMS",),
    Fault.OTHER_KEY: ("*/download/*", "*.asc"),
    Fault.UNSIGNED: ("*/download/*", "*.gpgsig"),
    Fault.NO_HASHES: ("/mirror/*.json",),
    Fault.TRUNCATED: ("*.zip",),
}

# Addresses of this machine and of networks that are not the Internet, as a redirect may spell them.
PRIVATE_ADDRESSES: Final = (
    *("10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104 - not bound
    *("10.1", "0x0a000001", "0x0a.0.0.1", "012.0.0.1", "167772161", "2852039166", "127.1", "127.0.0.2"),
    *("[::1]", "[::]", "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "[::ffff:a00:1]", "[64:ff9b::a00:1]"),
    *("localhost.", "127.0.0.1."),
)


@dataclass(frozen=True)
class Trouble:
    """One thing that goes wrong.

    Attributes:
        path: a pattern with `*` for the paths where it does, without their queries; the fault's own places
            where empty.
        times: to how many requests it happens; to all where None.
        after: how many bytes of the body are sent; where None, one for `SLOW` and half of it for `TRUNCATED`.
        retry_after: the header of that name, for `TOO_MANY` and `UNAVAILABLE`.
        to: the address that `REDIRECT` names.
    """

    fault: Fault
    path: str = ""
    times: int | None = None
    after: int | None = None
    retry_after: str | None = None
    to: str = ""

    def concerns(self, path: str) -> bool:
        """Return whether it happens on a path."""
        patterns = (self.path,) if self.path else _PLACES.get(self.fault, ("*",))
        return any(fnmatchcase(path, pattern) for pattern in patterns)


class Troubles:
    """The troubles that are in place; the newest that concerns a path happens, and no other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left: list[tuple[Trouble, int | None]] = []

    def make(self, trouble: Trouble) -> None:
        """Put one in place."""
        with self._lock:
            self._left.insert(0, (trouble, trouble.times))

    def end(self, *faults: Fault) -> None:
        """Take those of the named faults away; all where none is named."""
        with self._lock:
            self._left = [one for one in self._left if faults and one[0].fault not in faults]

    def holds(self, fault: Fault) -> bool:
        """Return whether a fault is in place anywhere."""
        with self._lock:
            return any(trouble.fault is fault for trouble, _ in self._left)

    def take(self, path: str) -> Trouble:
        """Return what happens to a request, and count it."""
        with self._lock:
            for place, (trouble, left) in enumerate(self._left):
                if trouble.concerns(path):
                    if left == 1:
                        del self._left[place]
                    elif left is not None:
                        self._left[place] = (trouble, left - 1)
                    return trouble
        return Trouble(Fault.NONE)
