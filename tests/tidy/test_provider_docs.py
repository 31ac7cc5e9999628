"""The page of providers lists what is refused by default, each with its reason."""

from engine.core.providers.allow import BUILT_IN
from tests.tidy.tree import ROOT


def test_the_page_names_every_provider_that_is_refused_by_default() -> None:
    page = (ROOT / "docs/reference/providers.md").read_text("utf-8")
    refused = [str(pattern).removeprefix("!") for pattern in BUILT_IN if pattern.refuses]
    assert [name for name in refused if f"`{name}`" not in page] == []
