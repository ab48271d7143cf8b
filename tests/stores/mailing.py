"""One person whose forgotten password a whole crowd asks for, and couriers carry."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from securelogin import Audience, Client, KeyRing, SecureLogin
from securelogin.addresses import AddressKey, Tenant
from securelogin.credentials import KEPT_MARKS, Death
from securelogin.hidden import Hidden
from securelogin.mail import MailKind, OrderState
from securelogin.passwords import Match
from securelogin.rules.throttle import reset_counts, windows_of
from securelogin.stores.combined import CombinedStore
from securelogin.stores.redis import RedisStore
from securelogin.stores.sql import SQLStore
from securelogin.temporary import fingerprints, typed_temporary
from tests.faults.working import POLICY
from tests.wiring import POOL, PORTALS, START, URL, Clock, Inbox, cheap_hasher

ADDRESS = "ann@acme.example"
KEY = AddressKey(tenant=Tenant("acme"), value=ADDRESS)
CLIENT = Client(ip="198.51.100.9", user_agent="Firefox/140")
HASHER = cheap_hasher()


class Mailing:
    """A portal that keeps what it mails."""

    def __init__(self, store: Any, key: str) -> None:
        self.store = store
        self.keys = KeyRing(key)
        self.inbox = Inbox()
        self.auth = SecureLogin(
            portals=PORTALS,
            keys=self.keys,
            store=store,
            mailer=self.inbox,
            policy=POLICY,
            hasher=HASHER,
            pool=POOL,
            clock=Clock(),
        )

    def register(self) -> None:
        self.auth.accounts.register(ADDRESS, tenant="acme", audience=Audience.INTERNAL)

    def ask(self) -> None:
        self.auth.reset.request(address=ADDRESS, url=URL, client=CLIENT)

    def carry(self) -> None:
        self.auth.courier.deliver(limit=1)

    def shut(self) -> None:
        self.auth.accounts.disable(self.store.accounts.find(KEY).id)

    def open_again(self) -> None:
        self.auth.accounts.enable(self.store.accounts.find(KEY).id)

    @property
    def mailed(self) -> list[tuple[str, str]]:
        """Every temporary password that was mailed, each with its order."""
        return [
            (mail.secrets["password"].reveal(), mail.id)
            for mail in self.inbox.mails
            if mail.kind is MailKind.TEMPORARY_PASSWORD
        ]


@cache
def opened(url: str, key: str, redis: tuple[str, str] | None) -> Mailing:
    """Open a portal of this process's own, for as long as it lives."""
    store: Any = SQLStore(url)
    if redis is not None:
        fast = RedisStore(redis[0], prefix=redis[1])
        store = CombinedStore(store, sessions=fast.sessions, counters=fast.counters)
    return Mailing(store, key)


def ask_and_carry(
    portal: tuple[str, str, tuple[str, str] | None], rounds: int, start: float
) -> list[tuple[str, str]]:
    """Ask and carry so often, while other processes do; return what was mailed."""
    mailing = opened(*portal)
    time.sleep(max(0.0, start - time.time()))
    for _ in range(rounds):
        mailing.ask()
        mailing.carry()
    return mailing.mailed


def only_the_last_one_lives(
    mailing: Mailing, mailed: list[tuple[str, str]], *, recent: int = 0
) -> None:
    """Look at what was mailed, or the last few: one opens, others were superseded."""
    account = mailing.store.accounts.find(KEY).id
    held = mailing.store.credentials.get(account)
    opening = [typed for typed, _ in mailed[-recent:] if opens(typed, held)]
    prints = {fingerprint(mailing, typed, account) for typed, _ in mailed[-recent:]}

    assert len(opening) == 1
    # Each that was stored raised the version, and was mailed.
    assert held.version == 1 + len(mailed)
    assert len(held.dead) == min(KEPT_MARKS, len(mailed) - 1)
    assert {one.death for one in held.dead} <= {Death.SUPERSEDED}
    assert {one.fingerprint for one in held.dead} <= prints


def nothing_lives_and_nothing_is_mailed(mailing: Mailing) -> None:
    """Look at a person who is shut out, and let a courier carry all that waits."""
    account = mailing.store.accounts.find(KEY).id
    before = len(mailing.mailed)

    mailing.auth.courier.deliver(limit=10**6)

    assert mailing.store.credentials.get(account).temporary is None
    assert len(mailing.mailed) == before


def the_last_mail_has_a_record(
    mailing: Mailing, mailed: list[tuple[str, str]], at_once: int
) -> None:
    """Look at the mail that went out last: it opens, or was superseded."""
    typed, order = mailed[-1]
    account = mailing.store.accounts.find(KEY).id
    held = mailing.store.credentials.get(account)
    dead = {one.fingerprint for one in held.dead}

    assert mailing.store.outbox.get(order).state is OrderState.SENT
    # The last few only are remembered, and others may have come in between.
    assert (
        opens(typed, held)
        or fingerprint(mailing, typed, account) in dead
        or at_once > KEPT_MARKS
    )


def counters_are_exact(mailing: Mailing, asked: int) -> None:
    counts = reset_counts(
        client=CLIENT, key=KEY, limits=POLICY.limits, keys=mailing.keys
    )
    totals = mailing.store.counters.hit(windows_of(counts), at=START)
    assert {asked + 1} == set(totals.values())


def opens(typed: str, held: Any) -> bool:
    stored = held.temporary and held.temporary.hash
    canonical = typed_temporary(Hidden(typed))
    match = HASHER.check(canonical, stored=stored, account=held.account)
    return match is Match.RIGHT


def fingerprint(mailing: Mailing, typed: str, account: Any) -> str:
    return fingerprints(Hidden(typed), account=account, keys=mailing.keys)[0]
