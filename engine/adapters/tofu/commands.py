"""OpenTofu's command lines, built by python-terraform's option mapping. Running them is `process`' business.

python-terraform names options as Python does and spells them as OpenTofu does; that is all we take from it.
Its `cmd()` has no time-out, no cancellation and no streaming, and its `__getattr__` turns a misspelt
method into a child process: neither is reachable here.
"""

from pathlib import Path
from typing import Final, NoReturn

from python_terraform import (  # type: ignore[import-untyped]  # it ships no types
    IsFlagged,
    Terraform,
)

PLAN_FILE: Final = "plan.tfplan"
STATE_FILE: Final = "terraform.tfstate"


class TofuCommands(Terraform):  # type: ignore[misc]  # python-terraform is untyped
    """Argument lists for the one binary at `tofu`; nothing is run.

    python-terraform's constructor reads the state file of the working folder, so it is not called: the option
    mapping needs the path of the binary only.
    """

    def __init__(self, tofu: Path) -> None:
        self.terraform_bin_path = str(tofu)

    def __getattr__(self, item: str) -> NoReturn:
        raise AttributeError(item)

    def cmd(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Refuse: commands are run by `process.run_child`."""
        raise NotImplementedError("command lines are built here and run by engine.adapters.tofu.process")

    def plan_change(
        self, *, destroy: bool = False, refresh_only: bool = False, refresh: bool = True
    ) -> list[str]:
        """Plan into the plan file; events as JSON lines."""
        return self._spell(
            "plan",
            json=IsFlagged,
            input=False,
            out=PLAN_FILE,
            destroy=IsFlagged if destroy else None,
            refresh_only=IsFlagged if refresh_only else None,
            refresh=None if refresh else False,
        )

    def show_plan(self) -> list[str]:
        """Print the plan file as one JSON document."""
        return self._spell("show", PLAN_FILE, json=IsFlagged)

    def apply_plan(self) -> list[str]:
        """Apply the plan file; events as JSON lines."""
        return self._spell("apply", PLAN_FILE, json=IsFlagged, input=False)

    def read_again(self) -> list[str]:
        """Read every object of the state and save what is found; changes nothing outside."""
        return self._spell(
            "apply", json=IsFlagged, input=False, refresh_only=IsFlagged, auto_approve=IsFlagged
        )

    def import_object(self, address: str, import_id: str) -> list[str]:
        """Read an existing object into the state; `--` ends the options, whatever the id looks like."""
        return self._spell("import", "--", address, import_id, input=False, no_color=IsFlagged)

    def schemas(self) -> list[str]:
        """Print the schemas of the workspace's providers."""
        return self._spell("providers schema", json=IsFlagged, no_color=IsFlagged)

    def _spell(self, command: str, *arguments: str, **options: object) -> list[str]:
        line: list[str] = self.generate_cmd_string(command, *arguments, **options)
        return line
