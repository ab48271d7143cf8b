"""Log-in, from the outside: what each kind of person gets."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

import pytest

from securelogin import (
    AliasLogin,
    Argon2Parameters,
    ChangeRequired,
    Client,
    Granted,
    HashingPool,
    Limits,
    Overloaded,
    PasswordHasher,
    Policy,
    Refused,
)
from securelogin.accounts import Account, AccountId, Audience, Status
from securelogin.addresses import parse_address
from securelogin.argon2_backends import Argon2CFFI
from securelogin.attempts import RequestFault
from securelogin.errors import AdapterError, Unavailable
from securelogin.mail import MailKind
from securelogin.outcomes import Cause, Problem
from securelogin.passwords import Match
from securelogin.phc import HashBounds
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.wiring import CHEAPEST, GLOBEX_URL, PASSWORD, Wired, cheap_hasher


def cause_of(wired, outcome) -> Cause:
    return wired.auth.support.find(outcome.public.reference, by=OPERATOR).causes[0]


def test_the_right_password_logs_in(wired, ann):
    outcome = wired.check("ann@acme.example", PASSWORD)

    assert isinstance(outcome, Granted)
    assert wired.auth.sessions.resolve(outcome.session.token).account.id == ann


def test_case_of_the_address_does_not_matter(wired, ann):
    assert isinstance(wired.check("ANN@Acme.Example", PASSWORD), Granted)


def test_case_of_the_password_does(wired, ann):
    outcome = wired.check("ann@acme.example", PASSWORD.upper())

    assert cause_of(wired, outcome) is Cause.WRONG_PASSWORD


def test_a_temporary_password_opens_nothing_but_a_change(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    outcome = wired.check("ann@acme.example", wired.mailed_password())

    assert isinstance(outcome, ChangeRequired)
    assert wired.auth.sessions.resolve(outcome.ticket) is None


def test_C21_a_completed_change_logs_nobody_in(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    outcome = wired.check("ann@acme.example", wired.mailed_password())

    changed = wired.auth.passwords.complete(outcome.ticket, PASSWORD)

    assert changed.session is None


def test_a_temporary_password_is_forgiven_what_people_do_to_it(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    typed = wired.mailed_password().lower().replace("-", " \u00a0").replace("0", "o")

    assert isinstance(wired.check("ann@acme.example", f" {typed} "), ChangeRequired)


def test_F51_the_lasting_password_works_while_a_temporary_one_is_pending(wired, ann):
    wired.auth.accounts.send_temporary_password(ann)
    temporary = wired.mailed_password()

    assert isinstance(wired.check("ann@acme.example", PASSWORD), Granted)

    # It was not needed: it is cancelled.
    assert isinstance(wired.check("ann@acme.example", temporary), Refused)


def test_a_forced_change_asks_for_a_new_password(wired, ann):
    wired.auth.accounts.force_change(ann)

    assert isinstance(wired.check("ann@acme.example", PASSWORD), ChangeRequired)


def test_an_external_recipient_enters_with_link_and_password(wired, invited):
    outcome = wired.check("bob@other.example", PASSWORD, link=invited)

    assert isinstance(outcome, Granted)


def test_a_mangled_link_still_leads_in(wired, invited):
    mangled = (
        f"<https://portal.acme.example/secure/link?t=3D{invited[:40]}=\n{invited[40:]}>"
    )

    assert isinstance(wired.check("bob@other.example", PASSWORD, link=mangled), Granted)


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


def test_an_alias_is_refused_by_default(wired, ann):
    wired.auth.accounts.add_alias(ann, "a.nobody@acme.example")

    outcome = wired.check("a.nobody@acme.example", PASSWORD)

    assert cause_of(wired, outcome) is Cause.ALIAS_USED


def test_an_alias_is_taken_where_the_policy_says_so(colour):
    wired = Wired(colour, policy=Policy(aliases=AliasLogin.ACCEPTED))
    account = register(wired)
    wired.auth.accounts.add_alias(account, "a.nobody@acme.example")

    assert isinstance(wired.check("a.nobody@acme.example", PASSWORD), Granted)


def test_a_portals_own_check_can_refuse(colour):
    wired = Wired(
        colour, policy=Policy(checks=(lambda evidence: "the invoice is unpaid",))
    )
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    outcome = wired.check("ann@acme.example", wired.mailed_password())

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes == (Cause.REFUSED_BY_PORTAL,)
    assert diagnosis.evidence["note"] == "the invoice is unpaid"


class NobodyMay:
    def permits(self, account, /, *, portal, message):
        return False


class AsyncNobodyMay:
    async def permits(self, account, /, *, portal, message):
        return False


def test_who_has_no_permission_is_refused(colour):
    nobody = NobodyMay() if colour == "sync" else AsyncNobodyMay()
    wired = Wired(colour, permissions=nobody)
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    outcome = wired.check("ann@acme.example", wired.mailed_password())

    assert cause_of(wired, outcome) is Cause.NO_PERMISSION


class Directory:
    """An authority elsewhere, such as a company's own directory."""

    def __init__(self) -> None:
        self.asked = []

    def check(self, secret, /, *, stored, account, address):
        self.asked.append(address.value)
        return Match.RIGHT if secret.reveal() == "domain password" else Match.WRONG


