"""The arguments and options that several commands share; what they mean is each use case's business."""

from pathlib import Path
from typing import Annotated, Final

import typer

from engine.core.projects import AtExpiry

WAIT_MAX_SECONDS: Final = 3_600

Project = Annotated[str, typer.Argument(metavar="PROJECT", help="the project's name")]
ResourceId = Annotated[str, typer.Argument(metavar="RESOURCE_ID", help="the resource's id in the project")]
AnyResourceId = Annotated[
    str | None, typer.Argument(metavar="[RESOURCE_ID]", help="the resource's id; all of them where left out")
]
OperationId = Annotated[str, typer.Argument(metavar="OPERATION", help="the operation's id")]

ConfigText = Annotated[
    str, typer.Option("--config", metavar="JSON|@FILE|-", help="the configuration: JSON, a file, or stdin")
]
TypeName = Annotated[str, typer.Option("--type", help="the type, for example aws_s3_bucket")]
Provider = Annotated[str, typer.Option("--provider", help="the provider, for example hashicorp/aws")]
ProviderVersion = Annotated[
    str, typer.Option("--provider-version", help="its version; the newest one at hand where left out")
]
ProviderAlias = Annotated[
    str,
    typer.Option(
        "--provider-alias",
        metavar="ALIAS",
        help="which of the project's configurations of the provider; the one without a name where left out",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="plan and decide, change nothing")]
Key = Annotated[
    str | None, typer.Option("--idempotency-key", help="the same key and request return the same operation")
]
Reason = Annotated[str, typer.Option("--reason", help="why, for the policies and the history")]
Wait = Annotated[
    float | None,
    typer.Option(
        "--wait",
        min=0,
        max=WAIT_MAX_SECONDS,
        metavar="SECONDS",
        help="go on in the background and answer after so many seconds; without it, wait to the end",
    ),
]
Limit = Annotated[int, typer.Option("--limit", help="at most so many, 1 to 500")]
Labels = Annotated[
    list[str] | None,
    typer.Option(
        "--label", help="a label such as prod or env:prod; repeat for more; replaces the whole list"
    ),
]
PolicyLabels = Annotated[
    list[str] | None,
    typer.Option(
        "--label",
        help="a label; autoattach:LABEL attaches the policy to the projects of its space that carry LABEL, "
        "autoattach:* to all of them; repeat for more; replaces the whole list",
    ),
]
Ttl = Annotated[
    str | None,
    typer.Option("--ttl", metavar="TIME", help="how long it is to live from now: 30m, 12h, 7d, 1d12h"),
]
AtExpiryOption = Annotated[
    AtExpiry | None,
    typer.Option("--at-expiry", help="what becomes of it then: archive keeps its resources in the cloud"),
]
RefreshEvery = Annotated[
    str | None,
    typer.Option(
        "--refresh-every",
        metavar="TIME|off",
        help="how often each resource is compared with the cloud: 15m to 30d",
    ),
]
Space = Annotated[str | None, typer.Option("--space", help="the space, root where none was ever named")]
PolicyName = Annotated[str, typer.Argument(metavar="POLICY", help="the policy's name")]
RecordedId = Annotated[
    str,
    typer.Argument(metavar="OPERATION", help="an operation (its last decision), or a decision"),
]
GivenPolicies = Annotated[
    list[str],
    typer.Option(
        "--policy",
        metavar="FILE|NAME[@VERSION]",
        help="a file of Rego, or a stored policy; repeat for more",
    ),
]
PolicyInputFile = Annotated[
    Path, typer.Option("--input", metavar="FILE|-", help="the input: a JSON file, or stdin")
]
ParametersFile = Annotated[
    Path | None,
    typer.Option(
        "--parameters", metavar="FILE", help="a JSON object: what the policies read as data.parameters"
    ),
]
RegoV0 = Annotated[bool, typer.Option("--rego-v0", help="the source is written in Rego v0")]
