"""Policies as a command names them: files, or stored ones as `NAME` or `NAME@VERSION`. Evaluates nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anyio import to_thread

from engine.core.policy.policies import PolicySource, RegoVersion
from engine.core.values import JsonObject
from engine.service.policies.show import show_policy
from server.cli.given import read_object, read_text
from server.cli.session import Session

# What a stored policy can be called has neither dot nor slash, so a file is told from it whatever exists.
_STORED: Final = re.compile(r"(?P<name>[a-z0-9][a-z0-9_-]{0,62})(?:@(?P<version>[1-9][0-9]{0,8}))?")


@dataclass(frozen=True)
class Stored:
    """A stored policy; its newest version where none is named."""

    name: str
    version: int | None


Given = Path | Stored


@dataclass(frozen=True)
class Reading:
    """How the given policies are read.

    Attributes:
        rego_v0: the files among them are written in Rego v0.
        parameters: a file with what the policies read as `data.parameters`, in place of what is stored.
    """

    rego_v0: bool = False
    parameters: Path | None = None


def parse_policy(text: str) -> Given:
    """Return what a text names: a stored policy where it can be one, else a file."""
    found = _STORED.fullmatch(text)
    if found is None:
        return Path(text)
    return Stored(found["name"], int(found["version"]) if found["version"] else None)


async def source_in(path: Path, *, rego_v0: bool) -> PolicySource:
    """Return the policy in a file, named after it.

    Raises:
        InvalidInput: the file cannot be read or is not UTF-8.
    """
    text = await to_thread.run_sync(read_text, path, "policy")
    language = RegoVersion.V0 if rego_v0 else RegoVersion.V1
    return PolicySource(id=str(path), name=str(path), version=0, rego_version=language, source=text)


async def files_given(files: Sequence[Path], reading: Reading) -> Sequence[PolicySource]:
    """Return the policies in files.

    Raises:
        InvalidInput: a file or the parameters cannot be read.
    """
    sources = [await source_in(path, rego_v0=reading.rego_v0) for path in files]
    return await _with_parameters(sources, reading)


async def policies_given(
    session: Session, given: Sequence[Given], reading: Reading
) -> Sequence[PolicySource]:
    """Return the policies in files and in the database.

    Raises:
        InvalidInput: a file or the parameters cannot be read.
        Forbidden, NotFound: see `show_policy`.
    """
    sources = [
        await source_in(each, rego_v0=reading.rego_v0)
        if isinstance(each, Path)
        else await show_policy(session.services, session.person, each.name, each.version)
        for each in given
    ]
    return await _with_parameters(sources, reading)


async def _with_parameters(sources: Sequence[PolicySource], reading: Reading) -> Sequence[PolicySource]:
    if reading.parameters is None:
        return sources
    parameters: JsonObject = await to_thread.run_sync(read_object, reading.parameters, "parameters")
    return [source.model_copy(update={"parameters": parameters}) for source in sources]
