"""What a check of a file of Rego means for what it is: a policy, a test or a library. Finds nothing itself.

Tests and libraries are judged together with what they refer to, by the test runner; alone they can be parsed.
"""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.policy.policies import Checked, Finding

TEST_SUFFIX: Final = "_test.rego"

# A module that decides nothing and is in another package than policies are claims to be no policy.
_NO_POLICY: Final = frozenset({"wrong_package", "no_decision_rule"})
# What is wrong with a file whatever it is.
_OF_ANY_FILE: Final = frozenset(
    {
        "check_crash",
        "check_timeout",
        "invalid_character",
        "not_utf8",
        "syntax",
        "too_deep",
        "too_large",
        "unreadable",
    }
)


class Scrutinised(BaseModel):
    """A file, what it is, and what is wrong with it."""

    model_config = ConfigDict(frozen=True)

    path: str
    sort: Literal["policy", "test", "library"]
    findings: tuple[Finding, ...]


def scrutinise(path: str, checked: Checked) -> Scrutinised:
    """Return what a check of a file as a policy means for it."""
    if path.endswith(TEST_SUFFIX):
        return Scrutinised(path=path, sort="test", findings=_of_any_file(checked))
    if {finding.code for finding in checked.findings} >= _NO_POLICY:
        return Scrutinised(path=path, sort="library", findings=_of_any_file(checked))
    return Scrutinised(path=path, sort="policy", findings=checked.findings)


def _of_any_file(checked: Checked) -> tuple[Finding, ...]:
    return tuple(finding for finding in checked.findings if finding.code in _OF_ANY_FILE)