class AsyncDirectory(Directory):
    async def check(self, secret, /, *, stored, account, address):
        return super().check(secret, stored=stored, account=account, address=address)


def test_a_domain_can_have_an_authority_of_its_own(colour):
    directory = Directory() if colour == "sync" else AsyncDirectory()
    wired = Wired(colour, authorities={"corp.example": directory})
    wired.auth.accounts.register(
        "ann@corp.example", tenant="acme", audience=Audience.INTERNAL
    )

    right = wired.check("ann@corp.example", "domain password")
    wrong = wired.check("ann@corp.example", "another password")
    unknown = wired.check("nobody@corp.example", "domain password")

    assert isinstance(right, Granted)
    assert cause_of(wired, wrong) is Cause.WRONG_PASSWORD
    assert cause_of(wired, unknown) is Cause.UNKNOWN_ADDRESS
    assert directory.asked == [
        "ann@corp.example",
        "ann@corp.example",
        "nobody@corp.example",
    ]


def test_the_own_hasher_is_not_asked_for_an_authoritys_domain(colour):
    directory = Directory() if colour == "sync" else AsyncDirectory()
    wired = Wired(colour, authorities={"corp.example": directory})
    register(wired)

    wired.check("ann@acme.example", PASSWORD)

    assert directory.asked == []


def test_a_log_in_by_an_authority_needs_no_temporary_password_any_more(colour):
    directory = Directory() if colour == "sync" else AsyncDirectory()
    wired = Wired(colour, authorities={"corp.example": directory})
    account = wired.auth.accounts.register(
        "ann@corp.example", tenant="acme", audience=Audience.INTERNAL
    )
    wired.auth.courier.deliver()

    right = wired.check("ann@corp.example", "domain password")

    kept = wired.store.credentials.get(account.account.id)
    assert isinstance(right, Granted)
    assert (kept.password_hash, kept.temporary) == (None, None)
    assert kept.browsers == (right.session.session.browser,)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (RequestFault.CSRF, Cause.CSRF),
        (RequestFault.COOKIES_BLOCKED, Cause.COOKIES_BLOCKED),
    ],
)
def test_a_faulty_request_is_refused_with_the_right_password(wired, ann, fault, cause):
    outcome = wired.check("ann@acme.example", PASSWORD, faults=frozenset({fault}))

    assert cause_of(wired, outcome) is cause


