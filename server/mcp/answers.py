"""From a call to its result: the structured part made safe to show, its text, and whether it is an error."""

from collections.abc import Mapping
from typing import Any

from mcp_types import CallToolResult, TextContent
from pydantic import JsonValue

from engine.core.diagnostics import sanitise
from engine.core.errors import EngineError
from engine.core.operations.operation import OperationError
from engine.core.values import map_strings
from server.mcp.call import Call
from server.mcp.entries import ToolEntry
from server.mcp.results import Answer
from server.mcp.wording import fitted


async def answer(tool: ToolEntry[Any, Any], call: Call, arguments: Mapping[str, JsonValue]) -> CallToolResult:
    """Carry a call out; an answer after which something is to be fixed is an error."""
    try:
        found = await tool.call(call, arguments)
    except EngineError as error:
        found = tool.result(error=OperationError.of(error), next="fix")
    safe = tool.result.model_validate(_safe(found))
    text = fitted(tool.words(safe), tool.text_max_bytes)
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=safe.model_dump(mode="json"),
        is_error=safe.next == "fix",
    )


def _safe(found: Answer) -> dict[str, Any]:
    """Return an answer with every string safe to show; files are so already, and have to stay exact."""
    written = found.model_dump(mode="json")
    safe: Any = map_strings(written, sanitise)
    if safe.get("export"):
        safe["export"]["files"] = written["export"]["files"]
    return dict(safe)
