"""`intent`: the list of commands. What each does stands in its module, loaded when the command is called."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

import typer

from server.cli.deferred import Deferred, deferred_group, load, stand_in

_START: Final = "Set up"
_RESOURCES: Final = "Projects and resources"
_REVIEW: Final = "Operations and their review"
_RULES: Final = "Policies and providers"
_ASSISTANTS: Final = "Assistants"

COMMANDS: Final[Mapping[str, Deferred]] = MappingProxyType(
    {
        "setup": Deferred("server.cli.machine", _START, "Bring OpenTofu and the providers of the demo."),
        "doctor": Deferred(
            "server.cli.machine", _START, "Say what is there, what is missing, what mends it."
        ),
        "demo": Deferred("server.cli.demo", _START, "Play the main job on a mock cloud, step by step."),
        "version": Deferred("server.cli.version", _START, "Say which version this is."),
        "project": Deferred(
            "server.cli.project", _RESOURCES, "Make, list, show, update, extend, lock and delete projects."
        ),
        "create": Deferred("server.cli.resource", _RESOURCES, "Create a resource."),
        "update": Deferred("server.cli.resource", _RESOURCES, "Change a resource."),
        "delete": Deferred("server.cli.resource", _RESOURCES, "Destroy a resource."),
        "versions": Deferred("server.cli.restore", _RESOURCES, "Show the versions of a resource."),
        "restore": Deferred("server.cli.restore", _RESOURCES, "Bring an earlier version of a resource back."),
        "apply-set": Deferred("server.cli.change_set", _RESOURCES, "Change several resources as one."),
        "import": Deferred("server.cli.adopt", _RESOURCES, "Take an object of the cloud into a project."),
        "eject": Deferred(
            "server.cli.adopt", _RESOURCES, "Forget a resource; its object stays in the cloud."
        ),
        "refresh": Deferred(
            "server.cli.refresh", _RESOURCES, "Say how the cloud differs from what is remembered."
        ),
        "read": Deferred("server.cli.read", _RESOURCES, "Show a resource, or ask a data source."),
        "graph": Deferred("server.cli.graph", _RESOURCES, "Show what depends on what in a project."),
        "export": Deferred("server.cli.export", _RESOURCES, "Write resources as configuration or as state."),
        "operation": Deferred("server.cli.operation", _REVIEW, "List, show, resume and cancel operations."),
        "approve": Deferred("server.cli.review", _REVIEW, "Consent to the plan that waits."),
        "reject": Deferred("server.cli.review", _REVIEW, "Refuse the plan that waits."),
        "history": Deferred("server.cli.history", _REVIEW, "Show what was asked of a project, newest first."),
        "audit": Deferred("server.cli.audit", _REVIEW, "Verify and hand out the audit chain."),
        "scheduler": Deferred(
            "server.cli.scheduler", _REVIEW, "Do what is due: expiries, refreshes, recovery, warnings."
        ),
        "policy": Deferred("server.cli.policy.app", _RULES, "Check, store, attach and evaluate policies."),
        "provider": Deferred(
            "server.cli.provider", _RULES, "Find, show, install, verify and lock providers."
        ),
        "mcp": Deferred("server.cli.mcp", _ASSISTANTS, "Serve assistants over stdio, and tell editors so."),
    }
)

app = typer.Typer(
    name="intent",
    cls=deferred_group(COMMANDS),
    help="Change cloud infrastructure safely: OpenTofu plans, policies decide, people approve.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value alone
    if wanted:
        load("server.cli.version").version()
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_tell_version),
    ] = False,
) -> None:
    """Take what every command takes before its name."""


for _name, _command in COMMANDS.items():
    app.command(_name, help=_command.text, rich_help_panel=_command.panel)(stand_in)


def main() -> None:
    """Run the command; the entry point."""
    app(prog_name="intent")


if __name__ == "__main__":
    main()
