"""Engines as every program starts with: bounded lines, forbidden functions that raise, our own functions.

The only place that makes one. Sources, data and inputs are given to clones.
"""

from collections.abc import Callable
from functools import cache

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.rewrite.templates import FUNCTION, joined
from engine.adapters.rego.vocabulary import FORBIDDEN
from engine.core.limits import POLICY_SOURCE_MAX_BYTES


def new_engine(*, rego_v0: bool) -> Engine:
    """Return an engine without sources, in which what is forbidden raises.

    Engines belong to the thread that first asked for one.
    """
    return _untouched(rego_v0).clone()


@cache
def _untouched(rego_v0: bool) -> Engine:  # noqa: FBT001  # a cache tells keywords from positions
    # INVARIANT: nothing is ever loaded into it or evaluated with it; only its clones are.
    engine = Engine()
    engine.set_rego_v0(rego_v0)
    engine.set_gather_prints(True)
    engine.set_policy_length_config(
        max_col=POLICY_SOURCE_MAX_BYTES,
        max_file_bytes=POLICY_SOURCE_MAX_BYTES,
        max_lines=POLICY_SOURCE_MAX_BYTES,
    )
    engine.add_extension(FUNCTION, 1, joined)
    for name, forbidden in FORBIDDEN.items():
        if forbidden.arity is not None:
            engine.add_extension(name, forbidden.arity, _refusal(name))
    return engine


def _refusal(name: str) -> Callable[..., object]:
    def refuse(*_arguments: object) -> object:
        raise PermissionError(f"{name} is forbidden")

    return refuse
