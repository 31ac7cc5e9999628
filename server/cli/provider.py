"""`intent provider`: which providers are at hand, what they offer and how their types look."""

from typing import Annotated, Final

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.addrs import ProviderPin
from engine.core.providers.members import matching, members
from engine.service.providers.describe import DescribedType, TypeKind, describe_provider, describe_type
from engine.service.providers.search import search_providers
from engine.service.providers.versions import provider_versions
from server.cli import arguments, provider_cache, provider_lock
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, one_line, table
from server.cli.schema_text import schema_document, schema_rows
from server.cli.session import Session, run

app = typer.Typer(
    name="provider", help="Show which providers there are, and their types.", no_args_is_help=True
)
app.add_typer(provider_lock.app)
provider_cache.register(app)

_COLUMNS: Final = ("TYPE", "IS", "DESCRIPTION")

Address = Annotated[str, typer.Argument(metavar="PROVIDER", help="for example hashicorp/aws")]
Query = Annotated[str, typer.Argument(metavar="[WORD]", help="a word of the address; all where left out")]
TypeArgument = Annotated[str, typer.Argument(metavar="TYPE", help="for example aws_s3_bucket")]
Owner = Annotated[str, typer.Option("--provider", help="found by the type's first word where left out")]
Filter = Annotated[str, typer.Option("--filter", help="only names that hold this")]
Required = Annotated[bool, typer.Option("--required", help="only what must be given")]


@app.command()
def search(word: Query = "", output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """List the providers at hand, each with its newest version."""
    screen = Screen(output, quiet)

    async def ask(session: Session) -> tuple[ProviderPin, ...]:
        return search_providers(session.services, session.person, word)

    _show_pins(screen, run(screen, ask))


@app.command()
def versions(provider: Address, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """List the versions of a provider that are at hand, newest first."""
    screen = Screen(output, quiet)

    async def ask(session: Session) -> tuple[ProviderPin, ...]:
        return provider_versions(session.services, session.person, provider)

    _show_pins(screen, run(screen, ask))


@app.command()
def describe(
    provider: Address,
    provider_version: arguments.ProviderVersion = "",
    filter_: Filter = "",
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Show a provider's settings, and the names of its resource types and data sources."""
    screen = Screen(output, quiet)
    found = run(
        screen,
        lambda session: describe_provider(session.services, session.person, provider, provider_version),
        doing=f"reading the schema of {provider}",
    )
    resources = matching(filter_, found.index.resources)
    data_sources = matching(filter_, found.index.data_sources)
    settings = matching(filter_, members(found.index.configuration.block))
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            **_pin(found.pin),
            "untrusted_schema": {
                "resources": list(resources),
                "data_sources": list(data_sources),
                "settings": schema_document(settings),
            },
        },
        [
            Text(str(found.pin), "bold"),
            *(Text(f"  resource     {one_line(name)}") for name in resources),
            *(Text(f"  data source  {one_line(name)}") for name in data_sources),
            table(("SETTING", *_COLUMNS), schema_rows(settings)),
        ],
    )


@app.command()
def resource(
    type_name: TypeArgument,
    provider: Owner = "",
    provider_version: arguments.ProviderVersion = "",
    filter_: Filter = "",
    output: OutputOption = Output.TEXT,
    *,
    required: Required = False,
    quiet: QuietOption = False,
) -> None:
    """Show what a resource type takes and gives."""
    wanted = (type_name, provider, provider_version)
    _show_type(TypeKind.RESOURCE, wanted, filter_, Screen(output, quiet), required_only=required)


@app.command("data-source")
def data_source(
    type_name: TypeArgument,
    provider: Owner = "",
    provider_version: arguments.ProviderVersion = "",
    filter_: Filter = "",
    output: OutputOption = Output.TEXT,
    *,
    required: Required = False,
    quiet: QuietOption = False,
) -> None:
    """Show what a data source takes and gives."""
    wanted = (type_name, provider, provider_version)
    _show_type(TypeKind.DATA_SOURCE, wanted, filter_, Screen(output, quiet), required_only=required)


def _show_type(
    kind: TypeKind, wanted: tuple[str, str, str], word: str, screen: Screen, *, required_only: bool
) -> None:
    type_name, provider, version = wanted

    async def ask(session: Session) -> DescribedType:
        return await describe_type(
            session.services, session.person, provider, kind, type_name, version=version
        )

    found = run(screen, ask, doing=f"reading the schema of {type_name}")
    shown = matching(word, members(found.type_schema.block, required_only=required_only))
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            **_pin(found.pin),
            "type": found.name,
            "kind": kind.value,
            "untrusted_schema": schema_document(shown),
        },
        [
            Text(f"{found.name}: {kind.value.replace('_', ' ')} of {found.pin}", "bold"),
            table(("NAME", *_COLUMNS), schema_rows(shown)),
        ],
    )


def _show_pins(screen: Screen, pins: tuple[ProviderPin, ...]) -> None:
    found: list[JsonValue] = [_pin(pin) for pin in pins]
    rows = [(str(pin.address), str(pin.version)) for pin in pins]
    screen.show(
        {"format_version": FORMAT_VERSION, "providers": found}, [table(("PROVIDER", "VERSION"), rows)]
    )


def _pin(pin: ProviderPin) -> dict[str, JsonValue]:
    return {"provider": str(pin.address), "version": str(pin.version)}
