"""A child's environment: what any program needs, what its run is given, and what keeps OpenTofu quiet."""

from collections.abc import Mapping

from engine.core.providers.environment import program_variables


def child_environment(caller: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return what a child is given; of the caller's nothing that leads to a cloud, unless it is `given`.

    What any program needs, `PATH` above all, is the caller's whatever is given.
    """
    return {
        **given,
        **program_variables(caller),
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
    }
