"""Configurations for the real AWS provider, put before `tofu validate`: all of them in one run."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine.core.values import JsonObject

_AWS: Final = "registry.opentofu.org/hashicorp/aws"


@dataclass(frozen=True)
class Validation:
    """A folder, OpenTofu's binary, and that of the provider."""

    folder: Path
    tofu: Path
    package: Path

    def schema(self) -> Any:
        """Return the provider's whole schema as OpenTofu says it."""
        self._write("main", {"provider": {"aws": {"region": "us-east-1"}}})
        return self._run("providers", "schema", "-json")["provider_schemas"][_AWS]

    def refusals(self, given: Mapping[str, tuple[str, str, JsonObject]]) -> dict[str, list[str]]:
        """Return what is wrong with each of the named blocks, given by section, type and configuration."""
        for number, (name, (section, block_type, config)) in enumerate(given.items()):
            self._write(name, {section: {block_type: {f"it{number}": config}}})
        found: dict[str, list[str]] = {}
        for diagnostic in self._run("validate", "-json")["diagnostics"]:
            if diagnostic["severity"] == "error":
                name = Path(diagnostic["range"]["filename"]).name.removesuffix(".tf.json")
                found.setdefault(name, []).append(f"{diagnostic['summary']}: {diagnostic['detail']}")
        return found

    def _write(self, name: str, document: JsonObject) -> None:
        (self.folder / f"{name}.tf.json").write_text(json.dumps(document), "utf-8")

    def _run(self, *arguments: str) -> Any:
        path = self.folder / "cli.tofurc"
        overrides = f'dev_overrides {{ "hashicorp/aws" = "{self.package}" }}'
        path.write_text(f"provider_installation {{ {overrides} }}\n", "utf-8")
        environment = {
            "PATH": os.environ["PATH"],
            "TF_CLI_CONFIG_FILE": str(path),
            "CHECKPOINT_DISABLE": "1",
        }
        done = subprocess.run(
            [self.tofu, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return json.loads(done.stdout)
