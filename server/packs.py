"""The packs that ship with the code: reads `policies/packs/NAME.toml` and the guardrails that it names."""

import tomllib
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.core.errors import NotFound, NotSetUp
from engine.core.policy.packs import PackedPolicy, PolicyPack
from engine.core.providers.names import suggestion
from engine.core.values import JsonObject
from server.shipped import policies_folder

_HINT: Final = "the installation is damaged: install the package again"


class _Guardrail(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    parameters: JsonObject = Field(default_factory=dict)


class _Pack(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    description: str
    guardrails: list[_Guardrail]


def pack_names() -> tuple[str, ...]:
    """Return the names of the packs, sorted."""
    return tuple(sorted(path.stem for path in _packs().glob("*.toml")))


def read_pack(name: str) -> PolicyPack:
    """Read a pack with the sources of its guardrails.

    Raises:
        NotFound: there is no such pack.
        NotSetUp: a file of it is missing or malformed.
    """
    known = pack_names()
    if name not in known:
        raise NotFound(
            f"there is no pack {name}",
            field="pack",
            hint=suggestion(name, known) or f"the packs are {', '.join(known)}",
        )
    path = _packs() / f"{name}.toml"
    try:
        pack = _Pack.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        policies = tuple(_packed(guardrail) for guardrail in pack.guardrails)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as failure:
        raise NotSetUp(f"{path} cannot be read", hint=_HINT, untrusted=str(failure)) from failure
    return PolicyPack(name=name, title=pack.title, description=pack.description.strip(), policies=policies)


def _packed(guardrail: _Guardrail) -> PackedPolicy:
    name = guardrail.name
    source = policies_folder() / "guardrails" / name / f"{name}.rego"
    return PackedPolicy(name=name, source=source.read_text(encoding="utf-8"), parameters=guardrail.parameters)


def _packs() -> Path:
    return policies_folder() / "packs"
