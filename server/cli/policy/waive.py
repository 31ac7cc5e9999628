"""`intent policy waive`, `waivers` and `unwaive`: exceptions that end by themselves."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

import typer
from rich.text import Text

from engine.core.durations import parse_duration
from engine.core.errors import InvalidInput
from engine.core.policy.waivers import Waiver
from engine.service.policies.unwaive import unwaive_policy
from engine.service.policies.waive import waive_policy
from engine.service.policies.waivers import ListedWaiver, list_waivers
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, table
from server.cli.session import Session, run

app = typer.Typer()

OfResource = Annotated[
    str, typer.Option("--resource", metavar="ID", help="one resource; it need not exist yet")
]
OfType = Annotated[str, typer.Option("--type", help="all resources of one type, for example aws_s3_bucket")]
Owner = Annotated[str, typer.Option("--owner", help="who answers for the exception")]
Why = Annotated[str, typer.Option("--reason", help="why it is needed")]
Expires = Annotated[
    str,
    typer.Option(
        "--expires", metavar="WHEN", help="12h, 30d, 2026-03-01 or 2026-03-01T12:00Z; at most 90 days"
    ),
]
WaiverId = Annotated[str, typer.Argument(metavar="WAIVER", help="the waiver's id")]
AnyProject = Annotated[
    str | None, typer.Argument(metavar="[PROJECT]", help="the project's name; all of them where left out")
]
_AHEAD: Final = re.compile(r"\d+[dhm]", re.ASCII)


@app.command()
def waive(
    name: arguments.PolicyName,
    project: arguments.Project,
    owner: Owner,
    reason: Why,
    expires: Expires,
    resource: OfResource = "",
    resource_type: OfType = "",
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Turn what a policy denies about one resource or one type of a project into warnings, for a while."""
    screen = Screen(output, quiet)

    async def ask(session: Session) -> Waiver:
        return await waive_policy(
            session.services,
            session.person,
            name,
            project,
            resource_id=resource,
            resource_type=resource_type,
            owner=owner,
            reason=reason,
            expires_at=parse_when(expires, session.services.clock.now()),
        )

    waiver = run(screen, ask)
    about = f"resource {resource}" if resource else f"type {resource_type}"
    until = waiver.expires_at.isoformat(timespec="seconds")
    said = f"policy {name} only warns about {about} of project {project} until {until}"
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            **ListedWaiver.of(waiver, project, waiver.created_at).model_dump(),
        },
        [Text(f"waiver {waiver.id}: {said}")],
    )


@app.command()
def waivers(
    project: AnyProject = None, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False
) -> None:
    """List waivers, also those whose time is over."""
    screen = Screen(output, quiet)
    found = run(screen, lambda session: list_waivers(session.services, session.person, project))
    rows = [
        (
            w.id,
            w.policy,
            w.project,
            w.resource_id or f"type {w.resource_type}",
            w.owner,
            "expired" if w.expired else w.expires_at[:19],
            w.reason,
        )
        for w in found.waivers
    ]
    columns = ("WAIVER", "POLICY", "PROJECT", "FOR", "OWNER", "UNTIL", "REASON")
    screen.show(found, [table(columns, rows)])


@app.command()
def unwaive(waiver: WaiverId, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """Take a waiver back: the policy denies again."""
    screen = Screen(output, quiet)
    found = run(screen, lambda session: unwaive_policy(session.services, session.person, waiver))
    screen.show(
        {"format_version": FORMAT_VERSION, "waiver": found.id, "policy": found.policy, "removed": True},
        [Text(f"waiver {found.id} of policy {found.policy} is taken back")],
    )


def parse_when(text: str, now: datetime) -> datetime:
    """Return a moment: a length of time ahead, a day (its beginning in UTC), or a moment in ISO 8601.

    Raises:
        InvalidInput: any other text.
    """
    if _AHEAD.match(text) is not None:
        return now + parse_duration(text, "expires")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            f"{text!r} is no moment", field="expires", hint="give 12h, 30d, 2026-03-01 or 2026-03-01T12:00Z"
        ) from None
    is_a_day = len(text) <= len("2026-03-01")
    return moment.replace(tzinfo=UTC) if is_a_day else moment
