"""Which of the caller's environment variables reach providers: an allow-list; others set them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.core.errors import InvalidInput
from engine.core.providers.credentials import is_credential
from engine.core.values import REDACTED

# What any program needs; providers that are only asked for their schema are given nothing else.
PROGRAMS: Final = ("LANG", "PATH", "TMPDIR", "TZ")
# Where programs find files of their user, and the network.
NETWORK: Final = (
    "HOME", "XDG_CONFIG_HOME", "SSL_CERT_DIR", "SSL_CERT_FILE", "NO_PROXY", "no_proxy",
)  # fmt: skip
# Passed without the user and the password that their URL may hold, unless the operator names them.
PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
# Where the providers of each cloud look for credentials, profiles, regions and endpoints; `*` ends a family.
CLOUDS: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS": ("AWS_*",),
    "Azure": ("ARM_*", "AZURE_*", "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "MSI_SECRET"),
    "Google Cloud": ("CLOUDSDK_*", "GCE_METADATA_HOST", "GCLOUD_*", "GOOGLE_*", "USER_PROJECT_OVERRIDE"),
    "Kubernetes": ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "KUBE_*"),
}
# Never passed, whoever asks: they steer OpenTofu, the engine or the loader of programs, or are their secrets.
NEVER: Final = ("DYLD_", "INTENT_", "LD_", "OPENTOFU_", "TF_", "TOFU_")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
# Secrets whose names do not say so.
_SECRETS: Final = frozenset({"IDENTITY_HEADER"})
# A shorter one would blank half of any text, and no cloud gives one.
_SECRET_MIN_CHARS: Final = 8
_GO_SPELLS: Final = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}
_USER_IN_URL: Final = re.compile(r"^((?:[a-z][a-z0-9+.-]*://)?).*@", re.DOTALL | re.IGNORECASE)
_PASSWORD_IN_URL: Final = re.compile(r"^(?>(?:[a-z][a-z0-9+.-]*://)?)[^:@]*:(.+)@", re.DOTALL | re.IGNORECASE)


def program_variables(caller: Mapping[str, str]) -> dict[str, str]:
    """Return what any program needs, and nothing that leads to a credential or to the network."""
    return _chosen(caller, PROGRAMS)


def provider_variables(caller: Mapping[str, str], more: Sequence[str] = ()) -> dict[str, str]:
    """Return what leads providers to the network and to their clouds.

    `more` names further variables, and proxies that keep their user and password.
    """
    patterns = [*NETWORK, *(name for names in CLOUDS.values() for name in names), *more]
    # INVARIANT: a proxy's user and password reach no child unasked; its address does, lest one goes round it.
    proxies = {name: _USER_IN_URL.sub(r"\1", value) for name, value in _chosen(caller, PROXIES).items()}
    return {**proxies, **_chosen(caller, patterns)}


def secret_texts(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the secrets among variables in every spelling in which words may quote them, longest first."""
    found = (secret for name, value in environment.items() for secret in _secrets(name, value))
    secrets = {secret for secret in found if len(secret) >= _SECRET_MIN_CHARS}
    # OpenTofu's JSON, which is Go's, spells some characters by their numbers.
    quoted = {json.dumps(value, ensure_ascii=False)[1:-1] for value in secrets}
    spelt = secrets | quoted | {text.translate(_GO_SPELLS) for text in quoted}
    return tuple(sorted(spelt, key=len, reverse=True))


def concealed(text: str, secrets: Sequence[str]) -> str:
    """Return a text with each of these secrets replaced."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    return text


def parse_variables(text: str) -> tuple[str, ...]:
    """Return the names of a comma-separated list, sorted, each once.

    Raises:
        InvalidInput: one is no name of a variable, or one that is never passed.
    """
    names = sorted({name.strip() for name in text.split(",") if name.strip()})
    for name in names:
        if _NAME.fullmatch(name) is None:
            raise InvalidInput(
                f"{name!r} is no name of a variable", hint="name them in full, with commas between"
            )
        if name.upper().startswith(NEVER):
            raise InvalidInput(
                f"{name} is never passed on: it steers OpenTofu, the engine or the loader of programs",
                hint="leave it out",
            )
    return tuple(names)


def _secrets(name: str, value: str) -> Iterator[str]:
    if name in _SECRETS or is_credential(name.lower(), value):
        yield value
    if name in PROXIES and (login := _PASSWORD_IN_URL.match(value)) is not None:
        yield login[1]


def _chosen(caller: Mapping[str, str], patterns: Sequence[str]) -> dict[str, str]:
    names = {pattern for pattern in patterns if not pattern.endswith("*")}
    families = tuple(pattern.removesuffix("*") for pattern in patterns if pattern.endswith("*"))
    return {name: value for name, value in caller.items() if name in names or name.startswith(families)}
