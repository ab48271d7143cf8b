"""The contracts of `AuditLog` and `AuditRetention`.

Give a fixture `audit` (or `store`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar

import pytest

from securelogin.accounts import AccountId
from securelogin.adapters import AuditLog, AuditRetention
from securelogin.audit import START, AuditRecord
from securelogin.testing.answers import all_same, ask, number, unavailable
from securelogin.testing.contract import Contract
from securelogin.testing.races import call, race
from securelogin.testing.values import AT, HOUR, TICK, audit_record

__all__ = ["AuditLogContract", "AuditRetentionContract"]

EVER = AT + 999 * HOUR
ORDER = "by chain, then by number, up to `limit`, after the place"


def chain(name: str, length: int, /, **changes: Any) -> list[AuditRecord]:
    """Return the records of a chain, an hour apart."""
    return [
        audit_record(name, n + 1, **{"written_at": AT + n * HOUR, **changes})
        for n in range(length)
    ]


class _AuditContract(Contract):
    part = "audit"
    # Each needs what the other writes or reads.
    protocols: ClassVar[tuple[type, ...]] = (AuditLog, AuditRetention)

    @pytest.fixture
    def audit(self, store: Any) -> Any:
        """The adapter under test."""
        return store.audit

    @pytest.fixture
    def subject(self, audit: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(audit)

    @staticmethod
    def everything(subject: Any) -> list[AuditRecord]:
        """Return all that is kept, by a page after the other."""
        found: list[AuditRecord] = []
        place = START
        while page := ask(subject.page, place, limit=3):
            assert len(page) <= 3, f"page(limit=3) gave {len(page)}: {ORDER}."
            found += page
            place = page[-1].head
            assert len(found) < 1_000, f"page() goes in circles: {ORDER}."
        return found


class AuditLogContract(_AuditContract):
    """The contract of `AuditLog`. Give a fixture `audit` (or `store`)."""

    def test_every_field_comes_back_as_it_was_appended(self, subject: Any) -> None:
        odd = audit_record(
            "full",
            account=None,
            tenant="",
            subject="",
            facts='{"note":"tab\\t \\u2013"}',
            person="x" * 2_000,
            written_at=datetime.max.replace(tzinfo=AT.tzinfo) - TICK,
        )
        ask(subject.append, [odd])

        all_same([odd], self.everything(subject), what="page() after append()")

    def test_chains_come_one_after_the_other_and_in_order(self, subject: Any) -> None:
        one, other, like = chain("one", 4), chain("other", 3), chain("One", 2)
        for batch in (one[:2], other, one[2:], like):
            ask(subject.append, batch)

        found = self.everything(subject)

        for records in (one, other, like):
            name = records[0].chain
            all_same(
                records,
                [record for record in found if record.chain == name],
                what=f"the chain {name!r}, by pages: {ORDER}",
            )
        names = [record.chain for record in found]
        changes = sum(a != b for a, b in pairwise(names))
        assert changes == 2, (
            f"The records of 3 chains came as {names}. Chain after chain, each whole: "
            f"{ORDER}; look-alikes are two chains."
        )

    def test_a_batch_that_is_appended_again_stays_as_it_is(self, subject: Any) -> None:
        batch = chain("one", 3)
        ask(subject.append, batch)
        answer = ask(subject.append, batch)

        assert answer is None, f"append() answered {answer!r}, and promises None."
        all_same(
            batch,
            self.everything(subject),
            what="a batch that was appended twice, as one does who has no answer. "
            "Let chain and number be unique",
        )

    def test_the_last_record_of_each_chain_before_a_moment(self, subject: Any) -> None:
        one, other = chain("one", 4), chain("other", 2)
        # A batch is sealed in one moment: the number tells which was last.
        at_once = chain("together", 12, written_at=AT)
        for batch in (one, other, at_once):
            ask(subject.append, batch)
        told = "heads(): of each chain the last one written *before* that moment"

        for before, ends in (
            (EVER, [one[3], other[1], at_once[11]]),
            (AT + 2 * HOUR, [one[1], other[1], at_once[11]]),
            (AT + TICK, [one[0], other[0], at_once[11]]),
            (AT, []),
        ):
            found = ask(subject.heads, before=before, limit=9)
            by_name = sorted(found, key=lambda record: record.chain)
            all_same(ends, by_name, what=told)

    def test_chains_written_last_come_first(self, subject: Any) -> None:
        ends = [
            audit_record(f"c{n}", written_at=AT + timedelta(minutes=n))
            for n in (3, 1, 2)
        ]
        for end in ends:
            ask(subject.append, [end])

        all_same(
            [ends[0], ends[2]],
            ask(subject.heads, before=EVER, limit=2),
            what="heads(limit=2): those written last, the newest first",
        )

    def test_writers_at_once_each_get_their_chain_through(self, subject: Any) -> None:
        batches = [chain(f"writer {n}", 5) for n in range(self.threads)]

        race(subject, [call("append", batch) for batch in batches])

        found = self.everything(subject)
        assert len(found) == 5 * self.threads, (
            f"{len(found)} records are there, {5 * self.threads} were appended by "
            "many writers at once: all of a batch or none."
        )

    def test_another_instance_reads_the_trail(self, subject: Any, another: Any) -> None:
        batch = chain("one", 2)
        ask(subject.append, batch)

        all_same(
            batch,
            self.everything(another),
            what="what another instance has appended. Keep it in the backend",
        )

    def test_a_trail_raises_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.append, chain("one", 1))
        unavailable(away.page, START, limit=1)
        unavailable(away.heads, before=AT, limit=1)


class AuditRetentionContract(_AuditContract):
    """The contract of `AuditRetention`, for a log that can be written to as well.

    Give a fixture `audit` (or `store`).
    """

    def test_a_chain_is_shortened_from_its_beginning(self, subject: Any) -> None:
        one, other = chain("one", 5), chain("other", 5)
        ask(subject.append, one)
        ask(subject.append, other)

        for limit, gone, left in ((0, 0, 0), (2, 2, 2), (9, 1, 3), (9, 0, 3)):
            count = number(subject.purge, "one", through=3, limit=limit)
            rest = [r.number for r in self.everything(subject) if r.chain == "one"]
            assert (count, rest) == (gone, [r.number for r in one[left:]]), (
                f"purge(through=3, limit={limit}) answered {count} and left {rest}. "
                "The lowest numbers first, `limit` at most, and none above `through`."
            )
        all_same(
            other,
            [r for r in self.everything(subject) if r.chain == "other"],
            what="purge() takes of one chain, and not of others",
        )

    def test_each_goes_by_one_of_many_who_purge_at_once(self, subject: Any) -> None:
        ask(subject.append, chain("one", 6))

        answers = race(
            subject, [call("purge", "one", through=6, limit=2)] * self.threads
        )

        total = sum(answers) + number(subject.purge, "one", through=6, limit=9)
        assert total == 6, (
            f"Of 6 records {total} were purged by many at once. Count what the "
            "statement has deleted, not what it chose."
        )

    def test_a_person_is_taken_out_and_the_record_stays(self, subject: Any) -> None:
        hers = audit_record("hers", account=AccountId("ann"), subject="s1")
        asked = audit_record("asked", account=None, subject="s2")
        others = [
            audit_record("case", account=AccountId("Ann"), subject="S1"),
            audit_record("nobody", account=None, subject=""),
        ]
        for one in (hers, asked, *others):
            ask(subject.append, [one])

        count = number(subject.erase, AccountId("ann"), ["s1", "s2"])

        assert count == 2, f"erase() answered {count}; it blanked 2 records."
        all_same(
            sorted((hers.erased(), asked.erased(), *others), key=lambda one: one.chain),
            sorted(self.everything(subject), key=lambda one: one.chain),
            what="a trail after erase(): subject and person of the account's records, "
            "and of those of the subjects, are blank; the rest stays, or the seal "
            "breaks",
        )

    def test_erasing_nobody_changes_nothing(self, subject: Any) -> None:
        kept = chain("one", 2)
        ask(subject.append, kept)

        count = number(subject.erase, AccountId("nobody"), [])

        assert count == 0, f"erase() of nobody answered {count}, not 0."
        all_same(kept, self.everything(subject), what="erase() of somebody else")

    def test_what_was_erased_is_gone(
        self, subject: Any, raw: Callable[[], str]
    ) -> None:
        mark = "ann-herself's browser"
        ask(subject.append, [audit_record("one", person=mark)])
        assert mark[:11] in raw(), (
            "The witness does not see what is stored: mend the fixture `witness`."
        )

        number(subject.erase, AccountId("ann"), [])

        assert mark[:11] not in raw(), (
            "A person is still in the backend after erase(). Take them out of "
            "indexes, copies and histories too."
        )

    def test_retention_raises_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.purge, "one", through=1, limit=1)
        unavailable(away.erase, AccountId("ann"), [])
