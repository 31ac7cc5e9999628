"""Having OpenTofu say a provider's schema. What it says is text here; taking it apart is done elsewhere."""

from pathlib import Path

from engine.adapters.tofu.toolchain import Toolchain
from engine.adapters.tofu.workspace import CONFIG_FILE, Workspace, configuration
from engine.core.errors import NotSetUp
from engine.core.limits import PLAN_TIMEOUT_SECONDS
from engine.ports.mirror import ProviderPackage, Trusted


async def ask(toolchain: Toolchain, package: ProviderPackage, scratch: Path) -> str:
    """Return what `tofu providers schema -json` prints about a package, run in an empty private folder.

    Nobody's credentials are given to it: a schema needs none.

    Raises:
        NotSetUp: OpenTofu is not installed, or the folder cannot be written.
        IntegrityFailed: the package is not the one that was installed.
        ProviderFailed, RunnerFailed: OpenTofu or the provider failed.
    """
    try:
        provider = Trusted(pin=package.pin, hashes=package.hashes)
        Workspace(scratch).write_json(CONFIG_FILE, configuration(package.pin.address, {}))
        session = await toolchain.session(scratch, [provider])
    except OSError as error:
        raise NotSetUp(
            f"the working folder {scratch} cannot be written: {error.strerror}",
            hint="make it writable, or set INTENT_HOME to a folder that is",
        ) from error
    what = f"asking {package.pin} for its schema"
    return (await session.require(session.commands.schemas(), PLAN_TIMEOUT_SECONDS, what)).stdout
