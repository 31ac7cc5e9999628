"""What is exported is true: OpenTofu itself finds nothing to change, and imports what can be imported."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import anyio
import pytest

from engine.core.auth.principals import person
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.core.state import read_instance
from engine.core.values import JsonObject
from engine.service.export import Export, ExportFormat, export
from engine.testing.builders import MOMENT, OPERATION_ID, project
from server.bootstrap import open_services
from server.settings import Settings

pytestmark = pytest.mark.integration

SECRET: Final = 'hunter2 ${file("/etc/hostname")} $${x} %{ if true }x%{ endif }'  # noqa: S105 - a canary
TEMPLATES: Final = '${file("/etc/hostname")} $${x} %{ if true }x%{ endif } "quoted" \\ Grüße'
CONFIGS: Final[dict[str, tuple[str, JsonObject, tuple[str, ...]]]] = {
    "vpc-main": ("aws_vpc", {"cidr_block": "10.7.0.0/16", "tags": {"${x}": TEMPLATES, "Name": "main"}}, ()),
    "inner": (
        "aws_subnet",
        {"vpc_id": {"$ref": "vpc-main.id"}, "cidr_block": "10.7.1.0/24"},
        ("vpc-main",),
    ),
    "logs": (
        "aws_s3_bucket",
        {
            "bucket": "export-logs",
            "versioning": {"enabled": True},
            "lifecycle_rule": [{"id": "old", "enabled": True, "expiration": [{"days": 30}]}],
            "tags": {"a": "1", "k%{x}": "2", "Größe": "3"},
        },
        (),
    ),
    "secret": (
        "aws_ssm_parameter",
        {"name": "/export/secret", "type": "SecureString", "value": SECRET},
        ("logs",),
    ),
    "web": (
        "aws_security_group",
        {
            "name": "export-web",
            "description": "web",
            "vpc_id": {"$ref": "vpc-main.id"},
            "ingress": [
                {
                    "from_port": 80,
                    "to_port": 80,
                    "protocol": "tcp",
                    "cidr_blocks": [{"$ref": "vpc-main.cidr_block"}],
                    "description": "",
                    "ipv6_cidr_blocks": [],
                    "prefix_list_ids": [],
                    "security_groups": [],
                    "self": False,
                }
            ],
        },
        ("vpc-main",),
    ),
    "note": (
        "aws_s3_bucket_object",
        {"bucket": {"$ref": "logs.bucket"}, "key": "note.txt", "content": TEMPLATES},
        ("logs",),
    ),
}


@dataclass(frozen=True)
class Cloud:
    """A moto server with the resources, and how to run OpenTofu against it."""

    tofu: Path
    environment: Mapping[str, str]
    project: Project
    resources: tuple[Resource, ...]
    home: Path

    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run OpenTofu in a folder and return what it printed."""
        return subprocess.run(
            [self.tofu, *arguments],
            cwd=folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def changes(self, folder: Path) -> dict[str, dict[str, Any]]:
        """Plan a folder and return OpenTofu's change objects by address."""
        planned = self.run(folder, "plan", "-no-color", "-input=false", "-out=plan")
        assert planned.returncode == 0, planned.stderr
        shown = json.loads(self.run(folder, "show", "-json", "plan").stdout)
        return {c["address"]: c["change"] for c in shown["resource_changes"]}

    def export(self, resource_id: str | None, form: ExportFormat) -> Export:
        """Run the use case with the product's own adapters."""
        return anyio.run(partial(self._export, resource_id, form))

    async def _export(self, resource_id: str | None, form: ExportFormat) -> Export:
        async with open_services(Settings(home=self.home, tofu=self.tofu)) as services:
            async with services.store.transaction() as transaction:
                if await transaction.projects.find(self.project.name) is None:
                    await transaction.projects.add(self.project)
                    for resource in self.resources:
                        await transaction.resources.save(resource)
            return await export(services, person("ada"), self.project.name, resource_id, form)


@pytest.fixture(scope="module")
def cloud(
    tmp_path_factory: pytest.TempPathFactory,
    tofu: Path,
    aws_package: Path,
    provider_settings: JsonObject,
    aws_environment: Mapping[str, str],
) -> Iterator[Cloud]:
    """Make the resources with one apply and keep them as the engine would."""
    folder = tmp_path_factory.mktemp("made")
    overrides = folder / "cli.tofurc"
    address = "registry.opentofu.org/hashicorp/aws"
    overrides.write_text(
        f'provider_installation {{\n  dev_overrides {{\n    "{address}" = "{aws_package}"\n  }}\n}}\n'
    )
    environment = {**os.environ, **aws_environment, "TF_CLI_CONFIG_FILE": str(overrides)}
    made = Cloud(
        tofu, environment, project(provider_settings={"hashicorp/aws": provider_settings}), (), folder
    )
    blocks: dict[str, dict[str, Any]] = {}
    for name, (kind, config, needs) in CONFIGS.items():
        wanted = {**_as_template(config), "depends_on": [f"{CONFIGS[n][0]}.{n}" for n in needs]}
        blocks.setdefault(kind, {})[name] = wanted
    work = tmp_path_factory.mktemp("work")
    document = {
        "terraform": {"required_providers": {"aws": {"source": address}}},
        "provider": {"aws": provider_settings},
        "resource": blocks,
    }
    (work / "main.tf.json").write_text(json.dumps(document))
    applied = made.run(work, "apply", "-auto-approve", "-no-color")
    assert applied.returncode == 0, applied.stderr
    assert made.run(work, "apply", "-refresh-only", "-auto-approve", "-no-color").returncode == 0
    state = json.loads((work / "terraform.tfstate").read_text())
    resources = tuple(_stored(name, state, made.project) for name in CONFIGS)
    with pytest.MonkeyPatch.context() as patch:
        for key, value in aws_environment.items():
            patch.setenv(key, value)
        yield Cloud(tofu, environment, made.project, resources, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def hcl(cloud: Cloud) -> Export:
    """Export the whole project in native syntax, once."""
    return cloud.export(None, ExportFormat.HCL)


@pytest.fixture(scope="module")
def state(cloud: Cloud) -> Export:
    """Export the whole project's state, once."""
    return cloud.export(None, ExportFormat.STATE)


@pytest.fixture
def folder(tmp_path: Path, hcl: Export) -> Path:
    """Write the export as a person would, with the secret that it asks for beside it."""
    _write(tmp_path, hcl)
    (tmp_path / "secrets.auto.tfvars.json").write_text(json.dumps({"secret_value": SECRET}))
    return tmp_path


@pytest.mark.requirement("2.3.export-state")
def test_with_the_exported_state_a_plan_of_the_exported_folder_changes_nothing(
    cloud: Cloud, folder: Path, state: Export
) -> None:
    _write(folder, state)
    planned = cloud.run(folder, "plan", "-no-color", "-detailed-exitcode")
    assert (planned.returncode, planned.stderr) == (0, ""), planned.stdout


@pytest.mark.requirement("2.3.export-imports")
def test_with_the_import_blocks_alone_a_plan_changes_only_what_the_comments_name(
    cloud: Cloud, folder: Path, hcl: Export
) -> None:
    changes = cloud.changes(folder)
    imported = {address: c for address, c in changes.items() if "importing" in c}
    assert set(changes) - set(imported) == {"aws_s3_bucket_object.note"}
    assert {tuple(c["actions"]) for c in imported.values()} <= {("no-op",), ("update",)}
    assert _named(hcl.files["imports.tf"]) == {a: n for a, c in imported.items() if (n := _changed(c))}
    assert _named(hcl.files["imports.tf"])["aws_s3_bucket.logs"] == {"acl", "force_destroy"}


def test_the_files_are_laid_out_as_tofu_fmt_lays_out_and_are_valid(cloud: Cloud, folder: Path) -> None:
    formatted = cloud.run(folder, "fmt", "-check", "-diff", "-no-color")
    assert (formatted.returncode, formatted.stdout) == (0, "")
    validated = cloud.run(folder, "validate", "-json")
    assert json.loads(validated.stdout)["valid"], validated.stdout


def test_no_file_of_a_configuration_holds_a_secret(cloud: Cloud, hcl: Export, state: Export) -> None:
    written = "\n".join(
        [*hcl.files.values(), *cloud.export(None, ExportFormat.JSON).files.values(), *hcl.notes]
    )
    assert "hunter2" not in written
    assert "hunter2" in state.files["terraform.tfstate"]
    assert [note for note in hcl.notes if "secret_value" in note]


def test_a_type_that_cannot_be_imported_has_a_comment_instead_of_an_import_block(hcl: Export) -> None:
    words = "aws_s3_bucket_object.note has no import block: its type cannot be imported."
    assert f"# {words}" in hcl.files["imports.tf"]
    assert "to = aws_s3_bucket_object.note" not in hcl.files["imports.tf"]
    assert words in hcl.notes


def test_references_and_bare_dependencies_are_written(hcl: Export) -> None:
    main = hcl.files["main.tf"]
    assert "vpc_id     = aws_vpc.vpc-main.id" in main
    assert "cidr_blocks      = [aws_vpc.vpc-main.cidr_block]" in main
    assert "depends_on = [aws_s3_bucket.logs]" in main
    assert main.index('"vpc-main"') < main.index('"inner"')


def test_the_json_form_says_the_same(cloud: Cloud, tmp_path: Path, folder: Path) -> None:
    other = tmp_path / "json"
    other.mkdir()
    _write(other, cloud.export(None, ExportFormat.JSON))
    (other / "secrets.auto.tfvars.json").write_text(json.dumps({"secret_value": SECRET}))
    assert cloud.changes(other) == cloud.changes(folder)


def test_one_resource_alone_has_the_present_values_of_what_it_refers_to(cloud: Cloud, tmp_path: Path) -> None:
    exported = cloud.export("inner", ExportFormat.HCL)
    vpc = next(r.state for r in cloud.resources if r.resource_id == "vpc-main")
    assert vpc is not None
    assert f'vpc_id     = "{vpc.object_id}"' in exported.files["main.tf"]
    assert "# vpc_id referred to vpc-main.id; it has the present value" in exported.files["main.tf"]
    _write(tmp_path, exported)
    _write(tmp_path, cloud.export("inner", ExportFormat.STATE))
    assert cloud.run(tmp_path, "plan", "-detailed-exitcode").returncode == 0


def test_an_object_that_is_gone_from_the_cloud_has_no_import_block(cloud: Cloud) -> None:
    logs = next(r for r in cloud.resources if r.resource_id == "logs")
    lost = logs.model_copy(update={"resource_id": "lost", "import_id": "never-there"})
    home = cloud.home.parent / "lost"
    home.mkdir()
    world = Cloud(cloud.tofu, cloud.environment, cloud.project, (logs, lost), home)
    exported = world.export(None, ExportFormat.HCL)
    assert "lost has no import block: the cloud has no object with its id." in exported.files["imports.tf"]
    assert "to = aws_s3_bucket.logs" in exported.files["imports.tf"]
    assert exported.untrusted_reason is None


def test_an_export_without_the_cloud_says_that_nothing_was_checked(cloud: Cloud) -> None:
    settings = dict(cloud.project.provider_settings["hashicorp/aws"])
    nowhere = {
        **settings,
        "max_retries": 0,
        "endpoints": [dict.fromkeys(("s3", "iam", "sts", "ec2"), "http://127.0.0.1:9")],
    }
    lost = project(provider_settings={"hashicorp/aws": nowhere})
    home = cloud.home.parent / "nowhere"
    home.mkdir()
    bucket = next(r for r in cloud.resources if r.resource_id == "logs")
    exported = Cloud(cloud.tofu, cloud.environment, lost, (bucket,), home).export(None, ExportFormat.HCL)
    assert exported.notes == ("The import blocks were not checked: no plan could be made.",)
    assert "connection refused" in (exported.untrusted_reason or "")
    assert "to = aws_s3_bucket.logs" in exported.files["imports.tf"]


def test_what_an_older_version_wrote_is_exported_at_the_one_that_the_project_uses(cloud: Cloud) -> None:
    logs, vpc = (next(r for r in cloud.resources if r.resource_id == n) for n in ("logs", "vpc-main"))
    older = logs.model_copy(update={"provider_version": "2.70.0"})
    home = cloud.home.parent / "two"
    home.mkdir()
    world = Cloud(cloud.tofu, cloud.environment, cloud.project, (older, vpc), home)
    exported = world.export(None, ExportFormat.HCL)
    assert '"= 3.39.0"' in exported.files["versions.tf"]
    assert "2.70.0" not in "".join(exported.files.values())


def _as_template(value: Any) -> Any:
    if isinstance(value, dict) and "$ref" in value:
        name, path = value["$ref"].split(".", 1)
        return f"${{{CONFIGS[name][0]}.{name}.{path}}}"
    if isinstance(value, dict):
        return {_as_template(k): _as_template(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_as_template(item) for item in value]
    return value.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else value


def _stored(name: str, document: Any, owner: Project) -> Resource:
    kind, config, needs = CONFIGS[name]
    return Resource(
        project_id=owner.id,
        resource_id=name,
        resource_type=kind,
        provider="hashicorp/aws",
        provider_version="3.39.0",
        config=config,
        state=read_instance(document, kind, name),
        # What the schema calls sensitive of these types.
        sensitive={"value": kind == "aws_ssm_parameter"},
        depends_on=needs,
        version=1,
        operation_id=OPERATION_ID,
        created_at=MOMENT,
    )


def _write(folder: Path, exported: Export) -> None:
    for name, content in exported.files.items():
        (folder / name).write_text(content)


def _named(text: str) -> dict[str, set[str]]:
    """Read the attributes that the comments name, by the address of the import block below them."""
    named: dict[str, set[str]] = {}
    for block in text.split("\n\n"):
        lines = block.splitlines()
        address = next((line.split(" = ")[1] for line in lines if line.startswith("  to = ")), "")
        listed = [line.rsplit(": ")[-1] for line in lines if line.startswith("# ") and ": " in line]
        names = {name for text in listed for name in text.rstrip(".").split(", ")}
        if address and names:
            named[address] = names
    return named


def _changed(change: Mapping[str, Any]) -> set[str]:
    empty: tuple[Any, ...] = (None, [], {})
    before, after = change["before"], change["after"]
    return {
        key
        for key in before.keys() | after.keys() | change["after_unknown"].keys()
        if before.get(key) != after.get(key)
        and not (_bare(before.get(key)) in empty and _bare(after.get(key)) in empty)
    }


def _bare(value: Any) -> Any:
    """Reduce an object whose members are all null to one without members."""
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value
