"""Which build of the Rego engine is accepted, and how little a worker imports beside it."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from engine.adapters.rego import evaluator as evaluator_module
from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.core.errors import NotSetUp


@pytest.fixture(params=[[], ["regorus"], ["gordon-to-regorus", "regorus"]])
def builds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    everything = {**packages_distributions(), "regorus": request.param}
    monkeypatch.setattr(evaluator_module, "packages_distributions", lambda: everything)
    builds: list[str] = request.param
    return builds


def test_another_build_of_the_engine_is_refused(builds: list[str]) -> None:
    with pytest.raises(NotSetUp) as refused:
        RegorusEvaluator()
    assert (", ".join(builds) or "none") in refused.value.message
    assert refused.value.hint is not None


def test_a_worker_imports_nothing_that_makes_its_start_slow() -> None:
    program = """
import sys
sys.path.append(sys.argv[1])
import engine.adapters.rego.worker
print(sorted({name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names))
"""
    command = [sys.executable, "-I", "-S", "-c", program, str(Path(__file__).parents[2])]
    paths = [str(Path(path)) for path in sys.path if path.endswith("site-packages")]
    command[4] = program.replace("import engine", f"sys.path += {paths!r}\nimport engine", 1)
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "['__main__', 'engine', 'regorus']\n"
