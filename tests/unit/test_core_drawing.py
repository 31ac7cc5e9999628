"""Drawings of what depends on what, and names that would break out of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.drawing import Drawing, Drawn, Mark, Node, as_dot, as_mermaid, as_text, drawing

pytestmark = pytest.mark.requirement("4.4.graph")

VPC = Drawn(resource_id="vpc", type="aws_vpc", depends_on=())
SUBNET = Drawn(resource_id="subnet", type="aws_subnet", depends_on=("vpc",), marks=(Mark.TAINTED,))
WEB = Drawn(
    resource_id="web", type="aws_instance", depends_on=("subnet", "gone"), marks=(Mark.MISSING, Mark.DRIFTED)
)


def test_resources_stand_in_the_order_in_which_they_are_made_with_what_is_wrong_with_them() -> None:
    assert drawing("demo", [WEB, SUBNET, VPC]) == Drawing(
        project="demo",
        nodes=(
            Node(resource_id="gone", type="", depends_on=(), dependents=("web",), marks=(Mark.ABSENT,)),
            Node(resource_id="vpc", type="aws_vpc", depends_on=(), dependents=("subnet",), marks=()),
            Node(
                resource_id="subnet",
                type="aws_subnet",
                depends_on=("vpc",),
                dependents=("web",),
                marks=(Mark.TAINTED,),
            ),
            Node(
                resource_id="web",
                type="aws_instance",
                depends_on=("gone", "subnet"),
                dependents=(),
                marks=(Mark.MISSING, Mark.DRIFTED),
            ),
        ),
        cycle="",
    )


def test_a_drawing_is_written_in_words_for_graphviz_and_for_mermaid() -> None:
    drawn = drawing("demo", [WEB, SUBNET, VPC])
    assert as_text(drawn).splitlines() == [
        "1 gone (absent); needed by web",
        "2 vpc aws_vpc; needed by subnet",
        "3 subnet aws_subnet (tainted); needs vpc; needed by web",
        "4 web aws_instance (missing, drifted); needs gone, subnet",
    ]
    assert as_dot(drawn).splitlines() == [
        'digraph "demo" {',
        "  rankdir=LR;",
        "  node [shape=box];",
        '  "gone" [label="gone\\n(absent)"];',
        '  "vpc" [label="vpc\\naws_vpc"];',
        '  "subnet" [label="subnet\\naws_subnet\\n(tainted)"];',
        '  "web" [label="web\\naws_instance\\n(missing, drifted)"];',
        '  "subnet" -> "vpc";',
        '  "web" -> "gone";',
        '  "web" -> "subnet";',
        "}",
    ]
    assert as_mermaid(drawn).splitlines() == [
        "flowchart LR",
        '  n0["gone<br/>(absent)"]',
        '  n1["vpc<br/>aws_vpc"]',
        '  n2["subnet<br/>aws_subnet<br/>(tainted)"]',
        '  n3["web<br/>aws_instance<br/>(missing#44; drifted)"]',
        "  n2 --> n1",
        "  n3 --> n0",
        "  n3 --> n2",
    ]


def test_an_empty_project_has_a_drawing_too() -> None:
    drawn = drawing("demo", [])
    assert drawn == Drawing(project="demo", nodes=(), cycle="")
    assert as_text(drawn) == "project demo has no resources\n"
    assert as_dot(drawn) == 'digraph "demo" {\n  rankdir=LR;\n  node [shape=box];\n}\n'
    assert as_mermaid(drawn) == "flowchart LR\n"


def test_a_cycle_is_drawn_and_said_to_be_one() -> None:
    there = Drawn(resource_id="a", type="t", depends_on=("b",))
    back = Drawn(resource_id="b", type="t", depends_on=("a",))
    drawn = drawing("demo", [there, back])
    assert ([node.resource_id for node in drawn.nodes], "a → b → a" in drawn.cycle) == (["a", "b"], True)
    assert as_text(drawn).splitlines()[2].startswith("there is no order: the dependencies form a cycle")
    assert '  "a" -> "b";\n  "b" -> "a";\n' in as_dot(drawn)
    assert "  n0 --> n1\n  n1 --> n0\n" in as_mermaid(drawn)


HOSTILE = st.text(min_size=1, max_size=12) | st.sampled_from(
    [
        '"];evil',
        "\\",
        'a\\"',
        "a\nb -> c",
        '"]\n n9[x',
        "#quot;",
        "<b>",
        "`md`",
        "%%{init}%%",
        "a\r\n}",
        "]:::x",
    ]
)
_QUOTED = r'"(?:[^"\\\n]|\\[\\"n])*"'
_DOT_LINE = re.compile(rf"  {_QUOTED}(?: \[label={_QUOTED}\]| -> {_QUOTED});")
_MERMAID_LINE = re.compile(
    r'  n\d+(?:\["[A-Za-z0-9_. ()/-]*(?:(?:#\d+;|<br/>)[A-Za-z0-9_. ()/-]*)*"\]| --> n\d+)'
)


@given(st.lists(st.tuples(HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=2)), max_size=4), HOSTILE)
def test_no_name_breaks_out_of_its_place(given_nodes: list[tuple[str, str, list[str]]], project: str) -> None:
    drawn = drawing(project, [Drawn(resource_id=i, type=t, depends_on=tuple(n)) for i, t, n in given_nodes])
    edges = sum(len(node.depends_on) for node in drawn.nodes)
    first, *body = as_dot(drawn).removesuffix("\n").split("\n")
    assert re.fullmatch(rf"digraph {_QUOTED} {{", first)
    assert body[:2] == ["  rankdir=LR;", "  node [shape=box];"]
    assert body[-1] == "}"
    assert len(body) == 3 + len(drawn.nodes) + edges
    assert [line for line in body[2:-1] if not _DOT_LINE.fullmatch(line)] == []
    head, *chart = as_mermaid(drawn).removesuffix("\n").split("\n")
    assert (head, len(chart)) == ("flowchart LR", len(drawn.nodes) + edges)
    assert [line for line in chart if not _MERMAID_LINE.fullmatch(line)] == []
    told = as_text(drawn).removesuffix("\n").split("\n")
    assert len(told) == max(len(drawn.nodes), 1) + bool(drawn.cycle)
