"""Text with expressions inside as what a function takes, `f($"{x}") := …`, which the engine cannot match."""

from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.rewrite.keywords import RESERVED
from engine.adapters.rego.rewrite.templates import FUNCTION
from engine.adapters.rego.syntax import Node, Rule, reference_of, rules_of, text_of


def argument_edits(text: str, tree: Node) -> list[Edit]:
    """Return the edits that give such an argument a name, and compare it with the text in each body.

    A function without bodies, one whose bodies have no braces, and a text with a comment in it stay.
    """
    source = text.encode()
    edits: list[Edit] = []
    for rule in rules_of(tree) if FUNCTION in text else ():
        bodies = _bodies(text, source, rule)
        for number, argument in enumerate(rule.arguments or ()):
            written = text_of(argument["Call"]["span"], source) if _is_text(argument) else ""
            if not bodies or not written or "#" in written:
                continue
            name = f"{RESERVED}argument_{number}"
            start = len(source[: argument["Call"]["span"]["start"]].decode())
            edits.append(Edit(start, start + len(written), name + "\n" * written.count("\n")))
            compared = f"{name} == {' '.join(written.splitlines())}; "
            edits += [Edit(body, body, compared) for body in bodies]
    return edits


def _is_text(argument: Node) -> bool:
    return "Call" in argument and ".".join(reference_of(argument["Call"]["fcn"]).path) == FUNCTION


def _bodies(text: str, source: bytes, rule: Rule) -> list[int]:
    """Return where the first statement of each body starts; nothing where one has no braces."""
    starts = [len(source[: body["query"]["stmts"][0]["span"]["start"]].decode()) for body in rule.bodies]
    return starts if all(text[:start].rstrip().endswith("{") for start in starts) else []
