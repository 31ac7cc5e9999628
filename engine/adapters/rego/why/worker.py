"""The program of the worker that explains.

Its one request and the answers to it:

    {"do": "explain", "source": …, "rego_v0": bool, "parameters": JSON text, "input": JSON text,
     "seconds": float}
        {"rules": […], "helpers": […], "left_out": int}, see `engine.core.policy.explain`
        or {"refused": [line, column, code, message, hint, blocking]}, for a source that its checks refuse
        or {"error": [line, column, message]}
"""

from collections.abc import Iterator

from engine.adapters.rego.library import load
from engine.adapters.rego.parsing import parse, place_of
from engine.adapters.rego.serving import serve
from engine.adapters.rego.why.bodies import Outline
from engine.adapters.rego.why.inquiry import Inquiry
from engine.adapters.rego.why.probes import Probes
from engine.adapters.rego.wire import Message
from engine.core.limits import EXPLAINED_DEFINITIONS_MAX
from engine.core.policy.rules import RULES


def main() -> None:
    """Serve requests until the explainer closes the pipe."""
    serve({"explain": explain})


def explain(request: Message) -> Iterator[Message]:
    """Answer the one request."""
    rego_v0: bool = request["rego_v0"]
    module = load(request["source"], rego_v0=rego_v0, parameters=request["parameters"])
    if module.engine is None:
        yield {"refused": module.flaws[0]}
        return
    parsed = parse(request["source"], rego_v0=rego_v0)
    outline = Outline(parsed.rewritten, parsed.tree)
    engine = module.engine.clone()
    try:
        engine.set_input_json(request["input"])
    except RuntimeError as refused:
        yield {"error": [*place_of(refused, parsed.rewritten)]}
        return
    yield _told(outline, Inquiry(outline, Probes(engine, outline.package, outline.imports)))


def _told(outline: Outline, inquiry: Inquiry) -> Message:
    """Return what became of the rules that decide, and of those that they refer to."""
    wanted = [rule for rule in RULES if rule in outline.definitions]
    seen = set(wanted)
    deciding = len(wanted)
    answer: Message = {"rules": [], "helpers": [], "left_out": 0}
    for at, rule in enumerate(wanted):
        section = "rules" if at < deciding else "helpers"
        definitions = outline.definitions[rule]
        if len(answer["rules"]) + len(answer["helpers"]) + len(definitions) > EXPLAINED_DEFINITIONS_MAX:
            answer["left_out"] += len(definitions)
            continue
        for told in inquiry.rule(definitions):
            answer[section].append(told.message)
            fresh = [name for name in sorted(told.names - seen) if outline.has_conditions(name)]
            wanted += fresh
            seen.update(fresh)
    return answer
