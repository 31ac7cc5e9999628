"""The environment of a child: what the allow-list leaves of the caller's, and what keeps OpenTofu quiet."""

from collections.abc import Mapping

from engine.core.providers.environment import program_variables, provider_variables


def child_environment(caller: Mapping[str, str], *, credentials: bool = True) -> dict[str, str]:
    """Return what a child is given; without `credentials` nothing that leads to a cloud, as for a schema."""
    passed = provider_variables(caller) if credentials else program_variables(caller)
    return {**passed, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
