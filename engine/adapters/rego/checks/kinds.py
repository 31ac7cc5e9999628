"""The kinds (`signatures.KINDS`) that the value of an expression may have, as far as its text alone tells."""

from typing import Final

from engine.adapters.rego.signatures import ANY, SIGNATURES
from engine.adapters.rego.syntax import Node, reference_of

_CERTAIN: Final = {
    "String": "s",
    "RawString": "s",
    "Number": "n",
    "Bool": "b",
    "Null": "z",
    "Array": "a",
    "Set": "e",
    "Object": "o",
    "ArrayCompr": "a",
    "SetCompr": "e",
    "ObjectCompr": "o",
    "BinExpr": "e",
    "BoolExpr": "b",
    "Membership": "b",
    "UnaryExpr": "n",
}


def kinds_of(node: Node) -> str:
    """Return the letters of the kinds that an expression may have; all of them where nothing is known."""
    ((kind, body),) = node.items()
    if kind == "ArithExpr":
        return "en" if body["op"] == "Sub" else "n"
    if kind == "Call":
        signature = SIGNATURES.get(".".join(reference_of(body["fcn"]).path))
        return signature.result if signature else ANY
    return _CERTAIN.get(kind, ANY)
