"""Principals and scopes: who acts and what they may do (contracts: scopes)."""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.core.errors import Forbidden


class Scope(StrEnum):
    """A right, by area. Writing an area implies reading it."""

    PROJECTS_READ = "projects:read"
    PROJECTS_WRITE = "projects:write"
    RESOURCES_READ = "resources:read"
    RESOURCES_WRITE = "resources:write"
    POLICIES_READ = "policies:read"
    POLICIES_WRITE = "policies:write"
    APPROVALS_WRITE = "approvals:write"
    AUDIT_READ = "audit:read"
    SECRETS_REVEAL = "secrets:reveal"


# INVARIANT: an assistant neither approves its own work, nor edits policies that bind it, nor sees secrets.
PERSON_SCOPES: Final = frozenset(Scope)
ASSISTANT_SCOPES: Final = PERSON_SCOPES - {
    Scope.APPROVALS_WRITE,
    Scope.POLICIES_WRITE,
    Scope.SECRETS_REVEAL,
}


# INVARIANT: what the engine does by itself goes through the gate like any request, and it never approves.
SYSTEM_SCOPES: Final = frozenset(
    {Scope.PROJECTS_READ, Scope.PROJECTS_WRITE, Scope.RESOURCES_READ, Scope.RESOURCES_WRITE}
)


class PrincipalKind(StrEnum):
    """What sort of actor a principal is."""

    USER = "user"
    TOKEN = "token"  # noqa: S105 - a kind of principal, not a secret
    ASSISTANT = "assistant"
    SYSTEM = "system"


class Principal(BaseModel):
    """Who acts: a person, through what, with which rights.

    Attributes:
        subject: the person, for an assistant the person it works for.
        client: the program that speaks for them, `cli` or the name an MCP client gives.
    """

    model_config = ConfigDict(frozen=True)

    subject: str
    kind: PrincipalKind
    client: str
    roles: tuple[str, ...] = ()
    scopes: frozenset[Scope] = frozenset()

    @property
    def key(self) -> str:
        """The identity as one string; two principals are the same exactly where their keys are equal."""
        client = self.client.replace("%", "%25").replace(":", "%3A")
        return f"{self.kind.value}:{client}:{self.subject}"

    @property
    def horizon(self) -> str | None:
        """Whose requests this principal may know of: those of its own key; None where it is all of them.

        Who may approve has to see what waits, and the engine itself looks after all.
        """
        sees_all = Scope.APPROVALS_WRITE in self.scopes or self.kind is PrincipalKind.SYSTEM
        return None if sees_all else self.key

    def sees(self, key: str) -> bool:
        """Tell whether this principal may know of what the principal of that key asked for."""
        return self.horizon in (None, key)

    def require(self, scope: Scope) -> None:
        """Do nothing where the principal holds the scope.

        Raises:
            Forbidden: it does not.
        """
        if scope not in self.scopes:
            raise Forbidden(
                f"{self.subject} ({self.kind.value}) lacks the scope {scope.value}",
                hint="ask someone who holds it",
                facts={"scope": scope.value},
            )


def person(subject: str, client: str = "cli") -> Principal:
    """Return the principal of a person at the command line: every right."""
    return Principal(subject=subject, kind=PrincipalKind.USER, client=client, scopes=PERSON_SCOPES)


def assistant(subject: str, client: str) -> Principal:
    """Return the principal of an assistant that works for `subject` over stdio."""
    return Principal(subject=subject, kind=PrincipalKind.ASSISTANT, client=client, scopes=ASSISTANT_SCOPES)


def system(wish_of: str = "intent") -> Principal:
    """Return who acts in what the engine does by itself: refreshing, recovering, archiving, destroying.

    Where that follows from what a person set before, it is their wish: they cannot approve it.
    """
    return Principal(subject=wish_of, kind=PrincipalKind.SYSTEM, client="scheduler", scopes=SYSTEM_SCOPES)
