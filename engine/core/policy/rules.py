"""The names that a policy module uses to speak to the engine (contracts: policy module and decision)."""

from typing import Final

PACKAGES: Final = ("spacelift", "intent")
RULES: Final = ("deny", "allow", "review", "warn")
SAMPLE: Final = "sample"
