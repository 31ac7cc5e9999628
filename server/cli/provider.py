"""`intent provider`: which providers there are, what they offer, how their types look and are written."""

from typing import Annotated

import typer

from engine.core.providers.described import held
from engine.ports.registry import PageKind
from engine.service.providers.describe import describe_provider
from engine.service.providers.describe_type import DescribedType, describe_type
from engine.service.providers.examples import type_examples
from engine.service.providers.search import search_providers
from engine.service.providers.versions import provider_versions
from server.cli import arguments, provider_cache, provider_lock
from server.cli import provider_text as words
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen
from server.cli.session import run

app = typer.Typer(
    name="provider", help="Find, show, install, verify and lock providers.", no_args_is_help=True
)
app.add_typer(provider_lock.app)
provider_cache.register(app)

Address = Annotated[str, typer.Argument(metavar="PROVIDER", help="for example hashicorp/aws")]
Query = Annotated[
    list[str] | None,
    typer.Argument(metavar="[WORD]…", help="words, a name or an address; what is installed where left out"),
]
TypeArgument = Annotated[str, typer.Argument(metavar="TYPE", help="for example aws_s3_bucket")]
Owner = Annotated[str, typer.Option("--provider", help="found by the type's first word where left out")]
Within = Annotated[str, typer.Option("--provider", help="look among the types of this one alone")]
InProject = Annotated[str, typer.Option("--project", help="the version that this project uses")]
Filter = Annotated[str, typer.Option("--filter", help="only names that hold this")]
Required = Annotated[bool, typer.Option("--required", help="only what must be given")]


@app.command()
def search(
    query: Query = None,
    provider: Within = "",
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Find providers and types by what they are called, or by what they are for."""
    screen = Screen(output, quiet)
    found = run(
        screen,
        lambda session: search_providers(session.services, session.person, " ".join(query or ()), provider),
        doing="searching",
    )
    _note(screen, found.notes)
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            "notes": list(found.notes),
            "untrusted_found": words.found_document(found.found),
        },
        [words.found_table(found.found)] if found.found else [],
    )


@app.command()
def versions(
    provider: Address,
    project: InProject = "",
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """List the versions of a provider, newest first: installed, and offered by the registry."""
    screen = Screen(output, quiet)
    found = run(
        screen,
        lambda session: provider_versions(session.services, session.person, provider, project),
        doing=f"asking for the versions of {provider}",
    )
    _note(screen, found.notes)
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            "provider": str(found.address),
            "notes": list(found.notes),
            "versions": [{**each.model_dump(), "version": str(each.version)} for each in found.versions],
        },
        [words.versions_table(found.versions)],
    )


@app.command()
def describe(
    provider: Address,
    provider_version: arguments.ProviderVersion = "",
    project: InProject = "",
    filter_: Filter = "",
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Show a provider's settings, and the names of its resource types and data sources."""
    screen = Screen(output, quiet)
    found = run(
        screen,
        lambda session: describe_provider(
            session.services, session.person, provider, provider_version, project
        ),
        doing=f"reading the schema of {provider}",
    )
    resources = found.of(PageKind.RESOURCE, filter_)
    data_sources = found.of(PageKind.DATA_SOURCE, filter_)
    settings, notes = held(filter_, found.settings), found.notes_of(filter_)
    _note(screen, notes)
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            **words.subject_document(found.subject),
            "notes": list(notes),
            "untrusted_schema": {
                "groups": dict(found.groups(filter_)),
                "resources": [*resources],
                "data_sources": [*data_sources],
                "settings": words.members_document(settings),
            },
        },
        [
            *words.subject_lines(found.subject, str(found.subject.pin)),
            *words.names_lines("resource", resources),
            *words.names_lines("data source", data_sources),
            *words.members_lines(settings),
        ],
    )


@app.command()
def resource(
    type_name: TypeArgument,
    provider: Owner = "",
    provider_version: arguments.ProviderVersion = "",
    project: InProject = "",
    filter_: Filter = "",
    output: OutputOption = Output.TEXT,
    *,
    required: Required = False,
    quiet: QuietOption = False,
) -> None:
    """Show what a resource type takes and gives."""
    wanted = (type_name, provider, provider_version, project)
    _show_type(PageKind.RESOURCE, wanted, filter_, Screen(output, quiet), required_only=required)


@app.command("data-source")
def data_source(
    type_name: TypeArgument,
    provider: Owner = "",
    provider_version: arguments.ProviderVersion = "",
    project: InProject = "",
    filter_: Filter = "",
    output: OutputOption = Output.TEXT,
    *,
    required: Required = False,
    quiet: QuietOption = False,
) -> None:
    """Show what a data source takes and gives."""
    wanted = (type_name, provider, provider_version, project)
    _show_type(PageKind.DATA_SOURCE, wanted, filter_, Screen(output, quiet), required_only=required)


@app.command()
def examples(
    type_name: TypeArgument,
    provider: Owner = "",
    provider_version: arguments.ProviderVersion = "",
    project: InProject = "",
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Show how a type is written: the smallest configuration, then the examples of its documentation."""
    screen = Screen(output, quiet)
    found = run(
        screen,
        lambda session: type_examples(
            session.services,
            session.person,
            provider,
            type_name,
            version=provider_version,
            project=project,
        ),
        doing=f"looking for examples of {type_name}",
    )
    _note(screen, found.notes)
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            **words.subject_document(found.subject),
            "type": found.name,
            "kind": found.kind.value,
            "notes": list(found.notes),
            "untrusted_examples": [words.example_document(each) for each in found.examples],
        },
        [line for each in found.examples for line in words.example_lines(each)],
    )


def _show_type(
    kind: PageKind, wanted: tuple[str, str, str, str], word: str, screen: Screen, *, required_only: bool
) -> None:
    name, provider, version, project = wanted
    found: DescribedType = run(
        screen,
        lambda session: describe_type(
            session.services,
            session.person,
            provider,
            kind,
            name,
            version=version,
            project=project,
            required_only=required_only,
        ),
        doing=f"reading the schema of {name}",
    )
    shown = held(word, found.members)
    notes = found.notes_of(word)
    _note(screen, notes)
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            **words.subject_document(found.subject),
            "type": found.name,
            "kind": kind.value,
            "notes": list(notes),
            "untrusted_schema": {**words.about_document(found), **words.members_document(shown)},
        },
        [
            *words.subject_lines(found.subject, words.type_title(found)),
            *words.members_lines(shown),
            *words.about_lines(found),
        ],
    )


def _note(screen: Screen, notes: tuple[str, ...]) -> None:
    """Say beside the text what it is without; a document has it within."""
    if screen.output is Output.TEXT:
        for note in notes:
            screen.note(note)
