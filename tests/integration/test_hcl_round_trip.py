"""Whatever a value holds, OpenTofu reads exactly it from the written configuration, in both syntaxes."""

import json
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.hcl.configuration import Configuration, ResourceBlock
from engine.core.hcl.document import document
from engine.core.hcl.render import render
from engine.core.hcl.translate import literal
from engine.core.providers.schema import Attribute, Block

pytestmark = pytest.mark.integration

# OpenTofu's own resource type: it needs no provider and keeps a value of any type.
BLOCK = Block(attributes={"input": Attribute(type="dynamic", optional=True)})
PIN = ProviderPin(
    address=ProviderAddress.parse("terraform.io/builtin/terraform"), version=Version.parse("1.0.0")
)
PIECES = st.sampled_from(
    ["${", "%{", "$", "%", "{", "}", '"', "\\", "\n", "\r", "\t", "\0", "~", "/*", "//", "#", "é",
     "e\u0301", "\u200d", "\u202e", "\ufeff", "😀", "ガ", "각", "null", "for",
     '${file("/etc/hostname")}', "%{ if true }x%{ endif }"]
)  # fmt: skip
# OpenTofu normalises strings (NFC) by its own version of Unicode; what is unassigned in Python's is left out.
TEXTS = st.lists(PIECES | st.text(st.characters(exclude_categories=("Cs", "Cn", "Co")), max_size=4)).map(
    lambda parts: unicodedata.normalize("NFC", "".join(parts))
)
# Beyond 64 bits OpenTofu's own plan file rounds.
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(VALUES, min_size=1, max_size=60))
@example(["\r$${", "\r%%{x}", "\ufeff${a}", {"\ufeff\r$${": "\r"}])
@example([{"g\u0308": 1, "\U0001f1e9\U0001f1ea": 2, "ab": 3, "ก\u0e33": 4}])
def test_every_value_comes_back_as_it_is(
    tofu: Path, tmp_path_factory: pytest.TempPathFactory, values: list[Any]
) -> None:
    configuration = Configuration(
        providers=(),
        resources=tuple(
            ResourceBlock("terraform_data", f"v{n}", BLOCK, {"input": literal(value)}, PIN)
            for n, value in enumerate(values)
        ),
        imports=(),
        variables=(),
    )
    native, in_json = tmp_path_factory.mktemp("native"), tmp_path_factory.mktemp("json")
    for name, content in render(configuration).items():
        (native / name).write_text(content, "utf-8")
    (in_json / "main.tf.json").write_text(json.dumps(document(configuration)), "utf-8")
    assert _run(tofu, native, "fmt", "-check", "-diff", "-no-color") == ""
    assert _read(_planned(tofu, native), values) == values
    assert _read(_planned(tofu, in_json), values) == values


def _planned(tofu: Path, folder: Path) -> list[Any]:
    # Without `-json` OpenTofu draws the plan for people, which some of these numbers are too large for.
    _run(tofu, folder, "plan", "-json", "-input=false", "-out=plan")
    shown = json.loads(_run(tofu, folder, "show", "-json", "plan"))
    found = {r["name"]: r["values"]["input"] for r in shown["planned_values"]["root_module"]["resources"]}
    return [found[f"v{n}"] for n in range(len(found))]


def _read(value: Any, like: Any) -> Any:
    """Read numbers as the type that they had: JSON has one kind, and OpenTofu writes 1e3 as 1000."""
    if isinstance(like, float) and isinstance(value, int | float):
        return float(value)
    if isinstance(like, list) and isinstance(value, list) and len(like) == len(value):
        return [_read(item, hint) for item, hint in zip(value, like, strict=True)]
    if isinstance(like, dict) and isinstance(value, dict):
        return {key: _read(item, like.get(key)) for key, item in value.items()}
    return value


def _run(tofu: Path, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [tofu, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
