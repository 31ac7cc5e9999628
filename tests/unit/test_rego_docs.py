"""Every code that a check may give is in the reference."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Calls that make a finding, and which of their arguments is its code.
CODE_ARGUMENTS = {"Flaw": 2, "flaw": 1, "_problem": 1, "Problem": 1}


def codes() -> Iterator[str]:
    folder = ROOT / "engine" / "adapters" / "rego"
    for file in [*folder.glob("*.py"), *folder.glob("checks/*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                argument = node.args[CODE_ARGUMENTS[name] :][:1] if name in CODE_ARGUMENTS else []
                yield from (part.value for part in argument if isinstance(part, ast.Constant))  # type: ignore[misc]  # codes are strings


@pytest.mark.requirement("3.1.checks")
def test_every_code_of_a_finding_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "rego.md").read_text()
    found = {code for code in codes() if re.fullmatch(r"[a-z][a-z0-9_]+", code)}
    assert len(found) > 25
    assert [code for code in sorted(found) if f"`{code}`" not in page] == []
