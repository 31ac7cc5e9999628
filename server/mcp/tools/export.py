"""The operation `export` of the tool `intent`: files as text. Who may see what is the use case's."""

import json

from engine.service.export import ExportFormat
from engine.service.export import export as export_files
from server.mcp.arguments import IntentArguments
from server.mcp.call import Call
from server.mcp.results import IntentResult, ShownExport
from server.mcp.tools.outcome import project_to_read


async def export(call: Call, arguments: IntentArguments) -> IntentResult:
    """Hand resources over as a configuration of OpenTofu, or as its state."""
    chosen = arguments.resource_id if "resource_id" in arguments.model_fields_set else None
    found = await export_files(
        call.services,
        call.principal,
        project_to_read(call, arguments),
        chosen,
        ExportFormat(arguments.format),
    )
    files = {name: _plain(name, text) for name, text in found.files.items()}
    shown = ShownExport(files=files, notes=found.notes, untrusted_reason=found.untrusted_reason)
    return IntentResult(export=shown)


def _plain(name: str, text: str) -> str:
    """Return a file that hides no character: HCL is written so; JSON in ASCII still means the same."""
    return text if name.endswith((".tf", ".hcl")) else json.dumps(json.loads(text), indent=2) + "\n"
