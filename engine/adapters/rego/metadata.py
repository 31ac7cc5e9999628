"""Reads the `# METADATA` above a policy's package, and says what is wrong with it. Selects no policy."""

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from engine.adapters.rego.complaints import complaint_of
from engine.adapters.rego.engines import new_engine
from engine.adapters.rego.places import position
from engine.adapters.rego.rewrite.tokens import Kind, tokens_of
from engine.adapters.rego.wire import Flaw
from engine.core.limits import POLICY_TYPE_MAX_CHARS, POLICY_TYPES_MAX
from engine.core.policy.rules import OPERATIONS, SEVERITIES

_MARK: Final = "METADATA"
_HINT: Final = "see METADATA in docs/reference/rego.md"


class Metadata(NamedTuple):
    """The members of `PolicyMetadata` that a source declares, and what is wrong with the rest."""

    members: Mapping[str, Any]
    flaws: list[Flaw]


def metadata_of(source: str) -> Metadata:
    """Return what the block of comments under `# METADATA` above the package says."""
    block = _Block.above_package(source)
    if block is None:
        return Metadata({}, [])
    try:
        said = block.read()
    except RuntimeError as refused:
        message = f"METADATA is no YAML: {complaint_of(refused).message}"
        return Metadata({}, [block.flaw("", message)])
    flaws: list[Flaw] = []
    members = dict(_members(block, said, flaws))
    return Metadata({} if flaws else members, flaws)


class _Block(NamedTuple):
    """The lines below the mark, with the number of the first."""

    lines: list[str]
    first: int

    @classmethod
    def above_package(cls, source: str) -> "_Block | None":
        comments: dict[int, str] = {}
        for token in tokens_of(source):
            if token.kind is Kind.COMMENT:
                comments[position(source, token.start)[0]] = token.text[1:]
            elif token.kind is not Kind.SPACE:
                break
        for number, text in comments.items():
            if text.strip() == _MARK:
                lines: list[str] = []
                while (below := comments.get(number + 1 + len(lines))) is not None:
                    lines.append(below)
                return cls(lines, number + 1)
        return None

    def read(self) -> Any:  # noqa: ANN401  # any YAML
        """Return the YAML; the engine's own reader costs a worker no import.

        Raises:
            RuntimeError: it is none.
        """
        engine = new_engine(rego_v0=False)
        engine.set_input_json(json.dumps(textwrap.dedent("\n".join(self.lines))))
        answer = json.loads(engine.eval_query_as_json("yaml.unmarshal(input)"))
        return answer["result"][0]["expressions"][0]["value"]

    def flaw(self, key: str, message: str) -> Flaw:
        """Return a flaw at the line of a key, or at the block's first."""
        for number, line in enumerate(self.lines):
            if key and line.strip().removeprefix("- ").startswith(f"{key}:"):
                return Flaw(self.first + number, line.index(key) + 2, "metadata_invalid", message, _HINT)
        return Flaw(self.first, 1, "metadata_invalid", message, _HINT)


def _members(block: _Block, said: Any, flaws: list[Flaw]) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # any YAML
    if not isinstance(said, dict):
        flaws.append(block.flaw("", "METADATA is no mapping of names to values"))
        return
    for name in ("title", "description"):
        if name in said:
            if not isinstance(said[name], str):
                flaws.append(block.flaw(name, f"{name} must be text"))
            yield name, said[name]
    custom = said.get("custom", {})
    if not isinstance(custom, dict):
        flaws.append(block.flaw("custom", "custom must be a mapping"))
        return
    checks: dict[str, tuple[Callable[[Any], bool], str]] = {
        "severity": (lambda value: value in SEVERITIES, f"one of {', '.join(SEVERITIES)}"),
        "resource_types": (
            _are_types,
            f"a list of 1 to {POLICY_TYPES_MAX} types of at most {POLICY_TYPE_MAX_CHARS} characters",
        ),
        "operations": (_are_operations, f"a list of some of {', '.join(OPERATIONS)}"),
        "controls": (_are_controls, "a mapping of frameworks to lists of controls"),
    }
    for name, (is_right, wanted) in checks.items():
        if name in custom:
            if not is_right(custom[name]):
                flaws.append(block.flaw(name, f"{name} must be {wanted}"))
            yield name, custom[name]


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(part, str) and part for part in value)


def _are_types(value: Any) -> bool:  # noqa: ANN401  # any YAML
    # Each write is compared with them outside of any worker, where no limit of time holds.
    short = _is_list(value) and all(len(part) <= POLICY_TYPE_MAX_CHARS for part in value)
    return short and len(value) <= POLICY_TYPES_MAX


def _are_operations(value: Any) -> bool:  # noqa: ANN401  # any YAML
    return _is_list(value) and all(part in OPERATIONS for part in value)


def _are_controls(value: Any) -> bool:  # noqa: ANN401  # any YAML
    return isinstance(value, dict) and all(map(_is_list, value.values()))
