"""Which of the caller's environment variables reach providers: an allow-list; others set them."""

import re
from collections.abc import Mapping
from typing import Final

# What any program needs; providers that are only asked for their schema are given nothing else.
PROGRAMS: Final = ("LANG", "PATH", "TMPDIR", "TZ")
# Where programs find files of their user, and the network.
NETWORK: Final = (
    "HOME", "XDG_CONFIG_HOME", "SSL_CERT_DIR", "SSL_CERT_FILE", "NO_PROXY", "no_proxy",
)  # fmt: skip
# Passed without the user and the password that their URL may hold.
PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
# Where the providers of each cloud look for credentials, profiles, regions and endpoints; `*` ends a family.
CLOUDS: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS": ("AWS_*",),
    "Azure": ("ARM_*", "AZURE_*", "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "MSI_SECRET"),
    "Google Cloud": ("CLOUDSDK_*", "GCE_METADATA_HOST", "GCLOUD_*", "GOOGLE_*", "USER_PROJECT_OVERRIDE"),
    "Kubernetes": ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "KUBE_*"),
}
_USER_IN_URL: Final = re.compile(r"^((?:[a-z][a-z0-9+.-]*://)?).*@", re.DOTALL | re.IGNORECASE)


def program_variables(caller: Mapping[str, str]) -> dict[str, str]:
    """Return what any program needs, and nothing that leads to a credential or to the network."""
    return _chosen(caller, PROGRAMS)


def provider_variables(caller: Mapping[str, str]) -> dict[str, str]:
    """Return what providers are given of the caller's: what programs need, the network, and the clouds'."""
    patterns = [*PROGRAMS, *NETWORK, *(name for names in CLOUDS.values() for name in names)]
    # INVARIANT: a proxy's user and password reach no child; its address does, so that nobody goes round it.
    proxies = {name: _USER_IN_URL.sub(r"\1", value) for name, value in _chosen(caller, PROXIES).items()}
    return {**_chosen(caller, patterns), **proxies}


def _chosen(caller: Mapping[str, str], patterns: tuple[str, ...] | list[str]) -> dict[str, str]:
    names = {pattern for pattern in patterns if not pattern.endswith("*")}
    families = tuple(pattern.removesuffix("*") for pattern in patterns if pattern.endswith("*"))
    return {name: value for name, value in caller.items() if name in names or name.startswith(families)}
