"""`intent policy test`: runs the tests of policies in files. What is good enough the use case judges."""

from pathlib import Path
from typing import Annotated, Final

import typer

from engine.core.limits import SUITE_TEST_SECONDS
from engine.core.policy.suite.results import Demands
from engine.ports.suites import SuiteRequest
from server.cli import arguments
from server.cli.output import Output, OutputOption, QuietOption, Screen
from server.cli.policy.suite_output import SuiteFormat, tell
from server.cli.policy.suite_run import run_on_change, run_once
from server.problems import EXIT_OF_VERDICT

app = typer.Typer()

_DEFAULT: Final = SuiteFormat.PRETTY

Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="folders and files to load")]
Format = Annotated[SuiteFormat, typer.Option("--format", "-f", help="how the run is told")]
Pattern = Annotated[
    str, typer.Option("--run", "-r", metavar="REGEX", help="only tests whose full name matches")
]
Coverage = Annotated[bool, typer.Option("--coverage", "-c", help="tell which lines were evaluated")]
Threshold = Annotated[
    float | None, typer.Option("--threshold", metavar="PERCENT", help="fail below this coverage")
]
FailOnEmpty = Annotated[bool, typer.Option(help="fail where no test was run")]
AcceptSkipped = Annotated[
    bool, typer.Option("--exit-zero-on-skipped", "-z", help="do not count a skipped test as failed")
]
Count = Annotated[int, typer.Option("--count", help="run each test so many times")]
Parallel = Annotated[
    int, typer.Option("--parallel", "-p", help="run so many tests at once; 0 for one a core")
]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", help="the time that one test may take")
]
Watch = Annotated[bool, typer.Option("--watch", "-w", help="run again whenever a file changes")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="list every test")]


@app.command("test")
def run_suite(
    paths: Paths,
    format_: Format = _DEFAULT,
    run: Pattern = "",
    threshold: Threshold = None,
    count: Count = 1,
    parallel: Parallel = 0,
    timeout: Timeout = SUITE_TEST_SECONDS,
    output: OutputOption = Output.TEXT,
    *,
    coverage: Coverage = False,
    fail_on_empty: FailOnEmpty = True,
    accept_skipped: AcceptSkipped = False,
    rego_v0: arguments.RegoV0 = False,
    watch: Watch = False,
    verbose: Verbose = False,
    quiet: QuietOption = False,
) -> None:
    """Run the tests of policies; exits with 0 passed, 2 failed or below threshold, 1 not loaded or empty."""
    form = SuiteFormat.JSON if output is Output.JSON else format_
    screen = Screen(Output.JSON if form is SuiteFormat.JSON else Output.TEXT, quiet)
    request = SuiteRequest(
        paths=tuple(paths),
        pattern=run,
        rego_v0=rego_v0,
        coverage=coverage,
        count=count,
        parallel=parallel,
        seconds=timeout,
    )
    demands = Demands(fail_on_empty=fail_on_empty, accept_skipped=accept_skipped, threshold=threshold)
    if watch:
        run_on_change(screen, request, demands, lambda *came: tell(screen, form, *came, verbose=verbose))
    report, judgement = run_once(screen, request, demands)
    tell(screen, form, report, judgement, verbose=verbose)
    raise typer.Exit(EXIT_OF_VERDICT[judgement.verdict])
