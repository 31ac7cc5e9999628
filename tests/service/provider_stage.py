"""A registry that knows the installed testing/fake and hashicorp/cloud, which is not installed."""

from pathlib import Path
from typing import Final

from engine.core.addrs import ProviderAddress, Version
from engine.ports.registry import Documentation, DocumentedType, Finding, OfferedVersion, PageKind
from engine.testing.engines import FakeEngine, make_services
from engine.testing.schemas import FAKE

PAGES: Final = Path(__file__).parents[1] / "golden" / "pages"
CLOUD: Final = ProviderAddress.parse("hashicorp/cloud")
V1, V2, V3 = (Version.parse(f"{number}.0.0") for number in (1, 2, 3))


def documented(name: str, kind: PageKind = PageKind.RESOURCE, subcategory: str = "") -> DocumentedType:
    """Return a type that has a page."""
    return DocumentedType(kind=kind, name=name, document=name.partition("_")[2], subcategory=subcategory)


def engine_with_registry() -> FakeEngine:
    """Return an engine of fakes with that registry."""
    engine = make_services()
    registry = engine.registry
    registry.offered = {
        FAKE: [OfferedVersion(version=V3, platforms=("any_any",)), OfferedVersion(version=V2)],
        CLOUD: [OfferedVersion(version=V2, platforms=("any_any", "other_any")), OfferedVersion(version=V1)],
    }
    registry.documented = {
        FAKE: [
            Documentation(address=FAKE, version=V2, types=(documented("fake_bucket", subcategory="Storage"),))
        ],
        CLOUD: [
            Documentation(
                address=CLOUD,
                version=V2,
                types=(
                    documented("cloud_box", subcategory="Boxes"),
                    documented("cloud_box", PageKind.DATA_SOURCE, "Boxes"),
                    documented("cloud_storage_bucket", subcategory="Storage"),
                    documented("cloud_shelf", PageKind.DATA_SOURCE),
                    documented("Not A Type"),
                ),
            )
        ],
    }
    registry.findings = [
        Finding(address=CLOUD, version=V2, popularity=5, description="A cloud."),
        Finding(address=CLOUD, kind=PageKind.RESOURCE, name="cloud_box", version=V2, title="cloud_box"),
        Finding(address=FAKE, kind=PageKind.RESOURCE, name="fake_bucket", popularity=3, description="Holds."),
    ]
    registry.pages = {
        "cloud_box": (PAGES / "sections.md").read_text(),
        "cloud_shelf": "# cloud_shelf\n\nFinds one.\n",
        "fake_bucket": (PAGES / "old.md").read_text(),
    }
    return engine