def test_an_older_hash_is_upgraded_by_the_next_log_in(wired, ann):
    weak = wired.store.credentials.get(AccountId(ann))
    stronger = cheap_hasher(dataclasses.replace(CHEAPEST, passes=2))
    renewed = Wired(wired.colour, store=wired.store, keys=wired.keys, hasher=stronger)

    renewed.check("ann@acme.example", PASSWORD)

    after = wired.store.credentials.get(AccountId(ann))
    assert "t=1" in weak.password_hash
    assert "t=2" in after.password_hash
    assert isinstance(renewed.check("ann@acme.example", PASSWORD), Granted)
    assert after.generation == weak.generation


class Overtaking:
    """Credentials that lose every race."""

    def __init__(self, inner) -> None:
        self._inner = inner

    def get(self, account, /):
        return self._inner.get(account)

    def add(self, credential, /):
        return self._inner.add(credential)

    def replace(self, old, new, /):
        return False


class AsyncOvertaking(Overtaking):
    async def get(self, account, /):
        return await self._inner.get(account)

    async def add(self, credential, /):
        return await self._inner.add(credential)

    async def replace(self, old, new, /):
        return False


def test_F17_a_rehash_that_cannot_be_stored_stops_no_log_in(wired, ann):
    stronger = cheap_hasher(dataclasses.replace(CHEAPEST, passes=2))
    losing = Overtaking if wired.colour == "sync" else AsyncOvertaking
    renewed = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        hasher=stronger,
        wrap=lambda name, part: losing(part) if name == "credentials" else part,
    )

    assert isinstance(renewed.check("ann@acme.example", PASSWORD), Granted)


class NoNewSessions(Overtaking):
    def add(self, session, /):
        return False

    def held_by(self, account, /):
        return self._inner.held_by(account)


class AsyncNoNewSessions(AsyncOvertaking):
    async def add(self, session, /):
        return False

    async def held_by(self, account, /):
        return await self._inner.held_by(account)


def test_a_session_that_cannot_be_stored_is_not_granted(wired, ann):
    losing = NoNewSessions if wired.colour == "sync" else AsyncNoNewSessions
    broken = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: losing(part) if name == "sessions" else part,
    )

    outcome = broken.check("ann@acme.example", PASSWORD)

    assert cause_of(broken, outcome) is Cause.OVERTAKEN


