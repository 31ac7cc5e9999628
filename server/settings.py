"""The settings of a process: the only reader of the environment."""

import getpass
import os
from pathlib import Path
from typing import Annotated, Self

from platformdirs import user_cache_path, user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.core.addrs import DEFAULT_REGISTRY
from engine.core.approvals import Separation
from engine.core.errors import InvalidInput
from engine.core.limits import (
    POLICY_EVALUATION_MAX_SECONDS,
    POLICY_EVALUATION_SECONDS,
    UPKEEP_MAX_SECONDS,
    UPKEEP_MIN_SECONDS,
    UPKEEP_SECONDS,
)
from engine.core.origins import parse_hosts, parse_service_url
from engine.core.providers.allow import AllowList, Unsigned
from engine.core.providers.environment import parse_variables
from engine.core.providers.mirrors import Place, parse_mirrors
from server.shipped import checkout_folder

_APPLICATION = "intent-engine"
_PREFIX = "INTENT_"
# What pydantic reads as a truth value, in any case of letters.
_TRUE = ("true", "yes", "on", "1", "y", "t")
_FALSE = ("false", "no", "off", "0", "n", "f")


def _variables(text: str) -> str:
    try:
        return ",".join(parse_variables(text))
    except InvalidInput as error:
        raise ValueError(error.message) from error


def _patterns(text: str) -> str:
    try:
        AllowList.parse(text)
    except InvalidInput as error:
        raise ValueError(f"{error.message}; {error.hint}") from error
    return text


def _mirrors(text: str) -> str:
    try:
        parse_mirrors(text)
    except InvalidInput as error:
        raise ValueError(f"{error.message}; {error.hint}") from error
    return text


def _mirror() -> Path:
    checkout = checkout_folder()
    return (checkout or user_cache_path(_APPLICATION)) / "providers_cache"


def _truth(given: object) -> object:
    if isinstance(given, str) and given.lower() not in {*_TRUE, *_FALSE}:
        raise ValueError(f"write one of {', '.join((*_TRUE, *_FALSE))}")
    return given


def _service(text: str, asked: ValidationInfo) -> str:
    try:
        return parse_service_url(text, field=asked.field_name or "")
    except InvalidInput as wrong:
        raise ValueError(f"{wrong.message}; {wrong.hint}") from wrong


def _hosts(text: str, asked: ValidationInfo) -> str:
    try:
        parse_hosts(text, field=asked.field_name or "")
    except InvalidInput as wrong:
        raise ValueError(f"{wrong.message}; {wrong.hint}") from wrong
    return text


class Settings(BaseSettings):
    """Every setting; each is read from `INTENT_` and its name in capitals.

    Attributes:
        home: the folder of everything that the engine keeps (`INTENT_HOME`).
        database_url: where state and history are kept; SQLite in `home` where empty.
        providers_cache: the provider mirror; by default that of a checkout, else in the user's cache folder.
        tofu: the OpenTofu binary; looked for on PATH and among what `intent setup` installed where absent.
        providers_environment: names of further variables that providers get, with commas between.
        providers_allow: patterns of providers that may be installed and started, with commas between.
        providers_mirrors: where packages are looked for, in order, with commas between.
        providers_unsigned: `refuse`, or `allow` for providers that a registry gives without a signing key.
        registry_url: where the registry of addresses without a host is asked.
        registry_api_url: the documentation API that answers searches and gives pages about types.
        private_hosts: hosts on private networks to which registries may point, with commas between.
        offline: nothing is asked over the network for providers; what was kept is all there is.
        project: the project of calls over stdio that name none.
        actor: who acts at this terminal; the operating system's user where empty.
        approvals_separation: `principal`, or `person` to demand another person for each approval.
        policy_seconds: what each policy may take to judge one request; above 0, at most 5.
        upkeep_seconds: how long a server waits between two passes of upkeep; 1 to 3,600.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, env_ignore_empty=True)

    home: Path = Field(default_factory=lambda: user_data_path(_APPLICATION))
    database_url: str = ""
    providers_cache: Path = Field(default_factory=_mirror)
    tofu: Path | None = None
    providers_environment: Annotated[str, AfterValidator(_variables)] = ""
    providers_allow: Annotated[str, AfterValidator(_patterns)] = ""
    providers_mirrors: Annotated[str, AfterValidator(_mirrors)] = ""
    providers_unsigned: Unsigned = Unsigned.REFUSE
    registry_url: Annotated[str, AfterValidator(_service)] = f"https://{DEFAULT_REGISTRY}"
    registry_api_url: Annotated[str, AfterValidator(_service)] = "https://api.opentofu.org"
    private_hosts: Annotated[str, AfterValidator(_hosts)] = ""
    offline: Annotated[bool, BeforeValidator(_truth)] = False
    project: str = "default"
    actor: str = ""
    approvals_separation: Separation = Separation.PRINCIPAL
    policy_seconds: float = Field(default=POLICY_EVALUATION_SECONDS, gt=0, le=POLICY_EVALUATION_MAX_SECONDS)
    upkeep_seconds: float = Field(default=UPKEEP_SECONDS, ge=UPKEEP_MIN_SECONDS, le=UPKEEP_MAX_SECONDS)

    @classmethod
    def load(cls) -> Self:
        """Read the settings.

        Raises:
            pydantic.ValidationError: a variable has a value that its setting cannot take.
        """
        return cls()

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite+aiosqlite:///{self.home.absolute() / 'intent.db'}"

    @property
    def allow_list(self) -> AllowList:
        """Which providers may be installed and started."""
        return AllowList.parse(self.providers_allow)

    @property
    def mirrors(self) -> tuple[Place, ...]:
        """Where provider packages are looked for, in order."""
        return parse_mirrors(self.providers_mirrors)

    @property
    def tools(self) -> Path:
        """Where `intent setup` keeps OpenTofu: `.tools/` of a checkout, else `home`."""
        checkout = checkout_folder()
        return self.home if checkout is None else checkout / ".tools"

    @property
    def person(self) -> str:
        """Who acts at this terminal."""
        return self.actor or getpass.getuser()

    @property
    def lasting(self) -> dict[str, str]:
        """What a process that another program starts elsewhere needs to work alike, by variable.

        The folder of the data, whether it was named or not, and whatever else was set; paths are absolute.
        """
        chosen = {name: getattr(self, name) for name in sorted(self.model_fields_set | {"home"})}
        return {
            f"{_PREFIX}{name.upper()}": str(value.absolute() if isinstance(value, Path) else value)
            for name, value in chosen.items()
        }

    @property
    def caller_environment(self) -> dict[str, str]:
        """The whole environment of the caller; what children get of it is the runner's allow-list."""
        return dict(os.environ)
