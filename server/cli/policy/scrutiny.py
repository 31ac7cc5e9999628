"""Checking files and folders of Rego one by one. How it is told is `check`'s business."""

from collections.abc import Sequence
from pathlib import Path

from anyio import to_thread

from engine.core.errors import InvalidInput
from engine.core.policy.policies import Checked, Finding
from engine.core.policy.scrutiny import Scrutinised, scrutinise
from engine.ports.evaluator import PolicyEvaluator
from server.bootstrap.evaluation import open_evaluator
from server.cli.policy.files import rego_files
from server.cli.policy.given import source_in
from server.cli.session import load_settings


async def scrutinise_paths(paths: Sequence[Path], *, rego_v0: bool) -> Sequence[Scrutinised]:
    """Return what is wrong with each file, those below folders among them.

    A file that cannot be read has a finding that says so.

    Raises:
        InvalidInput: see `rego_files`.
        NotSetUp: see `open_evaluator`.
    """
    files = await to_thread.run_sync(rego_files, paths)
    async with open_evaluator(load_settings()) as evaluator:
        return [await _checked(evaluator, path, rego_v0=rego_v0) for path in files]


async def _checked(evaluator: PolicyEvaluator, path: Path, *, rego_v0: bool) -> Scrutinised:
    try:
        source = await source_in(path, rego_v0=rego_v0)
    except InvalidInput as refused:
        finding = Finding(
            policy=str(path),
            line=0,
            column=0,
            code="unreadable",
            message=refused.message,
            hint=refused.hint or "",
        )
        return scrutinise(str(path), Checked(findings=(finding,)))
    return scrutinise(source.name, await evaluator.check(source))
