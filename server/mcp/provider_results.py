"""What the tool `provider` publishes. What is false, empty or zero of a small entry is left out.

INVARIANT: words from outside stand below a member named `untrusted_…` only; what is not has been parsed.
"""

from typing import Any, Literal

from pydantic import Field

from engine.core.values import JsonObject
from server.mcp.results import Answer
from server.mcp.shown_decision import Published


def _nothing(value: object) -> bool:
    return not value


def _unsaid(value: object) -> bool:
    return value is None


def _left_out(default: object = None) -> Any:  # noqa: ANN401 - a field of any type
    return Field(default, exclude_if=_nothing)


class ProviderVersion(Published):
    """A provider at one version; None where a registry does not say which."""

    provider: str
    version: str | None


class ShownVersion(Published):
    """A version of a provider; `used` by the project, `here` where there is a package for this machine."""

    version: str
    installed: bool = _left_out(default=False)
    offered: bool = _left_out(default=False)
    used: bool = _left_out(default=False)
    here: bool = _left_out(default=False)


class ShownFound(Published):
    """A provider that was found, or one of its types."""

    provider: str
    type: str = _left_out(default="")
    kinds: tuple[str, ...] = _left_out(default=())
    version: str | None = _left_out(default=None)
    installed: bool = _left_out(default=False)
    official: bool = _left_out(default=False)
    popularity: int = _left_out(default=0)
    description: str = _left_out(default="")


class ShownAttribute(Published):
    """One attribute; what is computed and neither required nor optional is set by the provider alone."""

    type: str
    required: bool = _left_out(default=False)
    optional: bool = _left_out(default=False)
    computed: bool = _left_out(default=False)
    sensitive: bool = _left_out(default=False)
    deprecated: bool = _left_out(default=False)
    description: str = _left_out(default="")


class ShownBlock(Published):
    """A nested block; `max_items` left out means without bound."""

    nesting: str
    min_items: int = _left_out(default=0)
    max_items: int = _left_out(default=0)
    deprecated: bool = _left_out(default=False)
    description: str = _left_out(default="")


class ShownRule(Published):
    """What holds of several arguments together: conflicts, exactly_one_of or at_least_one_of."""

    rule: str
    names: tuple[str, ...]


class ShownImport(Published):
    """An id as `import_id` takes it, and what it is made of."""

    example: str = _left_out(default="")
    words: str = _left_out(default="")


class ShownSchema(Published):
    """One page of names and descriptions that others wrote; what is about all of it is on the first page.

    `ingress.from_port` is the attribute `from_port` of the nested block `ingress`. `smallest` is a config
    that fits the schema, with placeholders for values; the provider or the cloud may want more.
    """

    description: str = _left_out(default="")
    smallest: JsonObject | None = Field(None, exclude_if=_unsaid)
    imports: ShownImport | None = _left_out(default=None)
    rules: tuple[ShownRule, ...] = _left_out(default=())
    groups: dict[str, int] = _left_out(default={})
    resources: tuple[str, ...] = _left_out(default=())
    data_sources: tuple[str, ...] = _left_out(default=())
    attributes: dict[str, ShownAttribute] = _left_out(default={})
    blocks: dict[str, ShownBlock] = _left_out(default={})


class ShownExample(Published):
    """An example, from the schema or the registry's page; `config` as the tool `intent` takes it."""

    name: str
    source: Literal["schema", "registry"]
    hcl: str
    config: JsonObject | None = Field(None, exclude_if=_unsaid)


class ProviderResult(Answer):
    """The answer of the tool `provider`.

    `source` says who answers: the schema of the installed provider, exactly; or the registry's documentation,
    and then `install` is the command with which a person brings the provider itself. `notes` are ours.
    """

    format_version: Literal["1.0"] = "1.0"
    source: Literal["schema", "registry"] | None = None
    providers: tuple[ProviderVersion, ...] = ()
    type: str | None = None
    kind: Literal["resource", "data_source"] | None = None
    install: str | None = None
    notes: tuple[str, ...] = ()
    page: int = 1
    pages: int = 1
    versions: tuple[ShownVersion, ...] = ()
    untrusted_found: tuple[ShownFound, ...] = ()
    untrusted_schema: ShownSchema | None = None
    untrusted_examples: tuple[ShownExample, ...] = ()
