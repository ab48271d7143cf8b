from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from securelogin import Policy, WiringError
from securelogin.retention import Kept, Retention
from securelogin.rules.retention import BATCH, cutoffs, is_last, next_batch
from tests.wiring import START

DAY = timedelta(days=1)


def test_every_kind_has_its_retention():
    kept = [kind.value for kind in Kept]

    # The trail is shortened, and its new beginning sealed, by `AuditTrail.purge`.
    assert [*kept, "audit"] == [field.name for field in fields(Retention)]


def test_what_is_over_goes_after_its_retention():
    before = cutoffs(Retention(mails=3 * DAY), at=START)

    assert before[Kept.MAILS] == START - 3 * DAY
    assert before[Kept.ATTEMPTS] == START - 90 * DAY
    assert set(before) == set(Kept)


@pytest.mark.parametrize(
    ("gone", "limit", "batch"),
    [(0, 10_000, BATCH), (BATCH, BATCH + 7, 7), (9, 9, 0), (0, 0, 0), (0, -1, -1)],
)
def test_batches_are_bounded_and_reach_the_limit(gone, limit, batch):
    assert next_batch(gone, limit=limit) == batch


@pytest.mark.parametrize(("deleted", "last"), [(4, True), (5, False), (0, True)])
def test_batch_that_is_not_full_is_the_last(deleted, last):
    assert is_last(deleted, batch=5) is last


@pytest.mark.parametrize("field", fields(Retention), ids=lambda field: field.name)
@pytest.mark.parametrize("value", [timedelta(), DAY / 2, 4_000 * DAY, 90, None])
def test_retention_that_forgets_at_once_or_never_is_refused(field, value):
    with pytest.raises(WiringError, match=field.name):
        Retention(**{field.name: value})


def test_policy_takes_a_retention_and_nothing_else():
    assert Policy(retention=Retention(mails=DAY)).retention.mails == DAY
    with pytest.raises(WiringError, match="retention"):
        Policy(retention=DAY)  # type: ignore[arg-type]
