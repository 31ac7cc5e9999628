"""Addresses: providers, versions, types. Text from outside is parsed here, never pasted into paths."""

import re
from typing import Final, Self

from pydantic import BaseModel, ConfigDict

from engine.core.errors import InvalidInput
from engine.core.limits import PROVIDER_ADDRESS_MAX_CHARS, VERSION_MAX_CHARS

DEFAULT_REGISTRY: Final = "registry.opentofu.org"
_PART = re.compile(r"(?!.*--)[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?(?::[0-9]{1,5})?")
_ALIAS = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")
_ADDRESS = re.compile(rf"(?:{_HOST.pattern}/)?{_PART.pattern}/{_PART.pattern}")
_TYPE = re.compile(r"[a-z][a-z0-9_]{0,126}")
_NUMBER = r"(0|[1-9][0-9]{0,8})"
_IDENTIFIER = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?")


class ProviderAddress(BaseModel):
    """A provider's source address, `[host/]namespace/name`, in lower case."""

    model_config = ConfigDict(frozen=True)

    host: str
    namespace: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `hashicorp/aws` or `registry.example.com/ns/name`.

        Raises:
            InvalidInput: the text has another form.
        """
        fits = len(text) <= PROVIDER_ADDRESS_MAX_CHARS and text.isascii()
        match text.strip().lower().split("/") if fits else []:
            case [namespace, name]:
                host = DEFAULT_REGISTRY
            case [host, namespace, name]:
                pass
            case _:
                host = namespace = name = ""
        if not (_HOST.fullmatch(host) and _PART.fullmatch(namespace) and _PART.fullmatch(name)):
            raise InvalidInput(
                "a provider is named namespace/name or host/namespace/name",
                field="provider",
                hint=_way_out(text),
            )
        return cls(host=host, namespace=namespace, name=name)

    def __str__(self) -> str:
        """Spell the address as short as it goes: the default registry's host is left out."""
        short = f"{self.namespace}/{self.name}"
        return short if self.host == DEFAULT_REGISTRY else f"{self.host}/{short}"

    @property
    def full(self) -> str:
        """The address with its host, as OpenTofu writes it in state and plan."""
        return f"{self.host}/{self.namespace}/{self.name}"


def _way_out(text: str) -> str:
    """Return how to name a provider instead; a configuration of one is told apart by its alias."""
    address, _, alias = text.strip().rpartition(".")
    if _ADDRESS.fullmatch(address) and _ALIAS.fullmatch(alias):
        return (
            f"give provider {address} and provider_alias {alias}; "
            f"commands: --provider {address} --provider-alias {alias}"
        )
    return "for example hashicorp/aws"


class ConfiguredProvider(BaseModel):
    """A provider as a project configures it; `alias` is empty for the configuration without a name."""

    model_config = ConfigDict(frozen=True)

    address: ProviderAddress
    alias: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `hashicorp/aws` or `hashicorp/aws.west`, as OpenTofu writes `aws.west`.

        Raises:
            InvalidInput: the text has another form.
        """
        place, slash, last = text.rpartition("/")
        name, dot, alias = last.partition(".")
        if dot:
            # An empty one is malformed: the configuration without a name is written without the dot.
            parse_alias(alias or ".")
        return cls(address=ProviderAddress.parse(f"{place}{slash}{name}"), alias=alias)

    def __str__(self) -> str:
        return f"{self.address}.{self.alias}" if self.alias else str(self.address)


class Version(BaseModel):
    """A semantic version (semver.org 2.0.0, without build metadata), ordered as semver orders."""

    model_config = ConfigDict(frozen=True)

    major: int
    minor: int
    patch: int
    prerelease: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1.2.3`, `v1.2.3` or `1.2.3-rc1`.

        Raises:
            InvalidInput: the text is not a version.
        """
        match = _VERSION.fullmatch(text.removeprefix("v")) if len(text) <= VERSION_MAX_CHARS else None
        if match is None:
            raise InvalidInput(
                "a version has the form 1.2.3", field="provider_version", hint="for example 3.39.0"
            )
        major, minor, patch, pre = match.groups()
        return cls(major=int(major), minor=int(minor), patch=int(patch), prerelease=pre or "")

    def __str__(self) -> str:
        text = f"{self.major}.{self.minor}.{self.patch}"
        return f"{text}-{self.prerelease}" if self.prerelease else text

    def __lt__(self, other: Self) -> bool:
        return self._key() < other._key()

    @property
    def preference(self) -> tuple[bool, Self]:
        """What to choose by where nobody names a version: any release comes before any pre-release."""
        return (not self.prerelease, self)

    def _key(self) -> tuple[int, int, int, bool, tuple[tuple[int, int, str], ...]]:
        parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in self.prerelease.split("."))
        return (self.major, self.minor, self.patch, not self.prerelease, parts)


class ProviderPin(BaseModel):
    """One provider at one version: what a resource is bound to."""

    model_config = ConfigDict(frozen=True)

    address: ProviderAddress
    version: Version

    def __str__(self) -> str:
        return f"{self.address} {self.version}"


def parse_alias(text: str) -> str:
    """Return the name of a configuration of a provider, or no text for the one without a name.

    It is a name for OpenTofu as it stands: a letter or `_`, then letters, digits, `-` or `_`, at most 63.

    Raises:
        InvalidInput: any other text.
    """
    if text and _ALIAS.fullmatch(text) is None:
        raise InvalidInput(
            "an alias is a letter or _, then letters, digits, - or _, at most 63",
            field="provider_alias",
            hint="for example west; leave it out for the configuration without a name",
        )
    return text


def is_type(text: str) -> bool:
    """Tell whether a text can name a type, such as one that a registry lists."""
    return _TYPE.fullmatch(text) is not None


def parse_type(text: str, *, field: str = "resource_type") -> str:
    """Return a resource or data source type such as `aws_s3_bucket`; `field` is what an error names.

    Raises:
        InvalidInput: the text cannot name a type.
    """
    if not is_type(text):
        raise InvalidInput(
            "a type is lower-case letters, digits and _",
            field=field,
            hint="for example aws_s3_bucket",
        )
    return text
