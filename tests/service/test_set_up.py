"""The use case of set-up: the order of sources, what stops it, what it says."""

from pathlib import Path

import pytest

from engine.core.errors import EngineError, IntegrityFailed, NotSetUp, RegistryFailed
from engine.ports.artifacts import Installed, Step, StepKind, Wanted
from engine.service.setup import SetUpItem, SetUpReport, set_up
from engine.testing.artifacts import FakeShelf, FakeSource, FakeWorkspace, Heard

THERE = Installed(version="1.6.2", executable=Path("bin/tofu"), sha256="1" * 64, source="on PATH")


def _wanted(shelf: FakeShelf, *sources: FakeSource) -> Wanted:
    return Wanted(name="OpenTofu", shelf=shelf, sources=sources, mend="install it")


@pytest.mark.requirement("2.2.idempotent")
@pytest.mark.anyio
async def test_what_is_there_is_only_reported(tmp_path: Path) -> None:
    source, workspace, heard = FakeSource("first"), FakeWorkspace(tmp_path), Heard()
    report = await set_up([_wanted(FakeShelf([THERE]), source)], workspace, heard)
    assert report == SetUpReport(items=(SetUpItem(name="OpenTofu", state="found", **THERE.model_dump()),))
    assert (source.calls, workspace.reserved) == (0, 0)
    assert heard.steps == [
        Step(
            kind=StepKind.FOUND,
            subject="OpenTofu",
            text="version 1.6.2 is there (on PATH), SHA-256 111111111111…",
        )
    ]


@pytest.mark.requirement("2.2.tofu-order", "2.2.provider-sources")
@pytest.mark.anyio
@pytest.mark.parametrize("failure", [RegistryFailed("not reachable"), NotSetUp("npm is not there")])
async def test_a_source_that_cannot_give_it_is_named_and_the_next_one_is_tried(
    tmp_path: Path, failure: EngineError
) -> None:
    shelf, first, second, third = (
        FakeShelf([None]),
        FakeSource("first", failure),
        FakeSource("second"),
        FakeSource("third"),
    )
    heard = Heard()
    report = await set_up([_wanted(shelf, first, second, third)], FakeWorkspace(tmp_path), heard)
    assert [(item.state, item.source) for item in report.items] == [("installed", "second")]
    assert (first.calls, second.calls, third.calls) == (1, 1, 0)
    assert heard.texts(StepKind.UNAVAILABLE) == [f"first: {failure.message}; next: second"]


@pytest.mark.anyio
async def test_a_source_that_gives_something_wrong_ends_it(tmp_path: Path) -> None:
    shelf, second = FakeShelf([None]), FakeSource("second")
    wanted = _wanted(shelf, FakeSource("first", IntegrityFailed("other hash")), second)
    with pytest.raises(IntegrityFailed, match="other hash"):
        await set_up([wanted], FakeWorkspace(tmp_path), Heard())
    assert (shelf.placed, second.calls) == ([], 0)


@pytest.mark.anyio
async def test_when_no_source_gives_it_the_reasons_and_the_way_out_are_named(tmp_path: Path) -> None:
    first, second = (
        FakeSource("first", RegistryFailed("not reachable")),
        FakeSource("second", RegistryFailed("HTTP 503")),
    )
    heard = Heard()
    with pytest.raises(NotSetUp) as caught:
        await set_up([_wanted(FakeShelf([None]), first, second)], FakeWorkspace(tmp_path), heard)
    assert caught.value.hint == "install it"
    assert caught.value.facts["sources"] == {"first": "not reachable", "second": "HTTP 503"}
    assert heard.texts(StepKind.UNAVAILABLE)[-1] == "second: HTTP 503; there is no other source"


@pytest.mark.anyio
async def test_what_changed_since_it_was_installed_is_brought_again(tmp_path: Path) -> None:
    shelf, heard = FakeShelf([IntegrityFailed("tofu is not the file that was installed")]), Heard()
    report = await set_up([_wanted(shelf, FakeSource("first"))], FakeWorkspace(tmp_path), heard)
    assert [item.state for item in report.items] == ["installed"]
    assert heard.texts(StepKind.NOTICE) == ["tofu is not the file that was installed; is brought again"]


@pytest.mark.anyio
async def test_what_another_run_brought_meanwhile_is_not_fetched_again(tmp_path: Path) -> None:
    source = FakeSource("first")
    report = await set_up([_wanted(FakeShelf([None, THERE]), source)], FakeWorkspace(tmp_path), Heard())
    assert ([item.state for item in report.items], source.calls) == (["found"], 0)
