"""What the names and references around an expression stood for when it decided."""

import json
from collections.abc import Sequence
from typing import Any, Final

from engine.adapters.rego.why.bodies import Outline, Part
from engine.adapters.rego.why.expressions import shown_in
from engine.adapters.rego.why.probes import Failed, Prepared, Probes
from engine.adapters.rego.wire import Message
from engine.core.limits import EXPLAINED_REFERENCES_MAX, EXPLAINED_TEXT_MAX_CHARS, EXPLAINED_VALUES_MAX

_ALL: Final = "all"
_NAMES: Final = "names"


class Scenes:
    """Scenes of one policy on one input."""

    def __init__(self, outline: Outline, probes: Probes) -> None:
        self._spans = outline.spans
        self._probes = probes

    def scene(
        self, held: Sequence[str], bound: frozenset[str], later: frozenset[str], stopped: Sequence[Part]
    ) -> Message:
        """Return `example` and `values` for the first way in which `held` holds.

        Args:
            held: the expressions that held.
            bound: the names that they give values to.
            later: the names that get one only afterwards.
            stopped: the expressions that decided.
        """
        shown = self._shown(stopped, later)
        names = "{" + ", ".join(f'"{name}": {name}' for name in sorted(bound)) + "}"
        values = [f"[__v | __v := {term}]" for term in shown.values()]
        body = "\n".join(held) or "true"
        prepared = self._probes.ready(
            {
                _ALL: f"[[{names}, [{', '.join(values)}]] | {body}]",
                _NAMES: f"[{names} | {body}]",
                **{str(at): f"[{value} | {body}]" for at, value in enumerate(values)},
            }
        )
        whole = _first(prepared, _ALL)
        if whole is None:  # one value that raises leaves the others to be shown
            whole = [_first(prepared, _NAMES) or {}, [_first(prepared, str(at)) for at in range(len(values))]]
        example, found = whole
        return {
            "example": [_seen(name, [value]) for name, value in example.items()],
            "values": [
                _seen(text, each) for text, each in zip(shown, found, strict=True) if each is not None
            ],
        }

    def _shown(self, stopped: Sequence[Part], later: frozenset[str]) -> dict[str, str]:
        """Return the terms worth showing, as the engine reads them, by what a person wrote."""
        found: dict[str, str] = {}
        for part in stopped:
            for node in shown_in(part.literal, later):
                span = self._spans.node(node)
                written = self._spans.written(span)[:EXPLAINED_TEXT_MAX_CHARS]
                found.setdefault(written, f"{self._spans.text(span)} {part.with_}")
        return dict(list(found.items())[:EXPLAINED_REFERENCES_MAX])


def shortened(value: Any) -> tuple[Any, bool]:  # noqa: ANN401 - JSON as the engine prints it
    """Return a value, or the beginning of its JSON text and True where that is long."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= EXPLAINED_TEXT_MAX_CHARS:
        return value, False
    return f"{text[:EXPLAINED_TEXT_MAX_CHARS]}…", True


def _first(prepared: Prepared, key: str) -> Any:  # noqa: ANN401 - JSON as the engine prints it
    """Return the first element of a term that is a list, None where there is none to be had."""
    if key not in prepared:
        return None
    try:
        return next(iter(prepared.value(key) or ()), None)
    except Failed:
        return None


def _seen(expression: str, values: Sequence[Any]) -> Message:
    told = [shortened(value) for value in values[:EXPLAINED_VALUES_MAX]]
    cut = len(values) > EXPLAINED_VALUES_MAX or any(is_cut for _, is_cut in told)
    return {"expression": expression, "values": [value for value, _ in told], "cut": cut}
