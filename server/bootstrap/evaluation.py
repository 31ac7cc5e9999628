"""Composition of the Rego engine alone, for what needs neither database nor OpenTofu."""

import os
from contextlib import AbstractAsyncContextManager

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.adapters.rego.suite.runner import RegorusSuites
from engine.adapters.rego.why.explainer import RegorusExplainer
from engine.ports.evaluator import PolicyEvaluator
from engine.ports.explainer import PolicyExplainer
from engine.ports.suites import Suites
from server.settings import Settings


def open_evaluator(settings: Settings) -> AbstractAsyncContextManager[PolicyEvaluator]:
    """Return what evaluates policies, in at most one worker a core; leaving ends the workers.

    Raises:
        NotSetUp: the Rego engine is not the pinned build.
    """
    return RegorusEvaluator(workers=os.cpu_count() or 1, seconds=settings.policy_seconds)


def open_explainer() -> AbstractAsyncContextManager[PolicyExplainer]:
    """Return what explains policies, in one worker that starts when it is needed; leaving ends it."""
    return RegorusExplainer()


def build_suites() -> Suites:
    """Return what runs the tests of policies; it starts its workers for each run."""
    return RegorusSuites()
