"""The list of checksums of a provider's version, with its signature. Whether one is needed, others decide."""

from engine.adapters.registry.http import Downloads
from engine.adapters.registry.offers import OfferedPackage
from engine.adapters.registry.openpgp import check_signature, parse_key
from engine.core.limits import REGISTRY_SIGNATURE_MAX_BYTES, REGISTRY_SUMS_MAX_BYTES


async def signed_checksums(downloads: Downloads, package: OfferedPackage) -> tuple[bytes, str]:
    """Return the list and the fingerprint of the one of the package's keys that signed it.

    Raises:
        RegistryFailed: list or signature cannot be had.
        IntegrityFailed: none of the keys signed it, or a key cannot be read.
    """
    sums = await unsigned_checksums(downloads, package)
    signature = await downloads.document(package.signature_url, REGISTRY_SIGNATURE_MAX_BYTES, fresh=0.0)
    return sums, check_signature(sums, signature.body, [parse_key(key.encode()) for key in package.keys])


async def unsigned_checksums(downloads: Downloads, package: OfferedPackage) -> bytes:
    """Return the list as it is.

    Raises:
        RegistryFailed: it cannot be had.
    """
    # Never without a question: what was refused may have been mended since.
    return (await downloads.document(package.sums_url, REGISTRY_SUMS_MAX_BYTES, fresh=0.0)).body
