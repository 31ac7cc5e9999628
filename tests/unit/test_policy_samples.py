"""How long samples are kept."""

from datetime import timedelta

from engine.core.limits import SAMPLE_KEEP_DAYS, SAMPLES_PER_POLICY
from engine.core.policy.samples import oldest_kept
from engine.testing import builders as new


def test_samples_are_kept_for_a_week_and_a_hundred_of_each_policy() -> None:
    assert (SAMPLE_KEEP_DAYS, SAMPLES_PER_POLICY) == (7, 100)
    assert oldest_kept(new.MOMENT) == new.MOMENT - timedelta(days=7)
