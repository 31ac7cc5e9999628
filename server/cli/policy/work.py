"""Working on given policies: with the database where one of them is a stored one, else without."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import anyio

from engine.core.policy.policies import PolicySource
from engine.ports.evaluator import PolicyEvaluator
from engine.ports.explainer import PolicyExplainer
from server.bootstrap.evaluation import open_evaluator, open_explainer
from server.cli.output import Screen, reporting
from server.cli.policy.given import Given, Reading, Stored, files_given, parse_policy, policies_given
from server.cli.session import Session, load_settings, run

T = TypeVar("T")


@dataclass(frozen=True)
class Tools:
    """What work on policies may use."""

    evaluator: PolicyEvaluator
    explainer: PolicyExplainer


Work = Callable[[Tools, Sequence[PolicySource]], Awaitable[T]]


def with_policies(screen: Screen, texts: Sequence[str], reading: Reading, work: Work[T]) -> T:
    """Read the policies that the texts name, work on them and return what the work returns.

    Raises:
        typer.Exit: with the code of the error that was printed.
    """
    given = [parse_policy(text) for text in texts]
    if any(isinstance(each, Stored) for each in given):
        return run(
            screen,
            lambda session: _work_in(session, given, reading, work),
            doing="asking the policies",
        )
    files = [each for each in given if isinstance(each, Path)]
    with reporting(screen):
        return anyio.run(_work_alone, files, reading, work)


async def _work_in(session: Session, given: Sequence[Given], reading: Reading, work: Work[T]) -> T:
    services = session.services
    tools = Tools(services.evaluator, services.explainer)
    return await work(tools, await policies_given(session, given, reading))


async def _work_alone(files: Sequence[Path], reading: Reading, work: Work[T]) -> T:
    async with open_evaluator(load_settings()) as evaluator, open_explainer() as explainer:
        return await work(Tools(evaluator, explainer), await files_given(files, reading))
