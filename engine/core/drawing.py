"""A project's resources and what they depend on, as a drawing: in words, for Graphviz and for Mermaid.

INVARIANT: a name is data. Whatever characters it has, it cannot end its quotation, make a line of its own or
be read as a part of the drawing's language.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.diagnostics import sanitise
from engine.core.errors import InvalidInput
from engine.core.graph import creation_order, dependents

# All that Mermaid takes as it stands within quotation marks; any other character is spelt by its number.
_PLAIN_IN_MERMAID: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. ()/")


class Mark(StrEnum):
    """What is not as it should be with a resource.

    `tainted` is only half made, `missing` no longer in the cloud when it was last looked for, `drifted`
    different there; `absent` is depended on and not in the project.
    """

    TAINTED = "tainted"
    MISSING = "missing"
    DRIFTED = "drifted"
    ABSENT = "absent"


class Node(BaseModel):
    """A resource in a drawing; `type` is empty where it is absent."""

    model_config = ConfigDict(frozen=True)

    resource_id: str
    type: str
    depends_on: tuple[str, ...]
    dependents: tuple[str, ...]
    marks: tuple[Mark, ...]


class Drawing(BaseModel):
    """The resources of a project.

    Attributes:
        nodes: in the order in which they are made; the reverse is that in which they are destroyed.
        cycle: says which dependencies form a cycle, so that there is no order; empty as it should be.
    """

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    project: str
    nodes: tuple[Node, ...]
    cycle: str


class Drawn(BaseModel):
    """What a drawing is made of: one resource, its type, what it depends on, what is wrong with it."""

    model_config = ConfigDict(frozen=True)

    resource_id: str
    type: str
    depends_on: tuple[str, ...]
    marks: tuple[Mark, ...] = ()


def drawing(project: str, resources: Iterable[Drawn]) -> Drawing:
    """Return the drawing of resources; what they depend on and is not among them is drawn as absent."""
    given = {each.resource_id: each for each in resources}
    needed = {name for each in given.values() for name in each.depends_on} - given.keys()
    absent = {name: Drawn(resource_id=name, type="", depends_on=(), marks=(Mark.ABSENT,)) for name in needed}
    everything = {**given, **absent}
    edges = {name: each.depends_on for name, each in everything.items()}
    order, cycle = _order(edges)
    nodes = tuple(
        Node(
            resource_id=name,
            type=everything[name].type,
            depends_on=tuple(sorted(edges[name])),
            dependents=dependents(edges, name),
            marks=everything[name].marks,
        )
        for name in order
    )
    return Drawing(project=project, nodes=nodes, cycle=cycle)


def as_text(drawn: Drawing) -> str:
    """Return a drawing as lines for people, in the order in which the resources are made."""
    if not drawn.nodes:
        return f"project {_one_line(drawn.project)} has no resources\n"
    lines = [f"{number} {_described(node)}" for number, node in enumerate(drawn.nodes, 1)]
    if drawn.cycle:
        lines.append(f"there is no order: {_one_line(drawn.cycle)}")
    return "\n".join(lines) + "\n"


def as_dot(drawn: Drawing) -> str:
    """Return a drawing in Graphviz's language; an arrow leads from a resource to what it depends on."""
    lines = [f"digraph {_dot(drawn.project)} {{", "  rankdir=LR;", "  node [shape=box];"]
    for node in drawn.nodes:
        # Within a label `\\n` begins a line; a backslash of a name is doubled and stays one.
        label = "\\n".join(_dot_escaped(part) for part in _label(node))
        lines.append(f'  {_dot(node.resource_id)} [label="{label}"];')
    lines += [
        f"  {_dot(node.resource_id)} -> {_dot(name)};" for node in drawn.nodes for name in node.depends_on
    ]
    return "\n".join([*lines, "}"]) + "\n"


def as_mermaid(drawn: Drawing) -> str:
    """Return a drawing as a Mermaid flowchart; arrows as in `as_dot`."""
    number = {node.resource_id: f"n{position}" for position, node in enumerate(drawn.nodes)}
    lines = ["flowchart LR"]
    for node in drawn.nodes:
        label = "<br/>".join(_mermaid_escaped(part) for part in _label(node))
        lines.append(f'  {number[node.resource_id]}["{label}"]')
    lines += [
        f"  {number[node.resource_id]} --> {number[name]}" for node in drawn.nodes for name in node.depends_on
    ]
    return "\n".join(lines) + "\n"


def _order(edges: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], str]:
    try:
        return creation_order(edges), ""
    except InvalidInput as cycle:
        # No use case makes one; a database that was changed from outside may hold one.
        return tuple(sorted(edges)), cycle.message


def _label(node: Node) -> list[str]:
    marks = f"({', '.join(node.marks)})" if node.marks else ""
    return [part for part in (node.resource_id, node.type, marks) if part]


def _described(node: Node) -> str:
    parts = [" ".join(_one_line(part) for part in _label(node))]
    if node.depends_on:
        parts.append(f"needs {', '.join(_one_line(name) for name in node.depends_on)}")
    if node.dependents:
        parts.append(f"needed by {', '.join(_one_line(name) for name in node.dependents)}")
    return "; ".join(parts)


def _one_line(text: str) -> str:
    return sanitise(text).replace("\n", " ").replace("\t", " ")


def _dot(text: str) -> str:
    return f'"{_dot_escaped(text)}"'


def _dot_escaped(text: str) -> str:
    return _one_line(text).replace("\\", "\\\\").replace('"', '\\"')


def _mermaid_escaped(text: str) -> str:
    return "".join(c if c in _PLAIN_IN_MERMAID else f"#{ord(c)};" for c in _one_line(text))
