"""The audit trail: what is sealed, what is found, and what is purged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from securelogin import KeyRing
from securelogin.audit import START, ChainHead, Discrepancy, Flaw
from securelogin.errors import Unavailable
from securelogin.events import EventKind
from securelogin.retention import Retention
from securelogin.rules.audit import ends_event
from securelogin.stores.memory import MemoryStore
from tests.flows.conftest import register
from tests.flows.trails import DAY, KEY, Kept
from tests.wiring import START as NOW
from tests.wiring import Wired


def test_a_whole_trail_is_whole(kept):
    kept.written(250)
    kept.trail.close()
    report = kept.trail.verify()

    assert (report.discrepancies, report.records, report.chains) == ((), 252, 1)
    assert [one.number for one in report.heads] == [252]


def test_each_record_holds_the_seal_of_the_one_before(kept):
    kept.written()
    rows = list(kept.rows.values())

    assert rows[0].previous == ""
    assert [row.previous for row in rows[1:]] == [row.seal for row in rows[:-1]]


@pytest.mark.parametrize(
    "change",
    [
        {"facts": "{}"},
        {"kind": "authn_login_success"},
        {"tenant": "globex"},
        {"account": "somebody"},
        {"written_at": NOW - DAY},
        {"person": '{"ip":"x"}'},
        {"subject": "somebody"},
        {"commitment": "0" * 64},
        {"previous": "0" * 64},
        {"seal": "0" * 64},
        {"seal": "\xe9"},
    ],
    ids=lambda change: (
        f"{next(iter(change))}-{len(next(iter(change.values())).__str__())}"
    ),
)
def test_a_changed_record_is_found(kept, change):
    places = kept.written()
    kept.rows[places[2]] = replace(kept.rows[places[2]], **change)

    assert kept.flaws() == [(Flaw.FORGED, 3, 3)]


@pytest.mark.parametrize(
    ("gone", "missing"), [((1, 2), (2, 3)), ((0,), (1, 1)), ((0, 1, 2), (1, 3))]
)
def test_records_missing_from_beginning_and_middle_are_found(kept, gone, missing):
    places = kept.written()
    for n in gone:
        del kept.rows[places[n]]

    assert kept.flaws() == [(Flaw.MISSING, *missing)]


def test_records_cut_off_while_the_process_runs_are_found(kept):
    places = kept.written()
    del kept.rows[places[-1]]
    kept.tell()
    kept.trail.write()

    assert kept.flaws() == [(Flaw.MISSING, 5, 5)]


def test_records_cut_off_are_found_by_a_later_chain(kept, colour):
    places = kept.written()
    later = Kept(colour, kept.store)
    later.written()
    for place in places[-2:]:
        del kept.rows[place]

    assert later.flaws() == [(Flaw.MISSING, 4, 5)]


def test_a_whole_chain_that_is_gone_is_found_by_a_later_one(kept, colour):
    places = kept.written()
    later = Kept(colour, kept.store)
    later.written()
    for place in places:
        del kept.rows[place]

    assert later.flaws() == [(Flaw.MISSING, 1, 5)]


def test_records_cut_off_at_the_very_end_are_found_by_heads_kept_elsewhere(kept):
    kept.written()
    kept.trail.close()
    heads = kept.trail.verify().heads
    del kept.rows[list(kept.rows)[-1]]

    assert kept.flaws() == []
    assert kept.flaws(kept=heads) == [(Flaw.MISSING, 6, 6)]
    assert kept.trail.verify().discrepancies == (
        Discrepancy(flaw=Flaw.OPEN, chain=heads[0].chain, first=5, last=5),
    )


def test_a_record_that_is_put_in_is_found(kept):
    places = kept.written()
    last = kept.rows[places[-1]]
    for row in (
        replace(last, number=last.number + 1, previous=last.seal),
        replace(last, chain="of my own", number=1, previous=""),
    ):
        kept.rows[row.chain, row.number] = row

    assert sorted(kept.flaws()) == [(Flaw.FORGED, 1, 1), (Flaw.FORGED, 6, 6)]


def test_a_record_moved_to_another_chain_is_found(kept, colour):
    places = kept.written()
    other = Kept(colour, kept.store)
    other.written()
    chain = next(chain for chain, _ in kept.rows if chain != places[0][0])
    kept.rows[chain, 3] = replace(kept.rows[places[2]], chain=chain)

    assert kept.flaws() == [(Flaw.FORGED, 3, 3)]


def test_whoever_has_another_key_can_seal_nothing_here(kept, colour):
    stranger = Kept(colour, kept.store, keys=KeyRing(KeyRing.new_key()))
    stranger.written(1)

    assert kept.flaws() == [(Flaw.FORGED, 1, 2)]


def test_a_trail_outlives_the_rotation_of_keys_until_its_key_goes(kept, colour):
    kept.written()
    new = KeyRing.new_key()

    assert Kept(colour, kept.store, keys=KeyRing(new, KEY)).flaws() == []
    without = Kept(colour, kept.store, keys=KeyRing(new))
    assert without.flaws() == [(Flaw.FORGED, 1, 5)]


def test_a_later_chain_may_see_what_was_not_there_when_it_was_passed(colour):
    early, late = Kept(colour), None
    early.written()
    late = Kept(colour, early.store)
    held = dict(early.rows)
    early.written(2)
    late.written()
    later_rows = {k: v for k, v in early.rows.items() if k not in held}
    audit = early.store.audit
    first = audit.page
    # The first pages come from before the early chain has grown.
    grown = {k: v for k, v in later_rows.items() if k[0] in {c for c, _ in held}}
    for key in grown:
        del audit._records[key]
    calls = []

    def page(after, /, *, limit):
        found = first(after, limit=limit)
        if not found:
            audit._records.update(grown)
        calls.append(after)
        return found

    audit.page = page
    again = Kept(colour, early.store)

    assert again.flaws() == []
    assert len(calls) >= 3


def test_an_erased_person_leaves_the_trail_whole(colour):
    kept = Kept(colour)
    wired = Wired(colour, store=kept.store, keys=kept.keys, sinks=[kept.inner])
    ann = register(wired)
    wired.check("ann@acme.example", "wrong")
    wired.check("bob@acme.example", "wrong")
    kept.trail.write()
    wired.auth.accounts.erase(ann)
    kept.trail.write()
    report = kept.trail.verify()
    rows = [row for row in kept.rows.values() if row.account == ann]

    assert report.is_whole
    assert report.erased == len(rows) > 3
    assert {row.person for row in rows} == {""}
    assert [row for row in kept.rows.values() if "192.0.2.7" in row.person] != []


def test_what_is_purged_is_not_missing(kept, colour):
    kept.written(250)
    kept.clock.move(400 * DAY)
    kept.written(3)
    later = Kept(colour, kept.store, clock=kept.clock)

    assert later.trail.purge(limit=100) == 100
    assert later.flaws() == []
    assert later.trail.purge() == 151
    assert later.trail.purge() == 0
    later.trail.close()
    assert later.flaws() == []
    assert min(number for _, number in kept.rows if number > 2) > 0


def test_a_full_queue_has_room_for_where_a_chain_begins_after_a_purge(colour):
    kept = Kept(colour, most_waiting=10)
    kept.written(5)
    kept.clock.move(400 * DAY)
    kept.tell(10)  # as after an outage of the store

    assert kept.trail.purge() == 6
    assert kept.flaws() == []


def test_a_full_queue_has_room_for_the_end_of_a_chain(colour):
    kept = Kept(colour, most_waiting=10)
    kept.tell(10)
    kept.trail.close()

    assert kept.trail.verify().discrepancies == ()


def test_where_a_chain_begins_is_said_again_before_what_says_it_is_purged(colour):
    retention = Retention(audit=30 * DAY)
    kept = Kept(colour, retention=retention)
    kept.written(3)
    for day in range(100):
        kept.clock.move(DAY)
        timer = Kept(colour, kept.store, clock=kept.clock, retention=retention)
        timer.trail.purge()
        timer.trail.close()
        if day == 28:
            kept.written(1)  # quiet before, and for as long as records are kept
        if day == 70:
            kept.written(1)

        assert kept.flaws() == []


def test_a_purge_reads_no_further_than_what_goes(colour):
    store = MemoryStore()
    page, limits = store.audit.page, []

    def watched(after, /, *, limit):
        limits.append(limit)
        return page(after, limit=limit)

    store.audit.page = watched
    kept = Kept(colour, store)
    for _ in range(3):
        kept.written(2)
        kept.trail.close()
    kept.clock.move(400 * DAY)

    assert kept.trail.purge() == 12
    assert limits == [4, 4, 4]


def test_what_is_gone_without_a_trace_is_not_said_again(colour):
    retention = Retention(audit=30 * DAY)
    kept = Kept(colour, retention=retention)
    kept.written(3)
    kept.trail.close()
    gone = kept.trail.verify().heads[0].chain
    kept.clock.move(31 * DAY)
    for _ in range(2):
        timer = Kept(colour, kept.store, clock=kept.clock, retention=retention)
        timer.trail.purge()
        timer.trail.close()
        kept.clock.move(31 * DAY)

    assert not [row for row in kept.rows.values() if gone in row.facts]


def test_a_forged_word_of_where_a_chain_begins_is_not_said_again(kept, colour):
    retention = Retention(audit=30 * DAY)
    places = kept.written(3)
    kept.clock.move(40 * DAY)
    kept.written(1)
    forger = Kept(colour, kept.store, clock=kept.clock, keys=KeyRing(KeyRing.new_key()))
    end = ChainHead(chain=places[0][0], number=2, seal="x")
    forger.inner(ends_event(EventKind.AUDIT_PURGED, [end], at=kept.clock()))
    forger.trail.close()
    for place in places[:2]:
        del kept.rows[place]
    kept.clock.move(29 * DAY)
    kept.written(1)
    kept.clock.move(2 * DAY)
    timer = Kept(colour, kept.store, clock=kept.clock, retention=retention)
    timer.trail.purge()

    assert not [
        row
        for row in kept.rows.values()
        if row.kind == EventKind.AUDIT_PURGED and f'{end.chain}":"2.' in row.facts
    ]


def test_whoever_is_erased_while_their_log_in_waits_is_not_in_the_trail(kept, colour):
    wired = Wired(colour, store=kept.store, keys=kept.keys, sinks=[kept.inner])
    ann = register(wired)
    kept.trail.write()
    wired.check("ann@acme.example", "wrong")
    wired.auth.accounts.erase(ann)
    kept.trail.write()
    rows = [row for row in kept.rows.values() if row.account == ann]

    assert len(rows) > 3
    assert {(row.person, row.subject) for row in rows} == {("", "")}
    assert kept.flaws() == []


def test_who_could_not_be_blanked_in_an_outage_is_blanked_after_it(colour):
    store = MemoryStore()
    blank, outages = store.audit.erase, []

    def erase(account, subjects):
        if outages:
            raise Unavailable(outages.pop(), adapter="MemoryAudit", verb="erase")
        return blank(account, subjects)

    store.audit.erase = erase
    kept = Kept(colour, store)
    wired = Wired(colour, store=store, keys=kept.keys, sinks=[kept.inner])
    ann = register(wired)
    wired.check("ann@acme.example", "wrong")
    wired.auth.accounts.erase(ann)
    outages.append("away")

    with pytest.raises(Unavailable):
        kept.trail.write()
    kept.trail.write()

    assert {row.person for row in kept.rows.values() if row.account == ann} == {""}
    assert kept.flaws() == []


def test_what_somebody_else_deletes_beside_a_purge_is_missing(kept, colour):
    places = kept.written(10)
    kept.clock.move(400 * DAY)
    kept.written(3)
    Kept(colour, kept.store, clock=kept.clock).trail.purge(limit=2)
    for _, number in list(kept.rows):
        if number in (12, 13):
            kept.rows.pop((places[0][0], number), None)

    assert kept.flaws() == [(Flaw.MISSING, 12, 13)]


def test_nothing_is_purged_before_its_time(colour):
    kept = Kept(colour, retention=Retention(audit=2 * DAY))
    kept.written()
    kept.clock.move(2 * DAY)

    assert kept.trail.purge() == 0
    kept.clock.move(timedelta(microseconds=1))
    assert kept.trail.purge() == 5


def test_a_purge_that_cannot_anchor_takes_nothing(kept):
    kept.written()
    kept.clock.move(400 * DAY)
    with kept.inner._turn:
        assert kept.trail.purge() == 0
    assert kept.flaws() == []


def test_a_place_before_everything_is_no_record():
    assert ChainHead(chain="", number=0) == START