class Held(Argon2CFFI):
    """A backend that waits until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)

    def run(self, secret, /, **options):
        self.begun.release()
        self.go.wait(30)
        return super().run(secret, **options)


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


def test_sessions_over_the_limit_end_oldest_first(colour):
    wired = Wired(colour, policy=Policy(limits=Limits(sessions=2)))
    register(wired)
    tokens = []
    for _ in range(3):
        tokens.append(wired.check("ann@acme.example", PASSWORD).session.token)
        wired.clock.move(timedelta(seconds=1))

    live = [wired.auth.sessions.resolve(token) is not None for token in tokens]

    assert live == [False, True, True]


def test_a_log_in_from_a_new_browser_is_told_by_mail(wired, ann):
    wired.check("ann@acme.example", PASSWORD)
    wired.check("ann@acme.example", PASSWORD)
    wired.auth.courier.deliver()
    before = len([m for m in wired.inbox.mails if m.kind is MailKind.NEW_BROWSER])
    wired.check("ann@acme.example", PASSWORD, client=Client(user_agent="Other/1"))
    wired.auth.courier.deliver()

    notices = [m for m in wired.inbox.mails if m.kind is MailKind.NEW_BROWSER]
    assert (before, len(notices)) == (0, 1)


def test_the_new_browser_notice_can_be_left_out(colour):
    wired = Wired(colour, policy=Policy(optional_notices=frozenset()))
    register(wired)
    wired.check("ann@acme.example", PASSWORD)
    wired.check("ann@acme.example", PASSWORD, client=Client(user_agent="Other/1"))
    wired.auth.courier.deliver()

    assert MailKind.NEW_BROWSER not in {mail.kind for mail in wired.inbox.mails}


def test_a_disabled_account_is_refused(wired, ann):
    wired.auth.accounts.disable(ann)

    outcome = wired.check("ann@acme.example", PASSWORD)

    assert cause_of(wired, outcome) is Cause.DISABLED
    assert wired.store.accounts.get(AccountId(ann)).status is Status.DISABLED


def test_an_account_of_one_tenant_is_none_of_another(wired, ann):
    outcome = wired.check("ann@acme.example", PASSWORD, url=GLOBEX_URL)

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes == (Cause.WRONG_TENANT, Cause.UNKNOWN_ADDRESS)


class Broken:
    """An adapter whose every verb answers with something untrue."""

    def get(self, key, /):
        return "surely not an account"

    find = get


class AsyncBroken:
    async def get(self, key, /):
        return "surely not an account"

    find = get


def test_F69_an_adapter_that_answers_with_the_wrong_type_lets_nobody_in(colour):
    broken = Broken() if colour == "sync" else AsyncBroken()
    wired = Wired(colour, own_accounts=broken)

    with pytest.raises(AdapterError, match=r"Broken\.find"):
        wired.check("ann@acme.example", PASSWORD)


class Down:
    def find(self, key, /):
        raise Unavailable("down", adapter="Down", verb="find")

    def get(self, key, /):
        raise Unavailable("down", adapter="Down", verb="get")


class AsyncDown(Down):
    async def find(self, key, /):
        return super().find(key)

    async def get(self, key, /):
        return super().get(key)


def test_F01_a_store_that_is_down_is_the_same_for_everybody(colour):
    down = Down() if colour == "sync" else AsyncDown()
    wired = Wired(colour, own_accounts=down)

    for address in ("ann@acme.example", "nobody@acme.example", "no address"):
        with pytest.raises(Unavailable):
            wired.check(address, PASSWORD)

    answer = wired.auth.login.unavailable(wired.attempt("ann@acme.example", PASSWORD))
    healthy = Wired(colour).check("ann@acme.example", PASSWORD)
    assert dataclasses.replace(answer.public, reference="") == dataclasses.replace(
        healthy.public, reference=""
    )


def test_C34_C06_an_empty_stored_hash_matches_no_password(wired, ann):
    old = wired.store.credentials.get(AccountId(ann))
    wired.store.credentials.replace(
        old, dataclasses.replace(old, password_hash="", version=old.version + 1)
    )

    for typed in ("", PASSWORD):
        outcome = wired.check("ann@acme.example", typed)
        assert cause_of(wired, outcome) is Cause.HASH_UNUSABLE


def test_C34_an_empty_password_cannot_be_set(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    ticket = wired.check("ann@acme.example", wired.mailed_password()).ticket

    assert wired.auth.passwords.complete(ticket, "").problems == (Problem.TOO_SHORT,)


def test_C38_the_limit_holds_for_every_way_to_try_a_password(wired, ann):
    token = wired.check("ann@acme.example", PASSWORD).session.token
    for _ in range(5):
        wired.check("ann@acme.example", "wrong wrong wrong")
        wired.auth.passwords.change(
            token, current="wrong wrong wrong", new="another quiet harbour"
        )

    assert cause_of(wired, wired.check("ann@acme.example", PASSWORD)) is Cause.THROTTLED


def test_C55_who_registers_an_address_has_no_way_into_its_account(wired):
    stored = wired.auth.accounts.register(
        "victim@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    before = wired.store.credentials.get(stored.account.id)

    ticket = wired.check("victim@acme.example", wired.mailed_password()).ticket
    wired.auth.passwords.complete(ticket, PASSWORD)

    # Nothing could be typed before the owner read the mail.
    assert before is None
    assert isinstance(wired.check("victim@acme.example", PASSWORD), Granted)


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


class Peak(Argon2CFFI):
    """The real backend, noting which threads run it and how many at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self.most = 0
        self.threads: set[str] = set()

    def run(self, secret, /, **options):
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
            self.threads.add(threading.current_thread().name)
        try:
            return super().run(secret, **options)
        finally:
            with self._lock:
                self._running -= 1


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
