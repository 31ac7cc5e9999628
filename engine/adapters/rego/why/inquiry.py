"""Follows the bodies of a policy's rules to the expression that decided, by evaluating their beginnings.

Runs inside the worker only. What it finds is told in messages, in the words of `engine.core.policy.explain`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.adapters.rego.why.bodies import Body, Definition, Outline, Part
from engine.adapters.rego.why.expressions import bound_by, names_in
from engine.adapters.rego.why.probes import Failed, Probes
from engine.adapters.rego.why.scenes import Scenes, shortened
from engine.adapters.rego.wire import Message
from engine.core.limits import EXPLAINED_TEXT_MAX_CHARS, EXPLAINED_VALUES_MAX

_HEAD = "head"


class Told(NamedTuple):
    """A message, with the rules of the module that what it tells refers to."""

    message: Message
    names: frozenset[str] = frozenset()


class _Reached(NamedTuple):
    """How far a body held: so many expressions, in so many ways; then `verdict`, up to the part `until`."""

    parts: int
    bindings: int
    verdict: str
    until: int
    message: str = ""
    said: Sequence[object] = ()


class Inquiry:
    """One policy on one input."""

    def __init__(self, outline: Outline, probes: Probes) -> None:
        self._outline = outline
        self._spans = outline.spans
        self._probes = probes
        self._scenes = Scenes(outline, probes)

    def rule(self, definitions: Sequence[Definition]) -> Iterator[Told]:
        """Yield what became of each definition of a rule; a default holds where nothing else did."""
        held = False
        for definition in sorted(definitions, key=lambda each: each.default is not None):
            bodies, names = [], set[str]()
            for body in definition.bodies:
                told = self._skipped(body) if held and body.kind == "else" else self._follow(body)
                held = held or told.message["verdict"] == "held"
                bodies.append(told.message)
                names |= told.names
            if definition.default is not None:
                bodies = [self._default(definition, definition.default, held=held)]
            message = {"rule": definition.rule, "line": self._spans.line(definition.span), "bodies": bodies}
            yield Told(message, frozenset(names))

    def _skipped(self, body: Body) -> Told:
        line = self._spans.line(body.span)
        return Told({"kind": body.kind, "line": line, "verdict": "not_tried"})

    def _default(self, definition: Definition, value: Part, *, held: bool) -> Message:
        message = {"kind": "default", "line": self._spans.line(definition.span), "verdict": "not_tried"}
        if held:
            return message
        prepared = self._probes.ready({_HEAD: self._spans.text(value.span)})
        return {**message, "verdict": "held", "said": [shortened(prepared.value(_HEAD))[0]]}

    def _follow(self, body: Body, before: Sequence[str] = (), bound: frozenset[str] = frozenset()) -> Told:
        """Tell what became of a body whose expressions come after those of `before`, which bind `bound`."""
        reached = self._reach(body, before)
        stopped = [*body.parts[reached.parts : reached.until]]
        if reached.until > len(body.parts) and body.head is not None:
            stopped = [body.head]
        message: Message = {
            "kind": body.kind,
            "line": self._spans.line(body.span),
            "verdict": reached.verdict,
            "held": [self._expression(part) for part in body.parts[: reached.parts]],
            "bindings": reached.bindings,
            "message": reached.message,
            "said": [shortened(each)[0] for each in reached.said[:EXPLAINED_VALUES_MAX]],
        }
        if reached.verdict in {"stopped", "failed"}:
            message["stopped"] = [self._expression(part) for part in stopped]
            so_far = [*before, *(self._spans.text(part.span) for part in body.parts[: reached.parts])]
            known = bound.union(*(self._binds(part) for part in body.parts[: reached.parts]))
            later = frozenset[str]().union(*(self._binds(part) for part in body.parts)) - known
            message |= self._scenes.scene(so_far, known, later, stopped)
            if reached.verdict == "stopped" and len(stopped) == 1:
                message["inside"] = self._inside(stopped[0], so_far, known)
        told = stopped or body.parts
        return Told(message, frozenset(name for part in told for name in names_in(part.literal)))

    def _reach(self, body: Body, before: Sequence[str]) -> _Reached:
        texts = [self._spans.text(part.span) for part in body.parts]
        terms = {
            str(count): f"count([1 | {_all([*before, *texts[:count]])}])" for count in range(len(texts) + 1)
        }
        head = self._spans.text(body.head.span) if body.head is not None else "true"
        terms[_HEAD] = f"[__v | {_all([*before, *texts])}\n__v := {head}]"
        prepared = self._probes.ready(terms)
        parts, bindings = 0, 1
        for count in range(len(texts) + 1):
            if str(count) not in prepared:
                continue
            try:
                ways = prepared.value(str(count))
            except Failed as failed:
                return _Reached(parts, bindings, "failed", count, str(failed))
            if not ways:
                return _Reached(parts, bindings, "stopped", count)
            parts, bindings = count, ways
        if _HEAD not in prepared:
            return _Reached(parts, bindings, "unclear", parts)
        try:
            said = prepared.value(_HEAD)
        except Failed as failed:
            return _Reached(parts, bindings, "failed", len(texts) + 1, str(failed))
        verdict, until = ("held", parts) if said else ("stopped", len(texts) + 1)
        return _Reached(parts, bindings, verdict, until, said=said)

    def _inside(self, part: Part, before: Sequence[str], bound: frozenset[str]) -> Message | None:
        """Tell what became of the inside of an `every` for the first element that breaks it."""
        every = part.literal.get("Every")
        if every is None:
            return None
        names = [self._spans.text(self._spans.of(span)) for span in (every["key"], every["value"]) if span]
        inside = self._outline.inside(every["query"])
        elements = f"some {', '.join(names)} in {self._spans.text(self._spans.node(every['domain']))}"
        broken = f"count([1 | {_all([self._spans.text(each.span) for each in inside.parts])}]) == 0"
        told = self._follow(inside, [*before, elements, broken], bound | {*names})
        return told.message if told.message.get("stopped") else None

    def _binds(self, part: Part) -> frozenset[str]:
        return bound_by(part.literal, self._outline.globals)

    def _expression(self, part: Part) -> Message:
        text = self._spans.written(part.span)
        if len(text) > EXPLAINED_TEXT_MAX_CHARS:
            text = f"{text[:EXPLAINED_TEXT_MAX_CHARS]}…"
        return {"line": self._spans.line(part.span), "text": text}


def _all(expressions: Sequence[str]) -> str:
    return "\n".join(expressions) or "true"
