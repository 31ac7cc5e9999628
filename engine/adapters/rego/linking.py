"""Puts sources that see each other into one engine, after the checks that hold for any Rego.

What a policy must be beyond that, and what tests may do, is decided elsewhere.
"""

from collections.abc import Mapping
from typing import NamedTuple

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.builtins.registry import prepare
from engine.adapters.rego.checks.calls import flaws_of_calls
from engine.adapters.rego.checks.names import flaws_of_names
from engine.adapters.rego.checks.program import Program
from engine.adapters.rego.checks.rules import flaws_of_rules
from engine.adapters.rego.complaints import complaint_of
from engine.adapters.rego.engines import new_engine
from engine.adapters.rego.parsing import Parsed, place_of
from engine.adapters.rego.wire import Flaw


class Linked(NamedTuple):
    """Sources in one engine.

    Attributes:
        engine: holds them and was never asked anything about them; clone it for each evaluation.
        program: what the checks know of them.
        flaws: by the name of the source, in the order of finding.
    """

    engine: Engine
    program: Program
    flaws: list[tuple[str, Flaw]]


def link(parsed: Mapping[str, Parsed], *, rego_v0: bool, data: str = "{}") -> Linked:
    """Return sources, by name, in one engine with `data`, a JSON object; flaws are those of any Rego."""
    program = Program(parsed)
    engine = new_engine(rego_v0=rego_v0)
    for name, source in parsed.items():
        prepare(source.rewritten.text)
        engine.add_policy(name, source.rewritten.text)
    engine.add_data_json(data)
    found = [*flaws_of_names(program), *flaws_of_calls(program), *flaws_of_rules(program)]
    flaws = [(source.name, flaw) for source, flaw in found]
    if not any(flaw.blocking for _, flaw in flaws):
        try:
            # Any query makes the engine analyse the sources, once for all clones: that finds unsafe names.
            engine.eval_query_as_json("true")
        except RuntimeError as refused:
            name = complaint_of(refused).name or next(iter(parsed))
            line, column, message = place_of(refused, parsed[name].rewritten)
            hint = "give the variable a value, or correct its name"
            flaws.append((name, Flaw(line, column, "unsafe", message, hint)))
    return Linked(engine, program, flaws)
