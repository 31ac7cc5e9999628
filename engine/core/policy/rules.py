"""The names that a policy module uses to speak to the engine (contracts: policy module and decision)."""

from typing import Final

PACKAGES: Final = ("spacelift", "intent")
RULES: Final = ("deny", "allow", "review", "warn")
SAMPLE: Final = "sample"

# What METADATA may name.
OPERATIONS: Final = ("create", "update", "replace", "delete", "import", "refresh")
SEVERITIES: Final = ("low", "medium", "high", "critical")
