"""The errors of the engine."""

import pytest

from engine.core import errors
from engine.core.errors import Conflict, EngineError, Fault, InvalidInput

ALL = sorted(
    (c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, EngineError)),
    key=lambda c: c.__name__,
)


@pytest.mark.requirement("2.3.values")
def test_every_error_has_a_code_of_its_own() -> None:
    assert len({error.code for error in ALL}) == len(ALL)


@pytest.mark.parametrize("error", ALL)
def test_an_error_carries_its_facts_and_says_whose_fault_it_is(error: type[EngineError]) -> None:
    raised = error("no", field="a.b", hint="do so", facts={"n": 1}, untrusted="words")
    assert (str(raised), raised.field, raised.hint, dict(raised.facts)) == ("no", "a.b", "do so", {"n": 1})
    assert raised.untrusted == "words"
    assert isinstance(error.fault, Fault)


def test_an_error_is_said_of_another_field_and_stays_what_it_is() -> None:
    moved = InvalidInput("no", field="a", hint="h", facts={"n": 1}, untrusted="u").at("b")
    assert type(moved) is InvalidInput
    assert (moved.message, moved.field, moved.hint, dict(moved.facts), moved.untrusted) == (
        "no",
        "b",
        "h",
        {"n": 1},
        "u",
    )


def test_facts_cannot_be_changed_afterwards() -> None:
    given = {"n": 1}
    error = Conflict("no", facts={**given})
    with pytest.raises(TypeError):
        error.facts["n"] = 2  # type: ignore[index]  # that it is refused is what is tested
    assert dict(Conflict("no").facts) == {}
