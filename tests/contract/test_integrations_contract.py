"""What every source of integrations must do: the caller's environment, and the fake."""

import pytest

from engine.adapters.integrations import CallerIntegrations
from engine.ports.integrations import Integrations
from engine.testing.integrations import FakeIntegrations

pytestmark = pytest.mark.anyio
_VARIABLES = {"AWS_PROFILE": "work", "AWS_REGION": "eu-west-1"}


@pytest.fixture(params=["caller", "fake"])
def integrations(request: pytest.FixtureRequest) -> Integrations:
    if request.param == "caller":
        return CallerIntegrations({**_VARIABLES, "OTHER": "not ours"})
    return FakeIntegrations({"one": _VARIABLES, "": _VARIABLES})


@pytest.mark.requirement("5.5.seam")
async def test_a_project_and_a_run_of_none_are_given_variables(integrations: Integrations) -> None:
    assert [dict(await integrations.environment(project)) for project in ("one", "")] == [_VARIABLES] * 2


async def test_only_the_fake_knows_projects_apart() -> None:
    fake = FakeIntegrations({"one": _VARIABLES})
    assert [dict(await fake.environment(project)) for project in ("one", "other")] == [_VARIABLES, {}]
    assert fake.asked == ["one", "other"]
