"""The pages of the registry protocol and of the network mirror protocol for what is offered.

The protocols: https://opentofu.org/docs/internals/provider-registry-protocol/ and
https://opentofu.org/docs/internals/provider-network-mirror-protocol/.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pydantic import JsonValue

from engine.core.addrs import ProviderPin
from engine.testing.registry_standin.answers import Page
from engine.testing.registry_standin.signing import Keys, checksums, h1_of, sha256, zh_of

PROVIDERS: Final = "/v1/providers/"
MIRROR: Final = "/mirror/"


@dataclass(frozen=True)
class Offer:
    """One archive.

    Attributes:
        newer: the download document has `packages` with the hashes of every platform's archive too.
    """

    pin: ProviderPin
    platform: str
    archive: bytes
    protocols: tuple[str, ...] = ("5.0",)
    newer: bool = False

    @property
    def prefix(self) -> str:
        """What the names of a version's files begin with."""
        return f"terraform-provider-{self.pin.address.name}_{self.pin.version}"

    @property
    def filename(self) -> str:
        """The archive's name."""
        return f"{self.prefix}_{self.platform}.zip"

    @property
    def hashes(self) -> list[JsonValue]:
        """The archive's hashes as lock files have them; of what is no archive there is only one."""
        opened = zipfile.is_zipfile(io.BytesIO(self.archive))
        return [*([h1_of(self.archive)] if opened else []), zh_of(self.archive)]


def json_page(value: JsonValue, max_age_seconds: int | None = None) -> Page:
    """Return a page of JSON."""
    return Page(json.dumps(value).encode(), "application/json", max_age_seconds)


def binary_page(content: bytes) -> Page:
    """Return a page of bytes."""
    return Page(content, "application/octet-stream")


def provider_pages(url: str, keys: Keys, offers: Sequence[Offer]) -> Mapping[str, Page]:
    """Return every page about one provider of which these archives are offered; `url` is their root."""
    address = offers[0].pin.address
    root = f"{PROVIDERS}{address.namespace}/{address.name}"
    mirror = f"{MIRROR}{address.full}"
    pages: dict[str, Page] = {}
    listed: list[JsonValue] = []
    ordered = sorted(offers, key=lambda offer: offer.pin.version, reverse=True)
    for version, group in groupby(ordered, key=lambda offer: str(offer.pin.version)):
        same = list(group)
        platforms: list[JsonValue] = [_platform(one) for one in same]
        listed.append({"version": version, "protocols": [*same[0].protocols], "platforms": platforms})
        pages |= _files(f"/files/{address.namespace}/{address.name}/{version}", keys, same)
        for one in same:
            pages[f"{root}/{version}/download/{one.platform.replace('_', '/')}"] = _download(
                url, keys, one, same
            )
            pages[f"{mirror}/{one.filename}"] = binary_page(one.archive)
        archives: dict[str, JsonValue] = {
            one.platform: {"url": one.filename, "hashes": one.hashes} for one in same
        }
        pages[f"{mirror}/{version}.json"] = json_page({"archives": archives})
    pages[f"{root}/versions"] = json_page({"versions": listed})
    numbers: dict[str, JsonValue] = {str(offer.pin.version): {} for offer in ordered}
    pages[f"{mirror}/index.json"] = json_page({"versions": numbers})
    return pages


def release_pages(keys: Keys, version: str, platform: str, archive: bytes) -> Mapping[str, Page]:
    """Return the pages of a release of OpenTofu."""
    return _signed(
        f"/releases/v{version}",
        keys,
        f"tofu_{version}",
        ".gpgsig",
        {f"tofu_{version}_{platform}.zip": archive},
    )


def _platform(offer: Offer) -> dict[str, JsonValue]:
    system, architecture = offer.platform.split("_")
    return {"os": system, "arch": architecture}


def _files(folder: str, keys: Keys, offers: Sequence[Offer]) -> Mapping[str, Page]:
    manifest = {"version": 1, "metadata": {"protocol_versions": [*offers[0].protocols]}}
    # Real lists name this file too, and lock files get its hash like that of an archive.
    files = {f"{offers[0].prefix}_manifest.json": json.dumps(manifest).encode()}
    files |= {offer.filename: offer.archive for offer in offers}
    return _signed(folder, keys, offers[0].prefix, ".sig", files)


def _signed(
    folder: str, keys: Keys, prefix: str, suffix: str, files: Mapping[str, bytes]
) -> Mapping[str, Page]:
    sums = checksums(files)
    pages = {f"{folder}/{name}": binary_page(content) for name, content in files.items()}
    pages[f"{folder}/{prefix}_SHA256SUMS"] = Page(sums, "text/plain")
    pages[f"{folder}/{prefix}_SHA256SUMS{suffix}"] = binary_page(keys.sign(sums))
    return pages


def _download(url: str, keys: Keys, offer: Offer, same: Sequence[Offer]) -> Page:
    address = offer.pin.address
    folder = f"{url}/files/{address.namespace}/{address.name}/{offer.pin.version}"
    document: dict[str, JsonValue] = {
        "protocols": [*offer.protocols],
        **_platform(offer),
        "filename": offer.filename,
        "download_url": f"{folder}/{offer.filename}",
        "shasum": sha256(offer.archive),
        "shasums_url": f"{folder}/{offer.prefix}_SHA256SUMS",
        "shasums_signature_url": f"{folder}/{offer.prefix}_SHA256SUMS.sig",
        "signing_keys": {
            "gpg_public_keys": [{"key_id": keys.fingerprint()[-16:], "ascii_armor": keys.armored()}]
        },
    }
    if offer.newer:
        document["packages"] = {
            one.platform: {"hashes": one.hashes, "package_size": len(one.archive)} for one in same
        }
    return json_page(document)
