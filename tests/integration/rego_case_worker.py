"""The program of a worker that answers one case of a Rego test suite, by the load path of policies.

    {"do": "case", "modules": [source, …], "data": JSON text, "input": JSON text, "term": Rego, "query": …}
        {"bindings": [{name: value}, …]} or {"refused": [code, message]} or {"failed": message}

What a source must be only because it is a policy (its package, its rules) is not asked of it.
"""

import json
from collections.abc import Iterator
from typing import Final

from engine.adapters.rego.complaints import complaint_of
from engine.adapters.rego.linking import link
from engine.adapters.rego.parsing import SourceRefused, parse
from engine.adapters.rego.serving import serve
from engine.adapters.rego.wire import Message

# A query is rewritten as the body of a rule.
_BEFORE: Final = "package queries\nq if {\n"
_AFTER: Final = "\n}\n"


def main() -> None:
    """Serve cases until the asker closes the pipe."""
    serve({"case": _case})


def _case(request: Message) -> Iterator[Message]:
    try:
        parsed = {f"m{at}": parse(source, rego_v0=False) for at, source in enumerate(request["modules"])}
        query = parse(f"{_BEFORE}{request['query']}{_AFTER}", rego_v0=False).rewritten.text
    except SourceRefused as refused:
        yield {"refused": [refused.flaw.code, refused.flaw.message]}
        return
    linked = link(parsed, rego_v0=False, data=request["data"])
    for _, flaw in linked.flaws:
        if flaw.blocking:
            yield {"refused": [flaw.code, flaw.message]}
            return
    engine = linked.engine.clone()
    try:
        asked = query.removeprefix(_BEFORE).removesuffix(_AFTER)
        if request["term"]:  # not as JSON, which has no sets
            asked = f"{asked} with input as {request['term']}"
        elif request["input"]:
            engine.set_input_json(request["input"])
        answer = json.loads(engine.eval_query_as_json(asked))
    except RuntimeError as failed:
        yield {"failed": complaint_of(failed).message}
    else:
        yield {"bindings": [result.get("bindings", {}) for result in answer.get("result", [])]}
