"""The environment of a child: an allow-list of the caller's variables, and nothing else."""

from collections.abc import Mapping
from typing import Final

# What programs need to find their files and the network.
_PASSED: Final = frozenset(
    {
        "HOME", "LANG", "PATH", "TMPDIR", "TZ",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "SSL_CERT_DIR", "SSL_CERT_FILE",
    }
)  # fmt: skip
# Where the providers of the large clouds look for credentials.
_PASSED_PREFIXES: Final = ("AWS_", "ARM_", "AZURE_", "CLOUDSDK_", "GOOGLE_")


def child_environment(caller: Mapping[str, str]) -> dict[str, str]:
    """Return what a child is given: the allowed variables, and what keeps OpenTofu quiet."""
    passed = {
        name: value for name, value in caller.items() if name in _PASSED or name.startswith(_PASSED_PREFIXES)
    }
    return {**passed, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
