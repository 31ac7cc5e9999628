"""The check of settings of providers before a project keeps them: every problem of all of them at once."""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from engine.core.addrs import ConfiguredProvider
from engine.core.errors import InvalidInput
from engine.core.providers.check import Problem, find_problems
from engine.core.providers.credentials import credential_marks
from engine.core.providers.schema import Block
from engine.core.refs import find_refs
from engine.core.text import require_whole_characters
from engine.core.values import JsonObject, true_paths
from engine.service.change_sets.examine import refuse
from engine.service.projects.settings_block import settings_block
from engine.service.services import Services

_WAY_OUT: Final = (
    "give it by the environment, for AWS in AWS_PROFILE or AWS_ACCESS_KEY_ID, or name the path of a file "
    "where the provider takes one"
)


async def checked_settings(
    services: Services,
    given: Mapping[str, JsonValue],
    project: str = "",
) -> Mapping[str, JsonObject | None]:
    """Return settings that a project may keep, by configured provider; None where they are to be removed.

    Each is checked against the version that the project of that name uses, see `settings_block`.

    Raises:
        NotFound: there is no such project, or the mirror lacks a provider.
        InvalidInput: they do not fit the provider's own schema, or hold a secret or a reference; every
            problem is named, as `provider_config[hashicorp/aws.west].region`.
        IntegrityFailed, NotSetUp, RunnerFailed: a schema cannot be had.
    """
    problems: list[Problem] = []
    checked: dict[str, JsonObject | None] = {}
    for key, settings in given.items():
        place = f"provider_config[{key}]"
        try:
            provider = ConfiguredProvider.parse(key)
            require_whole_characters(settings, place)
        except InvalidInput as error:
            inner = error.field or ""
            path = inner if inner.startswith(place) else place
            problems.append(Problem(path=path, message=error.message, hint=error.hint or "mend it"))
            continue
        if str(provider) in checked:
            problems.append(Problem(path=place, message=f"{provider} stands twice", hint="give it once"))
        checked[str(provider)] = settings if isinstance(settings, dict) else None
        if settings is not None:
            block = await settings_block(services, provider.address, project)
            problems += _problems(provider, place, block, settings)
    refuse(problems)
    return checked


def _problems(
    provider: ConfiguredProvider, place: str, block: Block, settings: JsonValue
) -> Iterator[Problem]:
    named = set()
    for problem in find_problems(block, settings):
        named.add(problem.path)
        hint = problem.hint
        if problem.path == "config.alias":
            hint = f'the name stands in the key: {{"{provider.address}.NAME": {{…}}}}'
        yield problem.model_copy(update={"path": _placed(place, problem.path), "hint": hint})
    if not isinstance(settings, dict):
        return
    for path in true_paths(credential_marks(block, settings)):
        # What the schema does not know counts as secret, too: that was said already.
        if f"config.{path}" not in named:
            message = "is a secret and does not belong into a project's settings"
            yield Problem(path=f"{place}.{path}", message=message, hint=_WAY_OUT)
    for path, _ in find_refs({"config": settings}):
        message = "settings of a provider cannot refer to resources"
        yield Problem(path=_placed(place, path), message=message, hint="give the value itself")


def _placed(place: str, path: str) -> str:
    return f"{place}{path.removeprefix('config')}"
