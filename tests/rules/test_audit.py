"""Seals and chains as rules: what no store is needed for."""

from __future__ import annotations

from dataclasses import replace

from securelogin.audit import ChainHead, Flaw
from securelogin.events import Event, EventKind
from securelogin.keyring import KeyRing
from securelogin.rules.audit import (
    ChainReading,
    beginnings_in,
    ends_event,
    is_sealed,
    sealed,
)
from securelogin.testing.values import AT

KEYS = KeyRing(KeyRing.new_key())
CHAIN = ChainHead(chain="one", number=0)


def records(*operations, after=CHAIN):
    events = [
        Event(kind=EventKind.LOGIN_FAIL, at=AT, operation=name) for name in operations
    ]
    return sealed(events, after=after, at=AT, keys=KEYS, random=bytes)


def flaws(*read):
    reading = ChainReading(KEYS)
    reading.read(read)
    return [
        (one.flaw, one.first)
        for one in reading.report().discrepancies
        if one.flaw is not Flaw.OPEN
    ]


def test_a_branch_is_found_though_every_record_of_it_is_sealed():
    # Such as a restored backup from which the old process has gone on.
    one, two, _ = records("a", "b", "c")
    (other,) = records("b'", after=one.head)
    (three,) = records("c'", after=other.head)

    assert is_sealed(three, keys=KEYS)
    assert flaws(one, two, three) == [(Flaw.FORGED, 3)]
    assert flaws(one, other, three) == []


def test_a_chain_begins_with_nothing_before_it():
    (first,) = records("a", after=ChainHead(chain="one", number=0, seal="x" * 64))

    assert is_sealed(first, keys=KEYS)
    assert flaws(first) == [(Flaw.FORGED, 1)]


def test_after_a_forged_record_the_next_one_is_believed():
    one, two, three = records("a", "b", "c")
    forged = records("x", after=one.head)[0]
    changed = type(forged)(
        **{
            name: getattr(two, name)
            for name in type(two).__slots__
            if name not in ("seal", "facts")
        },
        seal=forged.seal,
        facts="{}",
    )

    assert flaws(one, changed, three) == [(Flaw.FORGED, 2)]


def test_forged_neighbours_are_told_as_one():
    one, two, three, four = records("a", "b", "c", "d")

    def forged(record):
        return replace(record, seal="0" * 64)

    reading = ChainReading(KEYS)
    reading.read([forged(one), forged(two), three, forged(four)])

    assert [
        (one.first, one.last)
        for one in reading.report().discrepancies
        if one.flaw is Flaw.FORGED
    ] == [(1, 2), (4, 4)]


def test_of_two_beginnings_of_a_chain_the_later_is_right():
    ends = [ChainHead(chain="two", number=number, seal="s") for number in (7, 9, 8)]
    told = sealed(
        [ends_event(EventKind.AUDIT_PURGED, [end], at=AT) for end in ends],
        after=CHAIN,
        at=AT,
        keys=KEYS,
        random=bytes,
    )
    through = replace(told[-1].head, number=3)

    assert beginnings_in(told, through=through, keys=KEYS, known={}) == {"two": ends[1]}


def test_what_comes_after_what_is_asked_says_nothing():
    end = ChainHead(chain="two", number=7, seal="s")
    one, two = sealed(
        [ends_event(EventKind.AUDIT_PURGED, [end], at=AT)] * 2,
        after=CHAIN,
        at=AT,
        keys=KEYS,
        random=bytes,
    )

    assert beginnings_in([two], through=one.head, keys=KEYS, known={}) == {}
