"""Setting a new password, with a ticket and from within a session."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

import pytest

from securelogin import (
    Audience,
    Changed,
    ChangeRequired,
    Client,
    Granted,
    HashingPool,
    Overloaded,
    PasswordRejected,
    Refused,
)
from securelogin.accounts import AccountId
from securelogin.mail import MailKind
from securelogin.outcomes import Cause, Problem
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.flows.overtaking import AsyncOvertaking, Overtaking
from tests.wiring import PASSWORD, Wired

NEW = "another quiet harbour"


@pytest.fixture
def ticket(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    return wired.check("ann@acme.example", wired.mailed_password()).ticket


@pytest.fixture
def token(wired, ann):
    return wired.check("ann@acme.example", PASSWORD).session.token


def causes_of(wired, outcome):
    return wired.auth.support.find(outcome.public.reference, by=OPERATOR).causes


def test_a_ticket_sets_the_password_once(wired, ticket):
    first = wired.auth.passwords.complete(ticket, NEW)
    second = wired.auth.passwords.complete(ticket, "a third quiet harbour")

    assert first == Changed()
    assert causes_of(wired, second) == (Cause.OVERTAKEN,)
    assert isinstance(wired.check("ann@acme.example", NEW), Granted)


def test_a_rejected_password_spends_nothing(wired, ticket):
    rejected = wired.auth.passwords.complete(ticket, "short")
    changed = wired.auth.passwords.complete(ticket, NEW)

    assert rejected.problems == (Problem.TOO_SHORT,)
    assert rejected.messages == ("The password needs at least 15 characters.",)
    assert changed == Changed()


def test_F50_the_new_password_differs_from_the_old_one(wired, ann):
    wired.auth.accounts.force_change(ann)
    ticket = wired.check("ann@acme.example", PASSWORD).ticket

    outcome = wired.auth.passwords.complete(ticket, PASSWORD)

    assert outcome.problems == (Problem.SAME_AS_BEFORE,)


def test_F50_a_temporary_password_does_not_become_the_lasting_one(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    temporary = wired.mailed_password()
    ticket = wired.check("ann@acme.example", temporary).ticket

    outcome = wired.auth.passwords.complete(ticket, temporary)

    assert outcome.problems == (Problem.LOOKS_TEMPORARY,)


class KnowsAll:
    def contains(self, password, /):
        return True


class AsyncKnowsAll:
    async def contains(self, password, /):
        return True


@pytest.mark.parametrize("path", ["complete", "change"])
def test_C58_every_way_to_set_a_password_asks_the_breach_list(colour, path):
    quiet = Wired(colour)
    register(quiet)
    breaches = KnowsAll() if colour == "sync" else AsyncKnowsAll()
    wired = Wired(colour, store=quiet.store, keys=quiet.keys, breaches=breaches)
    session = wired.check("ann@acme.example", PASSWORD).session.token
    wired.auth.accounts.send_temporary_password(
        wired.auth.sessions.resolve(session).account.id
    )
    ticket = wired.check("ann@acme.example", wired.mailed_password()).ticket
    outcome = (
        wired.auth.passwords.complete(ticket, NEW)
        if path == "complete"
        else wired.auth.passwords.change(session, current=PASSWORD, new=NEW)
    )

    assert outcome.problems == (Problem.BREACHED,)


@pytest.mark.parametrize("forged", ["", "x", "a.b", "eyJ" + "A" * 60])
def test_what_is_no_ticket_is_refused(wired, forged):
    outcome = wired.auth.passwords.complete(forged, NEW)

    assert causes_of(wired, outcome) == (Cause.TICKET_INVALID,)


def test_C53_a_link_is_no_ticket(wired, invited):
    outcome = wired.auth.passwords.complete(invited, NEW)

    assert causes_of(wired, outcome) == (Cause.TICKET_INVALID,)


def test_a_ticket_expires(wired, ticket):
    wired.clock.move(timedelta(minutes=15))

    outcome = wired.auth.passwords.complete(ticket, NEW)

    assert causes_of(wired, outcome) == (Cause.TICKET_EXPIRED,)


def test_C72_F73_a_ticket_dies_with_the_account(wired, ticket):
    account = wired.check("ann@acme.example", "no").public and next(
        iter(wired.store.accounts._rows)
    )
    wired.auth.accounts.disable(account)

    outcome = wired.auth.passwords.complete(ticket, NEW)

    assert Cause.DISABLED in causes_of(wired, outcome)


def test_F06_F10_C56_of_many_with_one_ticket_one_sets_the_password(wired, ticket):
    outcomes = {}

    def complete(number: int) -> None:
        new = f"quiet harbour number {number}"
        outcomes[new] = wired.auth.passwords.complete(ticket, new)

    runs = [threading.Thread(target=complete, args=(number,)) for number in range(16)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    winners = [new for new, end in outcomes.items() if isinstance(end, Changed)]
    assert len(winners) == 1
    assert sum(isinstance(end, Refused) for end in outcomes.values()) == 15
    assert isinstance(wired.check("ann@acme.example", winners[0]), Granted)


def test_a_completed_change_ends_every_session(wired, ann, token):
    wired.auth.accounts.send_temporary_password(ann)
    ticket = wired.check("ann@acme.example", wired.mailed_password()).ticket

    wired.auth.passwords.complete(ticket, NEW)

    assert wired.auth.sessions.resolve(token) is None


def test_a_change_from_within_needs_the_current_password(wired, token):
    outcome = wired.auth.passwords.change(token, current="not this one", new=NEW)

    assert causes_of(wired, outcome) == (Cause.WRONG_PASSWORD,)


def test_C84_F48_a_change_from_within_gives_a_new_session_and_ends_the_old(
    wired, token
):
    outcome = wired.auth.passwords.change(token, current=PASSWORD, new=NEW)

    assert wired.auth.sessions.resolve(token) is None
    assert wired.auth.sessions.resolve(outcome.session.token) is not None
    assert isinstance(wired.check("ann@acme.example", NEW), Granted)


def test_C68_a_wrong_current_password_counts_like_any_try(wired, token):
    for _ in range(10):
        wired.auth.passwords.change(token, current="not this one", new=NEW)

    outcome = wired.auth.passwords.change(token, current=PASSWORD, new=NEW)

    assert causes_of(wired, outcome) == (Cause.THROTTLED,)


def test_a_change_without_a_session_is_refused(wired, ann):
    outcome = wired.auth.passwords.change("x" * 43, current=PASSWORD, new=NEW)

    assert Cause.SESSION_ENDED in causes_of(wired, outcome)


def test_a_notice_is_mailed_after_a_change(wired, token):
    wired.auth.courier.deliver()
    wired.inbox.mails.clear()

    wired.auth.passwords.change(token, current=PASSWORD, new=NEW)
    wired.auth.courier.deliver()

    assert [mail.kind for mail in wired.inbox.mails] == [MailKind.PASSWORD_CHANGED]


def test_a_change_that_is_overtaken_is_refused(wired, token):
    losing = Overtaking if wired.colour == "sync" else AsyncOvertaking
    racing = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: losing(part) if name == "credentials" else part,
    )

    outcome = racing.auth.passwords.change(token, current=PASSWORD, new=NEW)

    assert causes_of(racing, outcome) == (Cause.OVERTAKEN,)
    assert isinstance(wired.check("ann@acme.example", PASSWORD), Granted)


class FullPool(HashingPool):
    """A pool that has room for so many runs, then none."""

    def __init__(self, room: int) -> None:
        super().__init__(size=1)
        self.room = room

    def run(self, work, /, **options):
        self.room -= 1
        return super().run(work, **options) if self.room >= 0 else None

    async def run_async(self, work, /, **options):
        self.room -= 1
        return await super().run_async(work, **options) if self.room >= 0 else None


# The first run of a process is for what decoys follow.
@pytest.mark.parametrize("room", [0, 1, 2, 3])
def test_without_room_to_hash_a_change_from_within_spends_nothing(wired, token, room):
    full = Wired(wired.colour, store=wired.store, keys=wired.keys, pool=FullPool(room))

    outcome = full.auth.passwords.change(token, current=PASSWORD, new=NEW)

    assert isinstance(outcome, Overloaded)
    assert causes_of(full, outcome) == (Cause.OVERLOADED,)
    assert isinstance(wired.check("ann@acme.example", PASSWORD), Granted)


@pytest.mark.parametrize("room", [0, 1, 2])
def test_without_room_to_hash_a_ticket_stays_good(wired, ticket, room):
    full = Wired(wired.colour, store=wired.store, keys=wired.keys, pool=FullPool(room))

    assert isinstance(full.auth.passwords.complete(ticket, NEW), Overloaded)
    assert wired.auth.passwords.complete(ticket, NEW) == Changed()


def test_a_lasting_password_is_checked_exactly_as_typed(wired, ticket):
    spaced = "  a quiet harbour, at six  "
    wired.auth.passwords.complete(ticket, spaced)

    assert isinstance(wired.check("ann@acme.example", spaced), Granted)
    assert isinstance(wired.check("ann@acme.example", spaced.strip()), Refused)


def test_F21_composed_and_decomposed_are_one_password(wired, ticket):
    wired.auth.passwords.complete(ticket, "caf\u00e9 at the harbour")

    assert isinstance(
        wired.check("ann@acme.example", "cafe\u0301 at the harbour"), Granted
    )


def test_problems_are_told_in_the_language_of_the_page(wired, ticket):
    outcome = wired.auth.passwords.complete(
        ticket, "kurz", client=Client(language="de")
    )

    assert isinstance(outcome, PasswordRejected)
    assert outcome.messages == ("Das Passwort braucht mindestens 15 Zeichen.",)


def test_X9_a_mailed_password_changes_nothing_until_it_is_used(wired, ann):
    before = wired.store.credentials.get(AccountId(ann))
    wired.auth.accounts.send_temporary_password(ann)
    wired.auth.courier.deliver()
    after = wired.store.credentials.get(AccountId(ann))

    assert after.password_hash == before.password_hash
    assert after.generation == before.generation
    assert dataclasses.replace(after, temporary=None).dead == before.dead


def test_F49_a_ticket_is_good_for_nothing_but_the_change(wired, ticket):
    outcome = wired.check("ann@acme.example", PASSWORD, link=ticket)

    assert not isinstance(outcome, (Granted, ChangeRequired))
    assert wired.auth.sessions.resolve(ticket) is None
    assert isinstance(
        wired.auth.links.open(ticket, url="https://portal.acme.example/secure/"),
        Refused,
    )
    assert isinstance(wired.auth.addresses.confirm(ticket), Refused)


class Refusing:
    """Sessions that take no new one."""

    def __init__(self, inner) -> None:
        self._inner = inner

    def __getattr__(self, verb):
        return getattr(self._inner, verb)

    def add(self, session, /):
        return False


class AsyncRefusing(Refusing):
    async def add(self, session, /):
        return False


def test_a_change_whose_new_session_is_not_taken_is_a_change_all_the_same(wired, token):
    refusing = Refusing if wired.colour == "sync" else AsyncRefusing
    without = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: refusing(part) if name == "sessions" else part,
    )

    outcome = without.auth.passwords.change(token, current=PASSWORD, new=NEW)

    assert outcome == Changed(session=None)
    assert isinstance(wired.check("ann@acme.example", NEW), Granted)
