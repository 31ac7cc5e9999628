"""Shows every tidy rule a planted offence and a harmless neighbour: a rule that cannot fail holds nothing."""

from typing import Final

import pytest

from tests.tidy import code_rules, core_rules, text_rules
from tests.tidy.finding import Rule
from tests.tidy.tree import unreachable_modules

_LONG: Final = '"""x"""\n' + "x = 1\n" * 250
_DEF: Final = '"""x"""\ndef f():\n' + "    x = 1\n" * 50

# Rule, offending path and text, harmless path and text.
PLANTED: Final[dict[Rule, tuple[str, str, str, str]]] = {
    code_rules.long_file: ("engine/a.py", _LONG, "engine/a.py", _LONG[:-6]),
    code_rules.huge_file: ("engine/a.py", "x = 1\n" * 401, "engine/a.py", "x = 1\n" * 400),
    code_rules.long_function: ("engine/a.py", _DEF, "engine/a.py", _DEF[:-10]),
    code_rules.import_fan_out: (
        "engine/a.py",
        "".join(f"import engine.m{n}\n" for n in range(13)),
        "engine/a.py",
        "import os, sys, json, re\n" + "".join(f"import engine.m{n}\n" for n in range(12)),
    ),
    code_rules.late_import: ("engine/a.py", "def f():\n    import json\n", "engine/a.py", "import json\n"),
    code_rules.module_docstring: ("engine/a.py", "x = 1\n", "engine/a.py", '"""x"""\n'),
    code_rules.avoided_name: ("engine/core/url_utils.py", "", "engine/core/utility.py", ""),
    code_rules.environment_read: (
        "engine/a.py",
        "import os\nos.environ['HOME']\n",
        "server/settings.py",
        "import os\nos.environ['HOME']\n",
    ),
    code_rules.broad_except: (
        "engine/a.py",
        "try:\n    f()\nexcept (ValueError, Exception):\n    raise\n",
        "engine/a.py",
        "try:\n    f()\nexcept ValueError:\n    raise\n",
    ),
    code_rules.unreasoned_suppression: (
        "engine/a.py",
        "x = f()  # type: ignore[arg-type]  # noqa: S101\n",
        "engine/a.py",
        "x = f()  # noqa: S101 - the caller has checked it\n",
    ),
    core_rules.impure_call: (
        "engine/core/a.py",
        "t = datetime.now(UTC)\n",
        "engine/core/a.py",
        "t = datetime.fromisoformat(text)\n",
    ),
    core_rules.foreign_import: (
        "engine/core/a.py",
        "import requests\n",
        "engine/core/a.py",
        "import json\nfrom pydantic import BaseModel\nfrom engine.core.errors import NotFound\n",
    ),
    text_rules.left_over: ("a.md", "one\nTO" + "DO: two\n", "a.md", "mastodon\n"),
    text_rules.machine_path: (
        "a.md",
        "in /ro" + "ot/x\n",
        "a.md",
        "in docs/work/x and https://x.org/root/\n",
    ),
    text_rules.registry_host: ("a.md", "from py" + "pi.org\n", "a.md", "registry.opentofu.org\n"),
}
RULES: Final = (*code_rules.EVERYWHERE, *code_rules.IN_PACKAGES, *core_rules.IN_CORE, *text_rules.IN_TEXTS)


@pytest.mark.requirement("2.1.tidy")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_planted_offence_is_found_and_its_neighbour_is_not(rule: Rule) -> None:
    path, text, harmless_path, harmless_text = PLANTED[rule]
    assert [finding.rule for finding in rule(path, text)] == [rule.__name__]
    assert list(rule(harmless_path, harmless_text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "from os import getenv\n",
        "import os\nx = os.getenv('A')\n",
        "import os\nx = dict(os.environ)\n",
    ],
)
def test_every_way_to_read_the_environment_is_found(text: str) -> None:
    assert [f.rule for f in code_rules.environment_read("engine/a.py", text)] == ["environment_read"]


@pytest.mark.parametrize(
    "text",
    [
        "x = time.monotonic()\n",
        "x = random.random()\n",
        "x = uuid4()\n",
        "x = open('a')\n",
        "x = datetime.datetime.utcnow()\n",
    ],
)
def test_every_way_out_of_the_pure_core_is_found(text: str) -> None:
    assert [f.rule for f in core_rules.impure_call("engine/core/a.py", text)] == ["impure_call"]


@pytest.mark.parametrize(
    "text", ["try:\n    f()\nexcept:\n    raise\n", "with suppress(BaseException):\n    f()\n"]
)
def test_a_bare_or_suppressed_exception_is_found(text: str) -> None:
    assert [f.rule for f in code_rules.broad_except("engine/a.py", text)] == ["broad_except"]


def test_a_module_that_nothing_leads_to_is_dead() -> None:
    sources = {
        "engine/__init__.py": "",
        "engine/used.py": "START = ['-m', 'engine.worker']",
        "engine/worker.py": "",
        "engine/dead.py": "from engine import used",
    }
    roots = {"engine/used.py": sources["engine/used.py"]}
    assert unreachable_modules(sources, roots) == ("engine.dead",)
