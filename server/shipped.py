"""Where the data that ships with the code lies, in a checkout and in an installed wheel. Reads none of it."""

from pathlib import Path

import engine

_PACKAGE = Path(engine.__file__).parent


def checkout_folder() -> Path | None:
    """Return the root of the checkout that the code runs from, or None when it runs from a wheel."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "policies").is_dir() else None


def policies_folder() -> Path:
    """Return the folder of the shipped policies: `guardrails/`, `lib/` and `schemas/` lie in it."""
    return _shipped("policies")


def provider_manifest() -> Path:
    """Return the file that pins the providers which set-up fetches."""
    return _shipped("providers_cache") / "manifest.toml"


def _shipped(name: str) -> Path:
    root = checkout_folder()
    return root / name if root is not None else _PACKAGE / f"_{name}"
