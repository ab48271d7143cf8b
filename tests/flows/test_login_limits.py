"""Log-in, from the outside: what is counted, and what becomes of too much."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

from securelogin import (
    Argon2Parameters,
    ChangeRequired,
    Granted,
    HashingPool,
    Limits,
    Overloaded,
    PasswordHasher,
    Policy,
)
from securelogin.accounts import Account, AccountId, Audience
from securelogin.addresses import parse_address
from securelogin.outcomes import Cause
from securelogin.phc import HashBounds
from tests.flows.backends import Held, Peak
from tests.flows.conftest import cause_of, register
from tests.wiring import PASSWORD, Wired, cheap_hasher


def test_C74_F53_the_way_back_by_mail_is_open_while_the_password_is_throttled(
    wired, ann
):
    for number in range(12):
        wired.check("ann@acme.example", "wrong wrong wrong", ip=f"198.51.100.{number}")
    wired.auth.accounts.send_temporary_password(ann)

    outcome = wired.check("ann@acme.example", wired.mailed_password())

    assert isinstance(outcome, ChangeRequired)


def test_a_throttled_address_refuses_the_right_password_until_the_window_ends(
    wired, ann
):
    for number in range(11):
        wired.check("ann@acme.example", "wrong wrong wrong", ip=f"198.51.100.{number}")

    throttled = wired.check("ann@acme.example", PASSWORD)
    wired.clock.move(timedelta(minutes=15))
    later = wired.check("ann@acme.example", PASSWORD)

    assert cause_of(wired, throttled) is Cause.THROTTLED
    assert isinstance(later, Granted)


def test_C47_a_limit_arms_itself_again_after_it_expired(wired, ann):
    for _ in range(2):
        for number in range(11):
            outcome = wired.check(
                "ann@acme.example", "wrong wrong wrong", ip=f"198.51.100.{number}"
            )
        assert cause_of(wired, outcome) is Cause.THROTTLED
        wired.clock.move(timedelta(minutes=15))


def test_a_hundred_failures_in_a_row_disable_the_password_until_one_is_mailed(colour):
    wired = Wired(colour, policy=Policy(limits=Limits(consecutive=3)))
    account = register(wired)
    for _ in range(3):
        wired.check("ann@acme.example", "wrong wrong wrong")
    locked = wired.check("ann@acme.example", PASSWORD)
    wired.auth.accounts.send_temporary_password(account)
    ticket = wired.check("ann@acme.example", wired.mailed_password()).ticket
    wired.auth.passwords.complete(ticket, "another quiet harbour")

    assert cause_of(wired, locked) is Cause.LOCKED
    assert isinstance(wired.check("ann@acme.example", "another quiet harbour"), Granted)


def test_C73_F09_right_passwords_do_not_add_up_to_a_limit(wired, ann):
    outcomes = [wired.check("ann@acme.example", PASSWORD) for _ in range(30)]

    assert all(isinstance(outcome, Granted) for outcome in outcomes)


def test_F08_C42_C67_parallel_guesses_are_all_counted(colour):
    wired = Wired(colour)
    register(wired)
    runs = [
        threading.Thread(
            target=wired.check, args=("ann@acme.example", f"guess number {number} ...")
        )
        for number in range(40)
    ]

    for run in runs:
        run.start()
    for run in runs:
        run.join()

    hits = sorted(
        record.hits[1]
        for record in wired.store.attempts._records
        if record.causes and record.hits
    )
    assert hits[-40:] == list(range(1, 41))


def test_C38_the_limit_holds_for_every_way_to_try_a_password(wired, ann):
    token = wired.check("ann@acme.example", PASSWORD).session.token
    for _ in range(5):
        wired.check("ann@acme.example", "wrong wrong wrong")
        wired.auth.passwords.change(
            token, current="wrong wrong wrong", new="another quiet harbour"
        )

    assert cause_of(wired, wired.check("ann@acme.example", PASSWORD)) is Cause.THROTTLED


class Noting:
    """Counters that note when they were asked, beside everything else."""

    def __init__(self, name, inner, order) -> None:
        self._name, self._inner, self._order = name, inner, order

    def __getattr__(self, verb):
        method = getattr(self._inner, verb)

        def call(*args, **options):
            self._order.append(self._name)
            return method(*args, **options)

        return call


def test_C78_C67_attempts_are_counted_before_anything_is_looked_at():
    order: list[str] = []
    wired = Wired("sync", wrap=lambda name, part: Noting(name, part, order))

    wired.check("ann@acme.example", PASSWORD)

    assert order[0] == "counters"
    assert "counters" not in order[1:]


def test_sessions_over_the_limit_end_oldest_first(colour):
    wired = Wired(colour, policy=Policy(limits=Limits(sessions=2)))
    register(wired)
    tokens = []
    for _ in range(3):
        tokens.append(wired.check("ann@acme.example", PASSWORD).session.token)
        wired.clock.move(timedelta(seconds=1))

    live = [wired.auth.sessions.resolve(token) is not None for token in tokens]

    assert live == [False, True, True]


def test_C75_F18_beyond_the_bounded_queue_everybody_gets_the_same_busy_answer(colour):
    backend = Held()
    wired = Wired(
        colour,
        hasher=cheap_hasher(backend=backend),
        pool=HashingPool(size=1, queue=0, wait=timedelta(seconds=30)),
    )
    wired.store.accounts.add(
        Account(
            id=AccountId("a" * 22),
            tenant="acme",
            audience=Audience.INTERNAL,
            primary=parse_address("ann@acme.example"),
        )
    )
    first = threading.Thread(target=wired.check, args=("ann@acme.example", PASSWORD))
    first.start()
    backend.begun.acquire()

    known = wired.check("ann@acme.example", PASSWORD)
    unknown = wired.check("nobody@acme.example", PASSWORD)
    backend.go.set()
    first.join()

    assert isinstance(known, Overloaded)
    assert cause_of(wired, known) is cause_of(wired, unknown) is Cause.OVERLOADED
    assert dataclasses.replace(known.public, reference="") == dataclasses.replace(
        unknown.public, reference=""
    )


def test_E11_C75_argon2_runs_in_the_pools_threads_only_and_never_too_many(colour):
    backend = Peak()
    wired = Wired(
        colour,
        hasher=PasswordHasher(
            Argon2Parameters(memory=1_024, passes=2),
            bounds=HashBounds(floor=()),
            backend=backend,
        ),
        pool=HashingPool(size=2, queue=64),
    )
    runs = [
        threading.Thread(target=wired.check, args=("ann@acme.example", f"guess {n}"))
        for n in range(24)
    ]

    for run in runs:
        run.start()
    for run in runs:
        run.join()

    # Neither the callers' threads nor the event loop's: the pool's own two.
    assert backend.threads == {"securelogin-argon2"}
    assert 1 <= backend.most <= 2
