"""Composition of the Rego engine alone, for what needs neither database nor OpenTofu."""

from contextlib import AbstractAsyncContextManager

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.ports.evaluator import PolicyEvaluator


def open_evaluator() -> AbstractAsyncContextManager[PolicyEvaluator]:
    """Start a worker that evaluates policies; leaving ends it.

    Raises:
        NotSetUp: the Rego engine is not the pinned build.
    """
    return RegorusEvaluator()
