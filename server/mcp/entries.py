"""What the catalog is made of, and all that is derived from it: listings, descriptions, checks, the docs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from mcp_types import Tool, ToolAnnotations
from pydantic import JsonValue

from engine.core.auth.principals import Scope
from server.mcp.arguments import Arguments, Form, parse, schema_of
from server.mcp.call import Call
from server.mcp.results import Answer, schema_of_answer

A = TypeVar("A", bound=Arguments)
R = TypeVar("R", bound=Answer)


class Risk(StrEnum):
    """The most that an operation may do."""

    READ = "read"
    WRITE = "write"
    DESTRUCTIVE = "destructive"


@dataclass(frozen=True)
class Entry(Generic[A, R]):
    """One operation of a tool."""

    summary: str
    scope: Scope
    risk: Risk
    carry_out: Callable[[Call, A], Awaitable[R]]
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class ToolEntry(Generic[A, R]):
    """One tool; what it asks or changes is outside of this machine.

    Attributes:
        words: puts an answer into text, of which `text_max_bytes` are shown.
    """

    name: str
    title: str
    summary: str
    arguments: type[A]
    result: type[R]
    operations: Mapping[str, Entry[A, R]]
    words: Callable[[R], str]
    text_max_bytes: int

    @property
    def read_only(self) -> bool:
        """True where no operation changes anything."""
        return all(entry.risk is Risk.READ for entry in self.operations.values())

    @property
    def description(self) -> str:
        """What a client shows of the tool: each operation with its arguments, required ones in bold."""
        lines = [f"{self.summary} `operation` is one of:"]
        for name, entry in self.operations.items():
            lines.append(f"- {name}: {entry.summary} {' | '.join(str(form) for form in entry.forms)}")
        return "\n".join(lines)

    @property
    def listing(self) -> Tool:
        """The tool as `tools/list` shows it."""
        destructive = any(entry.risk is Risk.DESTRUCTIVE for entry in self.operations.values())
        return Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=schema_of(self.arguments),
            output_schema=schema_of_answer(self.result),
            annotations=ToolAnnotations(
                title=self.title,
                read_only_hint=self.read_only,
                destructive_hint=destructive,
                idempotent_hint=self.read_only,
                open_world_hint=True,
            ),
        )

    async def call(self, call: Call, arguments: Mapping[str, JsonValue]) -> R:
        """Check the arguments and the caller's right, then carry the operation out.

        Raises:
            InvalidInput: an argument is unknown, missing, out of place or of a wrong type.
            Forbidden: the caller lacks the scope of the operation.
            EngineError: see the operation.
        """
        forms = {name: entry.forms for name, entry in self.operations.items()}
        parsed = parse(self.arguments, forms, arguments)
        entry = self.operations[parsed.operation]
        call.principal.require(entry.scope)
        return await entry.carry_out(call, parsed)


def reference_table(tool: ToolEntry[Any, Any]) -> str:
    """Return the operations of a tool as a Markdown table, for the docs."""
    lines = ["| operation | arguments | risk | needs |", "| --- | --- | --- | --- |"]
    for name, entry in tool.operations.items():
        forms = " *or* ".join(str(form) or "none" for form in entry.forms)
        lines.append(f"| `{name}` | {forms} | {entry.risk.value} | `{entry.scope.value}` |")
    return "\n".join(lines)
