"""What a check means for a policy, a test and a library."""

import pytest

from engine.core.policy.policies import Checked, Finding
from engine.core.policy.scrutiny import Scrutinised, scrutinise

pytestmark = pytest.mark.requirement("3.3.check")


def found(*codes: str) -> Checked:
    return Checked(
        findings=tuple(
            Finding(policy="p", line=1, column=1, code=code, message="m", hint="h") for code in codes
        )
    )


def told(scrutinised: Scrutinised) -> tuple[str, list[str]]:
    return scrutinised.sort, [finding.code for finding in scrutinised.findings]


def test_a_policy_is_told_everything() -> None:
    assert told(scrutinise("a/p.rego", found("unknown_data", "unused_import"))) == (
        "policy",
        ["unknown_data", "unused_import"],
    )


def test_a_test_is_only_told_what_is_wrong_with_any_file() -> None:
    assert told(scrutinise("a/p_test.rego", found("wrong_package", "unknown_data"))) == ("test", [])
    assert told(scrutinise("a/p_test.rego", found("syntax"))) == ("test", ["syntax"])


def test_a_module_that_decides_nothing_in_another_package_is_a_library() -> None:
    checked = found("wrong_package", "no_decision_rule", "unknown_function", "too_deep")
    assert told(scrutinise("lib/tags.rego", checked)) == ("library", ["too_deep"])


@pytest.mark.parametrize("code", ["wrong_package", "no_decision_rule"])
def test_a_policy_with_one_slip_is_not_taken_for_a_library(code: str) -> None:
    assert told(scrutinise("p.rego", found(code))) == ("policy", [code])
