"""Version constraints such as `>= 3.0, < 4` with OpenTofu's rules. What versions there are is others' to say.

The rules are those of the library that OpenTofu reads them with (apparentlymart/go-versions, Ruby style):
at most one space after an operator, no `v`, no wildcards, one to three numbers, what is left out counts as 0.
A pre-release is allowed only where a part without an operator, or with `=`, names it.

Two things differ on purpose. Build metadata is refused: no version that the engine knows has any. And a
pre-release that one part names must meet the other parts too, which OpenTofu 1.6.2 forgets to ask.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Self

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import Version
from engine.core.errors import InvalidInput
from engine.core.limits import VERSION_CONSTRAINTS_MAX_CHARS

_SIGNS: Final = "=!<>~^|&-+"
_NUMBERS: Final = re.compile(r"(?P<numbers>[0-9]{1,9}(?:\.[0-9]{1,9}){0,2})(?P<pre>-[0-9A-Za-z.-]+)?")
_MEANT: Final = {"=<": "<=", "=>": ">=", "==": "=", "<>": "!=", "~=": "~>", "~": "~>", "^": "~>"}
_NUMBER_COUNT: Final = 3


class Operator(StrEnum):
    """How a version relates to the one that a part names, in the order in which OpenTofu spells parts."""

    GREATER = ">"
    AT_LEAST = ">="
    EQUAL = "="
    WITHIN = "~>"
    AT_MOST = "<="
    LESS = "<"
    NOT_EQUAL = "!="


_ORDER: Final = {operator: position for position, operator in enumerate(Operator)}


class Part(BaseModel):
    """One comparison.

    Attributes:
        version: what is compared with, 0 where a number was left out.
        minor_free: for `~>`: True lets the minor version rise (`~> 3.1`), False only the patch (`~> 3.1.0`).
    """

    model_config = ConfigDict(frozen=True)

    operator: Operator
    version: Version
    minor_free: bool = False

    def admits(self, version: Version) -> bool:
        """Tell whether a version stands on the right side; pre-releases are as good as others here."""
        match self.operator:
            case Operator.EQUAL | Operator.NOT_EQUAL:
                return (version == self.version) is (self.operator is Operator.EQUAL)
            case Operator.GREATER | Operator.AT_MOST:
                return (self.version < version) is (self.operator is Operator.GREATER)
            case Operator.LESS | Operator.AT_LEAST:
                return (version < self.version) is (self.operator is Operator.LESS)
            case _:  # `~>`
                return not version < self.version and version < self._end()

    def __str__(self) -> str:
        if self.operator is Operator.EQUAL:
            return str(self.version)
        text = str(self.version)
        if self.operator is Operator.WITHIN and self.minor_free:
            text = f"{self.version.major}.{self.version.minor}" + text[len(str(self._release())) :]
        return f"{self.operator} {text}"

    def _release(self) -> Version:
        return self.version.model_copy(update={"prerelease": ""})

    def _end(self) -> Version:
        if self.minor_free:
            return Version(major=self.version.major + 1, minor=0, patch=0)
        return Version(major=self.version.major, minor=self.version.minor + 1, patch=0)


class Requirements(BaseModel):
    """Parts that must all hold, each once and in OpenTofu's order: as its lock file writes them."""

    model_config = ConfigDict(frozen=True)

    parts: tuple[Part, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one or more parts with commas between them.

        Raises:
            InvalidInput: the text has another form; names the part.
        """
        if len(text) > VERSION_CONSTRAINTS_MAX_CHARS:
            raise _refused(f"are longer than {VERSION_CONSTRAINTS_MAX_CHARS} characters")
        return cls(parts=tuple(sorted({_part(written.strip()) for written in text.split(",")}, key=_place)))

    def __str__(self) -> str:
        return ", ".join(map(str, self.parts))

    def allow(self, version: Version) -> bool:
        """Tell whether a version may be taken."""
        named = not version.prerelease or any(
            part.operator is Operator.EQUAL and part.version == version for part in self.parts
        )
        return named and all(part.admits(version) for part in self.parts)

    def choose(self, versions: Iterable[Version]) -> Version | None:
        """Return the newest version that may be taken, None where there is none."""
        return max(filter(self.allow, versions), default=None)


def exactly(version: Version) -> Requirements:
    """Return the constraints that only this version meets."""
    return Requirements(parts=(Part(operator=Operator.EQUAL, version=version),))


def _place(part: Part) -> tuple[Version, int, bool]:
    # As OpenTofu sorts them: by version, then by operator, `~>` of three numbers before that of two.
    return (part.version, _ORDER[part.operator], part.minor_free)


def _part(text: str) -> Part:
    written, space, rest = _split(text)
    try:
        operator = Operator(written or "=")
    except ValueError as error:
        meant = _MEANT.get(written)
        raise _refused(
            f"have an unknown operator {written} in {text!r}", meant and f"write {meant}"
        ) from error
    if space not in ("", " "):
        raise _refused(f"have more than one space after {written} in {text!r}")
    numbers = _NUMBERS.fullmatch(rest)
    if numbers is None:
        raise _refused(*_malformed(rest, text))
    given = [int(number) for number in numbers["numbers"].split(".")]
    major, minor, patch = (*given, 0, 0)[:_NUMBER_COUNT]
    try:
        version = Version.parse(f"{major}.{minor}.{patch}{numbers['pre'] or ''}")
    except InvalidInput as error:
        raise _refused(f"name no version in {text!r}") from error
    free = operator is Operator.WITHIN and len(given) < _NUMBER_COUNT
    return Part(operator=operator, version=version, minor_free=free)


def _split(text: str) -> tuple[str, str, str]:
    """Return the operator, the space after it, and the rest."""
    rest = text.lstrip(_SIGNS)
    version = rest.lstrip()
    return text[: len(text) - len(rest)], rest[: len(rest) - len(version)], version


def _malformed(rest: str, text: str) -> tuple[str, str | None]:
    if rest.startswith("v"):
        return f"have a version with a v in {text!r}", "leave the v out"
    if rest.count(".") >= _NUMBER_COUNT and rest.replace(".", "").isdigit():
        return f"have more than three numbers in {text!r}", None
    if re.search(r"[\s<>=!~]", rest):
        return f"lack a comma in {text!r}", "put commas between the parts"
    if "*" in rest or "x" in rest.lower().split("."):
        return f"have a wildcard in {text!r}", "leave out what may be anything: ~> 3.0"
    if "+" in rest:
        return f"have build metadata in {text!r}", "leave out what follows the +"
    return f"name no version in {text!r}" if text else "have an empty part", None


def _refused(reason: str, hint: str | None = None) -> InvalidInput:
    return InvalidInput(
        f"the version constraints {reason}",
        field="constraint",
        hint=hint or "write them like ~> 3.0 or >= 3.1, < 4",
    )
