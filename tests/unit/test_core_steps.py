"""Steps of an operation's journal."""

from datetime import UTC, datetime

from engine.core.operations.steps import EffectEvent, Step, StepEvent, StepKind, StepOutcome

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_step_is_open_until_its_outcome_is_noted() -> None:
    step = Step(
        operation_id="o", number=1, kind=StepKind.APPLY, fencing_token=1, worker="host:1:0", begun_at=AT
    )
    assert (step.ended_at, step.outcome) == (None, None)
    done = step.model_copy(update={"ended_at": AT, "outcome": StepOutcome.DONE})
    assert Step.model_validate_json(done.model_dump_json()) == done


def test_an_event_of_a_step_keeps_the_id_that_the_provider_gave() -> None:
    event = EffectEvent(type="apply_complete", action="create", object_id="vpc-1")
    noted = StepEvent(operation_id="o", step=2, number=1, at=AT, event=event)
    assert StepEvent.model_validate_json(noted.model_dump_json()) == noted
