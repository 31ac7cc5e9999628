"""Engines as every program starts with: bounded lines, built-ins in Python, forbidden ones that raise.

The only place that makes one. Sources, data and inputs are given to clones.
"""

from functools import cache

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.builtins.registry import register
from engine.adapters.rego.rewrite.templates import FUNCTION, joined
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
    register(engine, rego_v0=rego_v0)
    return engine
