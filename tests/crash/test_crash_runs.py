"""Engines, OpenTofu and providers are killed at every point and by chance: cloud and database still agree."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from server.demo.cloud import MockCloud
from tests.crash.campaign import Campaign, counts, story
from tests.crash.choice import by_chance, every_point
from tests.crash.gate import Side
from tests.crash.script import Act, Blow, Script

pytestmark = [
    pytest.mark.integration,
    pytest.mark.requirement("4.1.crash-harness", "4.7.crash", "4.security.43"),
]

SEED = "every build"


@pytest.fixture(scope="module")
def campaign(moto: MockCloud, tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """Return what plays runs before the session's cloud."""
    return Campaign(moto, tmp_path_factory.mktemp("crash"))


def played(campaign: Campaign, scripts: Sequence[Callable[[], Script]]) -> tuple[str, list[str]]:
    """Play runs; return their counts without what is honestly unknown, and what happened where faults are."""
    results = list(campaign.play_all(scripts))
    line, _, _ = counts(results).partition(" (")
    return line, [story(result) for result in results if result.findings]


def test_an_engine_that_is_killed_at_any_point_of_a_creation_loses_and_doubles_nothing(
    campaign: Campaign,
) -> None:
    scripts = list(every_point(Act.CREATE, "vpc", campaign.census))
    assert len(scripts) >= 20
    found = played(campaign, [partial(Script, s.act, s.subject, point=s.point) for s in scripts])
    assert found == (f"runs={len(scripts)} lost=0 doubled=0 wrong=0", [])


def test_whoever_is_killed_while_the_cloud_has_acted_and_not_answered_nothing_is_lost_or_doubled(
    campaign: Campaign,
) -> None:
    calls = campaign.census(Act.CREATE, "vpc").calls
    held = partial(Script, Act.CREATE, "vpc", call=calls.index("POST CreateVpc") + 1, side=Side.AFTER)
    blows = [
        (Blow.TOFU,),
        (Blow.PROVIDER,),
        (Blow.ASKED,),
        (Blow.URGED,),
        (Blow.ENGINE,),
        (Blow.ENGINE, Blow.TOFU),
        (Blow.ENGINE, Blow.TOFU, Blow.PROVIDER),
    ]
    found = played(campaign, [partial(held, blows=each) for each in blows])
    assert found == (f"runs={len(blows)} lost=0 doubled=0 wrong=0", [])


def test_kills_by_chance_lose_and_double_nothing(campaign: Campaign) -> None:
    found = played(campaign, [partial(by_chance, SEED, number, campaign.census) for number in range(1, 13)])
    assert found == ("runs=12 lost=0 doubled=0 wrong=0", [])
