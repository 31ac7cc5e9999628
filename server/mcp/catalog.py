"""The one table of the tools: name, title, operation, scope, risk, arguments, and what carries it out.

Listings, descriptions, annotations, argument checks and the reference's tables are all made from it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from engine.core.auth.principals import Scope
from engine.core.limits import PROVIDER_ANSWER_MAX_BYTES, TOOL_TEXT_MAX_BYTES
from server.mcp.arguments import Form, IntentArguments, ProviderArguments
from server.mcp.entries import Entry, Risk, ToolEntry
from server.mcp.provider_results import ProviderResult
from server.mcp.provider_wording import provider_text
from server.mcp.results import IntentResult
from server.mcp.tools import hold, intent, look, provider, sets, steer, undo
from server.mcp.tools.export import export
from server.mcp.tools.refresh import refresh
from server.mcp.wording import intent_text

_WAITING: Final = ("dry_run", "idempotency_key", "wait_seconds")
_R, _W = Scope.RESOURCES_READ, Scope.RESOURCES_WRITE

_INTENT: Final[Mapping[str, Entry[IntentArguments, IntentResult]]] = MappingProxyType(
    {
        "create": Entry(
            "make a resource.",
            _W,
            Risk.WRITE,
            intent.create,
            (
                Form(
                    ("resource_id", "provider", "resource_type", "config"),
                    ("project", "provider_version", "provider_alias", "depends_on", *_WAITING),
                ),
            ),
        ),
        "update": Entry(
            "change a resource.",
            _W,
            Risk.DESTRUCTIVE,
            intent.update,
            (Form(("resource_id", "config"), ("project", "mode", *_WAITING)),),
        ),
        "delete": Entry(
            "destroy a resource; refused while others depend on it, unless cascade destroys these too.",
            _W,
            Risk.DESTRUCTIVE,
            intent.delete,
            (Form(("resource_id",), ("project", "cascade", *_WAITING)),),
        ),
        "change_set": Entry(
            "create, update and delete several resources: one plan, one decision, applied in their order.",
            _W,
            Risk.DESTRUCTIVE,
            sets.change_set,
            (Form(("changes",), ("project", "reason", *_WAITING)),),
        ),
        "import": Entry(
            "take an existing object of the cloud into the project.",
            _W,
            Risk.WRITE,
            intent.import_,
            (
                Form(
                    ("resource_id", "provider", "resource_type", "import_id"),
                    ("project", "provider_version", "provider_alias", "idempotency_key"),
                ),
            ),
        ),
        "refresh": Entry(
            "how the cloud differs from what is remembered, of one resource or all; accept=save keeps it.",
            _R,
            Risk.WRITE,
            refresh,
            (Form((), ("project", "resource_id", "accept", "missing")),),
        ),
        "read": Entry(
            "show a resource as remembered, or what a data source says now.",
            _R,
            Risk.READ,
            look.read,
            (
                Form(("resource_id",), ("project",)),
                Form(("data_source_type", "provider", "config"), ("project", "provider_alias")),
            ),
        ),
        "eject": Entry(
            "forget a resource without destroying it; no policy is asked.",
            _W,
            Risk.WRITE,
            intent.eject,
            (Form(("resource_id",), ("project",)),),
        ),
        "resume": Entry(
            "go on with an operation that a person approved, or that was interrupted; adopt, retry or forget "
            "only on a person's word.",
            _W,
            Risk.DESTRUCTIVE,
            steer.resume,
            (Form(("operation_id",), ("adopt", "retry", "forget")),),
        ),
        "cancel": Entry(
            "stop an operation; one that is changing the cloud finishes the call in flight first.",
            _W,
            Risk.WRITE,
            steer.cancel,
            (Form(("operation_id",)),),
        ),
        "status": Entry(
            "where an operation stands, or a project at a glance; with no argument, the projects.",
            _R,
            Risk.READ,
            look.status,
            (Form(("operation_id",)), Form((), ("project",))),
        ),
        "export": Entry(
            "configuration with import blocks, or the state, of one resource or of all.",
            _R,
            Risk.READ,
            export,
            (Form((), ("project", "resource_id", "format")),),
        ),
        "graph": Entry(
            "a project's resources in the order in which they are made, with what each depends on.",
            _R,
            Risk.READ,
            look.graph,
            (Form((), ("project",)),),
        ),
        "versions": Entry(
            "what a resource was, version by version, also of one that was destroyed.",
            _R,
            Risk.READ,
            undo.versions,
            (Form(("resource_id",), ("project",)),),
        ),
        "restore": Entry(
            "bring an earlier version of a resource back.",
            _W,
            Risk.DESTRUCTIVE,
            undo.restore,
            (Form(("resource_id", "version"), ("project", *_WAITING)),),
        ),
        "lock": Entry(
            "keep others from changing the project; lapses 5 minutes after your last call.",
            _W,
            Risk.WRITE,
            hold.lock,
            (Form((), ("project", "reason")),),
        ),
        "unlock": Entry("end your lock.", _W, Risk.WRITE, hold.unlock, (Form((), ("project",)),)),
    }
)
_PAGED: Final = ("filter", "page")
_TYPE: Final = (Form(("type",), ("provider", "version", "project", "required_only", *_PAGED)),)
_PROVIDER: Final[Mapping[str, Entry[ProviderArguments, ProviderResult]]] = MappingProxyType(
    {
        "search": Entry(
            "providers and types by what they are called or are for; without query, what is installed.",
            _R,
            Risk.READ,
            provider.search,
            (Form((), ("query", "provider", "page")),),
        ),
        "versions": Entry(
            "versions of a provider, newest first.",
            _R,
            Risk.READ,
            provider.versions,
            (Form(("provider",), ("project", "page")),),
        ),
        "describe": Entry(
            "a provider's groups of types, its configuration, its types.",
            _R,
            Risk.READ,
            provider.describe,
            (Form(("provider",), ("version", "project", *_PAGED)),),
        ),
        "resource": Entry(
            "how a resource type is configured and imported.", _R, Risk.READ, provider.resource, _TYPE
        ),
        "data_source": Entry("how a data source is asked.", _R, Risk.READ, provider.data_source, _TYPE),
        "examples": Entry(
            "the smallest config that fits a type's schema, then examples of the registry's documentation.",
            _R,
            Risk.READ,
            provider.examples,
            (Form(("type",), ("provider", "version", "project", "page")),),
        ),
    }
)

INTENT: Final = ToolEntry(
    "intent",
    "Change cloud resources",
    "Change one cloud resource through OpenTofu; the project's policies decide on its plan before anything "
    "is applied.",
    IntentArguments,
    IntentResult,
    _INTENT,
    intent_text,
    TOOL_TEXT_MAX_BYTES,
)
PROVIDER: Final = ToolEntry(
    "provider",
    "Look up provider schemas",
    "What OpenTofu providers offer and how to configure their types: exactly for installed ones "
    "(source=schema), by the registry's documentation for others. Nothing is installed by asking.",
    ProviderArguments,
    ProviderResult,
    _PROVIDER,
    provider_text,
    PROVIDER_ANSWER_MAX_BYTES,
)
TOOLS: Final[tuple[ToolEntry[Any, Any], ...]] = (INTENT, PROVIDER)
