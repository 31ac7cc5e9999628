"""Names in provider packages: platforms, files, the executable. Text from outside is parsed, never pasted."""

import re
from collections.abc import Iterable
from typing import Final

from engine.core.addrs import ProviderAddress
from engine.core.errors import IntegrityFailed, InvalidInput
from engine.core.limits import PACKAGE_FILE_NAME_MAX_CHARS, PACKAGE_FILES_MAX

_PLATFORM: Final = re.compile(r"[a-z0-9]{1,32}_[a-z0-9]{1,32}")
# A file system may take neither more nor others: printable ASCII without what a shell or Windows reads.
_PART: Final = re.compile(r"[A-Za-z0-9_.+@=,~()\[\] -]{1,200}")


def parse_platform(text: str, *, field: str = "platform") -> str:
    """Return a platform as OpenTofu spells it, such as `linux_amd64`; `field` is what an error names.

    Raises:
        InvalidInput: the text has another form.
    """
    if _PLATFORM.fullmatch(text) is None:
        raise InvalidInput(
            "a platform is an operating system and an architecture in lower case with _ between",
            field=field,
            hint="for example linux_amd64",
        )
    return text


def is_file_name(name: str) -> bool:
    """Tell whether a name leads to a file below the folder that it is taken from, on every system."""
    parts = name.split("/")
    return len(name) <= PACKAGE_FILE_NAME_MAX_CHARS and all(
        _PART.fullmatch(part) is not None
        and part.strip(". ") != ""
        and part[-1] not in ". "
        and part[0] != "-"
        for part in parts
    )


def check_file_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of a package's files, sorted.

    Raises:
        IntegrityFailed: a name leads elsewhere (`..`, `/x`), has characters beyond letters, digits and a few
            signs, is too long or stands twice (in lower case, as some file systems compare), one is the
            folder of another, or there are too many.
    """
    found: dict[str, str] = {}
    for name in names:
        if not is_file_name(name):
            raise _refused(f"a file name that is not accepted: {name[:100]!a}")
        if name.lower() in found or len(found) == PACKAGE_FILES_MAX:
            raise _refused(f"a name twice, in lower case, or more than {PACKAGE_FILES_MAX} files")
        found[name.lower()] = name
    for lower, name in found.items():
        parts = lower.split("/")
        if any("/".join(parts[:size]) in found for size in range(1, len(parts))):
            raise _refused(f"a file in a folder that is a file: {name}")
    return tuple(sorted(found.values()))


def executable_among(address: ProviderAddress, names: Iterable[str]) -> str:
    """Return the one file at the top of a package that OpenTofu takes for the provider's executable.

    Its rule: `terraform-provider-NAME`, alone or followed by `_` or `.`.

    Raises:
        IntegrityFailed: none or several are such files: OpenTofu might start another than we checked.
    """
    pattern = re.compile(rf"terraform-provider-{re.escape(address.name)}(?:[_.][^/]*)?")
    found = [name for name in names if pattern.fullmatch(name)]
    if len(found) != 1:
        raise IntegrityFailed(
            f"the package of {address} does not hold exactly one executable of the expected name",
            facts={"found": list(found[:10])},
        )
    return found[0]


def _refused(what: str) -> IntegrityFailed:
    return IntegrityFailed(f"the package holds {what}", hint="do not trust the source that it came from")
