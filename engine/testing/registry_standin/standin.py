"""The stand-in itself: what it offers, what it does wrong, what it was asked. Not for other machines."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from engine.core.addrs import ProviderPin
from engine.testing.registry_standin.answers import Answer, Page
from engine.testing.registry_standin.certificates import Authority
from engine.testing.registry_standin.documentation import (
    SEARCH,
    document_page,
    recorded_entities,
    recorded_pages,
    search,
)
from engine.testing.registry_standin.faults import Fault, Trouble, Troubles
from engine.testing.registry_standin.publishing import (
    MIRROR,
    PROVIDERS,
    Offer,
    json_page,
    provider_pages,
    release_pages,
)
from engine.testing.registry_standin.serving import Asked, Serving
from engine.testing.registry_standin.signing import Keys, zip_of
from engine.testing.registry_standin.spoiling import answer_to, spoilt_page


class RegistryStandIn:
    """A registry with its documentation, a network mirror and a release page; use it as a context manager.

    It serves discovery at `/.well-known/terraform.json`, the docs API below `/registry/docs`, the network
    mirror at `mirror_url`, releases of OpenTofu below `/releases`, and `/opentofu.asc`, the key that signs.

    Args:
        fault: one that is in place from the start, at its own places.
        tls: speak TLS, with a certificate of `authority`.
        host: a name that the certificate has too, and that addresses in documents have instead of 127.0.0.1.

    Attributes:
        entities: what a search finds something among, as its answers have it.
    """

    def __init__(self, fault: Fault = Fault.NONE, *, tls: bool = False, host: str = "") -> None:
        self.entities = recorded_entities()
        self._authority = Authority() if tls else None
        self._keys = Keys()
        self._offers: dict[str, list[Offer]] = {}
        self._troubles = Troubles()
        if fault is not Fault.NONE:
            self._troubles.make(Trouble(fault))
        context = None if self._authority is None else self._authority.server_context([host] if host else [])
        self._serving = Serving(self._answer, context)
        self._shown = f"https://{host}" if host else self.url
        self._pages: dict[str, Page] = {
            **recorded_pages(),
            "/.well-known/terraform.json": json_page({"providers.v1": PROVIDERS}),
            "/opentofu.asc": Page(self._keys.armored().encode(), "application/pgp-keys"),
        }

    def __enter__(self) -> Self:
        """Start to serve."""
        self._serving.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop and close the port."""
        self._serving.stop()

    @property
    def url(self) -> str:
        """The root, without a slash at the end."""
        return f"{'http' if self._authority is None else 'https'}://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return self._serving.port

    @property
    def mirror_url(self) -> str:
        """The root of the network mirror, with a slash at the end."""
        return f"{self.url}{MIRROR}"

    @property
    def authority(self) -> bytes:
        """The certificate (PEM) that vouches for the stand-in's own; empty without TLS."""
        return b"" if self._authority is None else self._authority.pem

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key that is shown, upper case."""
        return self._keys.fingerprint(other=self._troubles.holds(Fault.OTHER_KEY))

    def add_provider(
        self,
        pin: ProviderPin,
        platform: str,
        files: Sequence[tuple[str, bytes]] = (),
        *,
        archive: bytes | None = None,
        newer: bool = False,
    ) -> None:
        """Offer a provider version whose zip holds these files, or which is this archive as it is.

        The newer form of the registry's answer gives the hashes of every platform too.
        """
        offer = Offer(pin, platform, zip_of(files) if archive is None else archive, newer=newer)
        offers = self._offers.setdefault(pin.address.full, [])
        offers[:] = [one for one in offers if (one.pin, one.platform) != (pin, platform)] + [offer]
        self._pages |= provider_pages(self._shown, self._keys, offers)

    def add_release(self, version: str, platform: str, executable: bytes) -> None:
        """Offer a release of OpenTofu."""
        archive = zip_of([("LICENSE", b"as you like"), ("tofu", executable)])
        self._pages |= release_pages(self._keys, version, platform, archive)

    def add_document(self, path: str, content: bytes) -> None:
        """Put a page of the docs API at a path that ends in `.json` or `.md`."""
        self._pages[path] = document_page(path[path.rindex(".") :], content)

    def make(self, trouble: Trouble) -> None:
        """Let something go wrong from now on."""
        self._troubles.make(trouble)

    def mend(self, *faults: Fault) -> None:
        """End these faults, or all; what is held goes on."""
        self._troubles.end(*faults)
        self._serving.release()

    def release(self) -> None:
        """Let every request go on that `SLOW` holds, and hold no further ones."""
        self.mend(Fault.SLOW)

    def wait_until_held(self, count: int = 1) -> None:
        """Wait until `SLOW` holds that many requests.

        Raises:
            TimeoutError: that did not happen within a minute.
        """
        self._serving.wait_until_held(count)

    @property
    def asked(self) -> Sequence[Asked]:
        """Every request so far."""
        return tuple(self._serving.log)

    @property
    def requests(self) -> Sequence[str]:
        """Path and query of every request so far."""
        return [one.target for one in self.asked]

    def count(self, path: str = "*") -> int:
        """Return how many requests there were for paths of a pattern, queries left out."""
        return len(self._of(path))

    def sent_bytes(self, path: str = "*") -> int:
        """Return how many bytes of bodies were sent for paths of a pattern."""
        return sum(one.sent_bytes for one in self._of(path))

    def forget(self) -> None:
        """Count from nothing again."""
        self._serving.log.clear()

    def _of(self, path: str) -> Sequence[Asked]:
        return [one for one in self.asked if fnmatchcase(urlsplit(one.target).path, path)]

    def _answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(target)
        trouble = self._troubles.take(parts.path)
        page = search(self.entities, parts.query) if parts.path == SEARCH else self._pages.get(parts.path)
        spoilt = spoilt_page(page, trouble, self._keys.armored(other=True))
        return answer_to(spoilt, target, headers, trouble)
