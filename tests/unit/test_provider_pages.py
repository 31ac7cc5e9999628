"""Pages of documentation as people and generators write them, and as nobody does."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core import limits
from engine.core.providers.hints import ImportWords, Rule, RuleKind
from engine.core.providers.listed import Documented
from engine.core.providers.markdown import Piece, front_matter, pieces, plain, slug
from engine.core.providers.pages import Page, PageExample, read_page

PAGES = Path(__file__).parents[1] / "golden" / "pages"


def page(name: str) -> Page:
    return read_page((PAGES / f"{name}.md").read_text())


def flags(member: Documented) -> str:
    names = ("required", "optional", "computed", "sensitive", "deprecated", "block")
    return " ".join(name for name in names if getattr(member, name))


@pytest.mark.requirement("5.4.pages")
def test_a_page_in_sections_tells_arguments_blocks_and_attributes_by_path() -> None:
    found = page("sections")
    assert (found.description, found.subcategory) == (
        "Keeps a box of things in the cloud.",
        "Boxes (Simple Box Store)",
    )
    assert {member.path: flags(member) for member in found.members} == {
        "name": "required",
        "name_prefix": "optional",
        "colour": "optional deprecated",
        "paint": "optional block",
        "lid": "optional computed block",
        "cover": "optional",
        "width": "optional",
        "height": "optional",
        "id": "computed",
        "arn": "computed",
        "paint.layers": "required",
        "paint.dry": "optional block",
        "paint.dry.fast": "optional",
        "lid.lock": "optional block",
        "lid.lock.key_id": "required",
        "lid.lock.lid": "optional",
    }
    colour = found.about("colour")
    assert colour is not None
    assert colour.description == "One of `red`, `green` or `blue`. Defaults to `red`."
    assert found.about("STANDARD") is None


@pytest.mark.requirement("5.4.pages")
def test_a_page_tells_which_arguments_exclude_or_need_each_other_and_how_to_import() -> None:
    found = page("sections")
    assert found.rules == (
        Rule(kind=RuleKind.CONFLICTS, names=("name", "name_prefix")),
        Rule(kind=RuleKind.EXACTLY_ONE, names=("cover", "lid")),
        Rule(kind=RuleKind.AT_LEAST_ONE, names=("height", "width")),
    )
    assert found.imports == ImportWords(
        example="top/blue",
        words="Boxes can be taken in by an `import` block, with the `name` and the shelf separated by a "
        "slash (`/`).",
    )


def test_examples_are_named_by_what_stands_above_them() -> None:
    found = page("sections")
    assert [example.name for example in found.examples] == [
        "A box by name",
        "A box by name (2)",
        "Locked box",
    ]
    assert found.examples[1].code == 'resource "cloud_box" "b" {\n  name_prefix = "blue-"\n}'
    assert page("generated").examples == (
        PageExample(name="one word", code='resource "random_word" "w" {\n  length = 5\n}'),
    )


@pytest.mark.requirement("5.4.pages")
def test_an_old_page_without_headings_for_blocks_tells_the_same() -> None:
    found = page("old")
    assert found.description == "Provides a box."
    assert {member.path: flags(member) for member in found.members} == {
        "name": "required",
        "rule": "optional computed block",
        "tags": "optional",
        "size": "optional",
        "id": "computed",
        "rule.grace": "optional block",
        "rule.prefix": "required",
        "rule.serial": "computed",
        "rule.grace.days": "optional",
    }
    size = found.about("size")
    assert size is not None
    assert size.description == "How big it is."
    assert found.imports == ImportWords(
        example="blue box", words="Boxes can be imported using the `name`, e.g."
    )
    assert [example.name for example in found.examples] == ["basic"]


@pytest.mark.requirement("5.4.pages")
def test_a_generated_page_tells_types_and_marks_too() -> None:
    found = page("generated")
    assert {member.path: (member.type, flags(member)) for member in found.members} == {
        "length": ("number", "required"),
        "keepers": ("map of string", "optional"),
        "alphabet": ("block list", "optional block"),
        "seed": ("string", "optional deprecated"),
        "id": ("string", "computed"),
        "result": ("string", "computed sensitive"),
        "alphabet.letters": ("string", "required"),
        "alphabet.extra": ("attributes list", "optional block"),
        "alphabet.extra.count": ("number", "computed"),
    }
    assert found.imports is not None
    assert found.imports.example == "lemon"


def test_a_page_without_anything_says_nothing() -> None:
    assert read_page("") == Page()
    assert read_page("# only_a_title\n\n## Arguments\n\nwords\n\n## Elsewhere\n\nmore\n") == Page()


def test_an_argument_that_the_attributes_name_again_stays_an_argument() -> None:
    found = read_page(
        "## Argument Reference\n\n* `a` - (Optional)\n\n## Attributes Reference\n\n* `a` - What it became.\n"
        "\n## Argument Reference\n\n* `a` - (Required) Again.\n"
    )
    assert found.members == (
        Documented(path="a", optional=True, computed=True, description="What it became."),
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("* `a` (Optional without an end", Documented(path="a", description="(Optional without an end")),
        ("* **a** - (Required) It.", Documented(path="a", required=True, description="It.")),
        ("* a (String) It.", Documented(path="a", type="string", description="It.")),
        ("* `a` - (see b) It.", Documented(path="a", description="(see b) It.")),
        (
            "* `a` - Deprecated: use b.",
            Documented(path="a", deprecated=True, description="Deprecated: use b."),
        ),
        ("* a sentence that is no argument", None),
        ("* `Upper` - (Optional)", None),
    ],
)
def test_an_item_is_read_as_far_as_it_is_one(line: str, expected: Documented | None) -> None:
    assert read_page(f"## Argument Reference\n\n{line}\n").members == ((expected,) if expected else ())


def test_values_that_are_named_like_arguments_are_no_rule() -> None:
    found = read_page("## Argument Reference\n\n* `a` - (Required) Exactly one of `small` or `large`.\n")
    assert found.rules == ()


def test_a_heading_of_the_second_level_that_an_argument_links_to_is_its_block() -> None:
    text = (
        "## Argument Reference\n\n* `rule` - (Optional) [Rules](#the-rules).\n\n"
        "## The Rules\n\n* `p` - (Required)\n\n## Notes\n\n* `q` - (Required)\n\n"
        "## Timeouts\n\n* `create` - (Optional)\n"
    )
    assert [member.path for member in read_page(text).members] == ["rule", "rule.p"]


def test_parts_of_a_page_are_told_apart() -> None:
    text = "---\nname: x\n---\nwords\nmore\n***\n* one\n  two\n~~~hcl\na = 1\n\nb\n~~~\n# T #\n```\nopen\n"
    assert front_matter(text) == {"name": "x"}
    assert front_matter("---\nno key here\nname: x\n---\n") == {"name": "x"}
    assert pieces(text) == [
        Piece("text", "words more ***"),
        Piece("item", "one two"),
        Piece("code", "a = 1\n\nb", language="hcl"),
        Piece("heading", "T", level=1),
        Piece("code", "open"),
    ]
    assert pieces("---\nnever: ended\n")[-1] == Piece("text", "never: ended")
    assert plain('<a id="x"></a>[a **b**](#c "d") \\_e <!-- f -->') == "a b _e"
    assert slug("EBS, Ephemeral, and `Root`") == "ebs-ephemeral-and-root"


LINES = st.sampled_from(
    [
        *(PAGES / "sections.md").read_text().splitlines(),
        *(PAGES / "generated.md").read_text().splitlines(),
        "---", "```", "~~~", "* `a`, `b` and `c` - (", "The `a` block and `b` block support:", "### `a`",
        "    * `x` - (Required)", "[" * 300, "(" * 300, "`" * 50, "#" * 300, "<!--" * 90, "import {",
    ]
)  # fmt: skip


@pytest.mark.requirement("5.4.pages")
@given(st.one_of(st.text(max_size=400), st.lists(LINES | st.text(max_size=40), max_size=60).map("\n".join)))
def test_no_page_is_refused_and_what_is_read_of_it_is_bounded(text: str) -> None:
    found = read_page(text)
    assert len(found.members) <= limits.PAGE_MEMBERS_MAX
    assert len({member.path for member in found.members}) == len(found.members)
    assert len(found.examples) <= limits.PAGE_EXAMPLES_MAX
    assert len(found.rules) <= limits.PAGE_RULES_MAX
    assert len(found.description) <= limits.PAGE_LINE_MAX_CHARS
    for member in found.members:
        assert len(member.description) <= limits.PAGE_LINE_MAX_CHARS
        assert member.path.count(".") < limits.PAGE_MEMBER_DEPTH_MAX


@pytest.mark.requirement("5.4.pages")
def test_a_page_that_is_too_long_is_read_as_far_as_it_is_allowed() -> None:
    members = "".join(f"* `a{number}` - (Optional) [x](#y)\n" for number in range(20_000))
    blocks = "".join(
        f"* `b{number}` - (Required)\n\nThe `b{number}` block supports:\n" for number in range(4_000)
    )
    examples = '```hcl\nresource "a" "b" {}\n```\n' * 99
    found = read_page(f"## Example Usage\n{examples}\n## Argument Reference\n{blocks}{members}")
    assert len(found.members) <= limits.PAGE_MEMBERS_MAX
    assert len(found.examples) == limits.PAGE_EXAMPLES_MAX
    deep = "## Argument Reference\n" + "".join(
        f"{' ' * depth * 2}* `a{depth}` - (Optional)\n" for depth in range(12)
    )
    assert len(read_page(deep).members) == limits.PAGE_MEMBER_DEPTH_MAX
    assert read_page("word\n" * 100_000).description != ""
    many = read_page("## Argument Reference\n" + "".join(f"* `a{n}` - (Required)\n" for n in range(2_000)))
    assert len(many.members) == limits.PAGE_MEMBERS_MAX
