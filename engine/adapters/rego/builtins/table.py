"""Which built-ins are in Python: where each is, how many operands it has. It imports none of them."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

_HASHES: Final = "engine.adapters.rego.builtins.hashes"
_NETWORKS: Final = "engine.adapters.rego.builtins.networks"
_WORDS: Final = "engine.adapters.rego.builtins.words"


class Builtin(NamedTuple):
    """Where a built-in is found.

    Attributes:
        module: is imported when the built-in is first called.
        function: takes `arity` operands, by position.
    """

    module: str
    function: str
    arity: int


def _builtins(module: str, prefix: str, arities: Mapping[str, int]) -> Iterator[tuple[str, Builtin]]:
    for name, arity in arities.items():
        yield f"{prefix}{name}", Builtin(module, name.replace(".", "_"), arity)


IN_PYTHON: Final[Mapping[str, Builtin]] = dict(
    [
        *_builtins(_WORDS, "array.", {"flatten": 1}),
        *_builtins(_HASHES, "crypto.", {"md5": 1, "sha1": 1, "sha256": 1}),
        *_builtins(
            _HASHES,
            "crypto.",
            {"hmac.md5": 2, "hmac.sha1": 2, "hmac.sha256": 2, "hmac.sha512": 2, "hmac.equal": 2},
        ),
        *_builtins(
            _NETWORKS,
            "net.",
            {
                "cidr_contains": 2,
                "cidr_contains_matches": 2,
                "cidr_expand": 1,
                "cidr_intersects": 2,
                "cidr_is_valid": 1,
                "cidr_merge": 1,
            },
        ),
        *_builtins(_WORDS, "strings.", {"count": 2, "split_n": 3}),
    ]
)

# What only the old language has; the new one wants these written otherwise.
IN_PYTHON_V0: Final[Mapping[str, Builtin]] = {
    "net.cidr_overlap": Builtin(_NETWORKS, "cidr_contains", 2),
}
