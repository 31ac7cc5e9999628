"""`intent policy`: the list of what can be done with policies; each stands in its own module."""

import typer

from server.cli.policy import (
    backtest,
    bond,
    check,
    evaluate,
    input_schema,
    lifecycle,
    new,
    pack,
    record,
    replay,
    samples,
    simulate,
    stored,
    test,
    waive,
    why,
)

app = typer.Typer(name="policy", help="Check, store, attach and evaluate policies.", no_args_is_help=True)
for _part in (
    new,
    check,
    test,
    evaluate,
    input_schema,
    why,
    samples,
    simulate,
    backtest,
    record,
    replay,
    stored,
    lifecycle,
    bond,
    waive,
    pack,
):
    app.add_typer(_part.app)
