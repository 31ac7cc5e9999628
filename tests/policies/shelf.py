"""The guardrails as they lie on disk, read without the engine: what they declare, what their pages say."""

import json
import re
from pathlib import Path
from typing import Final

import yaml
from pydantic import JsonValue

from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import PolicySource, RegoVersion
from engine.core.values import JsonObject

POLICIES: Final = Path(__file__).parents[2] / "policies"
GUARDRAILS: Final = POLICIES / "guardrails"
RULES: Final = sorted(folder.name for folder in GUARDRAILS.iterdir() if folder.is_dir())
CATALOGUE: Final = Path(__file__).parents[2] / "docs" / "reference" / "guardrails.md"
_CELLS: Final = re.compile(r"^\| (.*?) \| (.*?) \|", re.MULTILINE)


def rego(rule: str) -> str:
    """Return the source of a guardrail."""
    return (GUARDRAILS / rule / f"{rule}.rego").read_text(encoding="utf-8")


def page(rule: str) -> str:
    """Return the page of a guardrail."""
    return (GUARDRAILS / rule / "README.md").read_text(encoding="utf-8")


def source(rule: str, parameters: JsonObject) -> PolicySource:
    """Return a guardrail as it is evaluated."""
    return PolicySource(
        id=rule,
        name=rule,
        version=1,
        rego_version=RegoVersion.V1,
        source=rego(rule),
        parameters=parameters,
    )


def declared(rule: str) -> PolicyMetadata:
    """Return what a guardrail declares; a member of METADATA that is none of ours fails."""
    head = rego(rule).partition("\npackage intent\n")[0].splitlines()
    assert head[0] == "# METADATA"
    block = yaml.safe_load("\n".join(line.removeprefix("#").removeprefix(" ") for line in head[1:]))
    block.pop("related_resources", None)
    return PolicyMetadata.model_validate({**block.pop("custom"), **block})


def tuned_by(rule: str) -> dict[str, JsonValue]:
    """Return the parameters on a guardrail's page with their defaults, None where the page describes one."""
    defaults: dict[str, JsonValue] = {}
    for names, shown in _CELLS.findall(page(rule).partition("\n## Tune\n")[2])[2:]:
        values = re.findall(r"`([^`]+)`", shown)
        several = re.findall(r"`(\w+)`", names)
        for position, name in enumerate(several):
            defaults[name] = _json(values[position]) if len(values) == len(several) else None
    return defaults


def _json(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return None
    return value
