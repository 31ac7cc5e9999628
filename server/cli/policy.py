"""`intent policy`: the list of what can be done with policies; each stands in its own module."""

import typer

from server.cli import (
    policy_backtest,
    policy_bond,
    policy_check,
    policy_eval,
    policy_input_schema,
    policy_new,
    policy_object,
    policy_pack,
    policy_record,
    policy_replay,
    policy_samples,
    policy_simulate,
    policy_stored,
    policy_test,
    policy_waive,
    policy_why,
)

app = typer.Typer(name="policy", help="Check, store, attach and evaluate policies.", no_args_is_help=True)
for _part in (
    policy_new,
    policy_check,
    policy_test,
    policy_eval,
    policy_input_schema,
    policy_why,
    policy_samples,
    policy_simulate,
    policy_backtest,
    policy_record,
    policy_replay,
    policy_stored,
    policy_object,
    policy_bond,
    policy_waive,
    policy_pack,
):
    app.add_typer(_part.app)
