"""The allow-list of providers: patterns, and which of them decides about an address. Others enforce it.

A pattern is `[host/]namespace/name`, `*` stands for a whole part, and `!` before it refuses. Of the patterns
that fit an address the most specific decides: the one with the most parts that are not `*`. Of equally
specific ones a given pattern goes before a built-in one, and a refusal before a permission. Without a host a
permission is for the default registry alone, and a refusal for every host: neither reaches further than it
was meant to.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, Self

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import DEFAULT_REGISTRY, ProviderAddress
from engine.core.errors import Forbidden, InvalidInput
from engine.core.limits import ALLOW_PATTERNS_MAX

SETTING: Final = "INTENT_PROVIDERS_ALLOW"
_ANY: Final = "*"
_PARTS: Final = 3


class Unsigned(StrEnum):
    """What becomes of a provider that a registry gives no signing key for. A wrong signature never passes."""

    REFUSE = "refuse"
    ALLOW = "allow"


class Pattern(BaseModel):
    """One pattern, as it was read.

    Attributes:
        host: None where none was written.
        reason: of a built-in refusal, what the provider does.
    """

    model_config = ConfigDict(frozen=True)

    refuses: bool
    host: str | None
    namespace: str
    name: str
    reason: str = ""

    @classmethod
    def parse(cls, text: str, reason: str = "") -> Self:
        """Read `hashicorp/*`, `!hashicorp/external` or `registry.example.com/*/*`.

        Raises:
            InvalidInput: it has another form; names the setting and the pattern.
        """
        written = text.strip().lower()
        refuses = written.startswith("!")
        parts = written.removeprefix("!").split("/")
        # Only whole parts may be wild, so what is left when they are gone is an address.
        plain = "/".join("x" if part == _ANY else part for part in parts)
        try:
            ProviderAddress.parse(plain)
        except InvalidInput as error:
            raise InvalidInput(
                f"{text.strip()[:100]!a} is no pattern of providers",
                field=SETTING,
                hint="write [host/]namespace/name, with * for a whole part and ! in front to refuse",
            ) from error
        host = parts[0] if len(parts) == _PARTS else None
        return cls(refuses=refuses, host=host, namespace=parts[-2], name=parts[-1], reason=reason)

    def __str__(self) -> str:
        parts = (*(() if self.host is None else (self.host,)), self.namespace, self.name)
        return ("!" if self.refuses else "") + "/".join(parts)

    @property
    def literal_parts(self) -> int:
        """How specific it is."""
        return sum(part not in (_ANY, None) for part in (self.host, self.namespace, self.name))

    def fits(self, address: ProviderAddress) -> bool:
        """Tell whether it is about an address."""
        host = self.host
        if host is None:
            host = _ANY if self.refuses else DEFAULT_REGISTRY
        pairs = ((host, address.host), (self.namespace, address.namespace), (self.name, address.name))
        return all(part in (_ANY, there) for part, there in pairs)


class AllowList(BaseModel):
    """The patterns that an operator gave, on top of the built-in ones; their order plays no part."""

    model_config = ConfigDict(frozen=True)

    given: tuple[Pattern, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read patterns with commas between them; an empty text gives none.

        Raises:
            InvalidInput: one is malformed, or there are too many.
        """
        written = text.split(",") if text.strip() else []
        if len(written) > ALLOW_PATTERNS_MAX:
            raise InvalidInput(
                f"there are more than {ALLOW_PATTERNS_MAX} patterns", field=SETTING, hint="use * in some"
            )
        return cls(given=tuple(Pattern.parse(one) for one in written))

    def decisive(self, address: ProviderAddress) -> Pattern:
        """Return the pattern that decides about an address."""
        fitting = [
            (pattern.literal_parts, given, pattern.refuses, str(pattern), pattern)
            for given, patterns in ((True, self.given), (False, BUILT_IN))
            for pattern in patterns
            if pattern.fits(address)
        ]
        return max(fitting, key=lambda one: one[:4])[4]

    def allows(self, address: ProviderAddress) -> bool:
        """Tell whether a provider may be installed and started."""
        return not self.decisive(address).refuses

    def check(self, address: ProviderAddress) -> None:
        """Let pass a provider that may be installed and started.

        Raises:
            Forbidden: it may not; names the pattern, the setting and, for a built-in one, the reason.
        """
        pattern = self.decisive(address)
        if not pattern.refuses:
            return
        because = f", since {pattern.reason}" if pattern.reason else ""
        where = SETTING if pattern in self.given else "the built-in list"
        raise Forbidden(
            f"the provider {address} is refused by {pattern} of {where}{because}",
            field="provider",
            hint=f"who runs the engine may allow it: {address} in {SETTING}",
            facts={"pattern": str(pattern), "setting": SETTING},
        )


def _refused(reason: str, addresses: Iterable[str]) -> Sequence[Pattern]:
    return [Pattern.parse(f"!{address}", reason) for address in addresses]


# INVARIANT: every address fits the first pattern, so that one always decides.
BUILT_IN: Final = (
    Pattern.parse("*/*/*"),
    *_refused(
        "it runs programs on the engine's host",
        ("hashicorp/external", "scottwinkler/shell", "ansible/ansible", "toowoxx/packer", "mildred/sys"),
    ),
    *_refused(
        "it reads or writes files of the engine's host",
        (
            *("hashicorp/local", "hashicorp/archive", "hashicorp/template", "builtin/terraform"),
            *("carlpett/sops", "lokkersp/sops", "cloudposse/utils", "paultyng/git"),
        ),
    ),
    *_refused(
        "it sends any request into the engine's network",
        (
            *("hashicorp/http", "hashicorp/dns", "terraform-aws-modules/http", "salrashid123/http-full"),
            *("mastercard/restapi", "magodo/restful"),
        ),
    ),
    *_refused(
        "it runs commands on machines of the engine's network",
        ("loafoe/ssh", "tenstad/remote", "neuspaces/system"),
    ),
    *_refused(
        "it commands containers or virtual machines on the engine's host",
        (
            *("kreuzwerker/docker", "dmacvicar/libvirt", "terra-farm/virtualbox", "bmatcuk/vagrant"),
            *("larstobi/multipass", "tehcyx/kind", "scott-the-programmer/minikube", "pvotal-tech/k3d"),
        ),
    ),
)
