"""A stranger learns nothing: equal answers, equal calls, equal hashing.

Every refusal, for every state an account can be in and every operation a stranger can
call, is compared with the refusal of an unknown address: the answer as an object and as
bytes, the trace of adapter calls (kind, order, number), and the runs of Argon2.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
from dataclasses import dataclass
from typing import Any

import pytest

from securelogin import Audience, Overloaded, PasswordHasher, Refused
from securelogin.accounts import AccountId
from securelogin.argon2_backends import Argon2CFFI
from securelogin.attempts import RequestFault
from securelogin.outcomes import Cause, ResetRequested
from securelogin.passwords import Match
from tests.flows.conftest import register
from tests.wiring import (
    ANY_COST,
    CHEAPEST,
    GLOBEX_URL,
    PASSWORD,
    URL,
    Wired,
    cheap_hasher,
)

ADDRESS = "ann@acme.example"
WRONG = "wrong wrong wrong"


class Counting(Argon2CFFI):
    """The real backend, counting its runs."""

    def __init__(self, trace: list[str]) -> None:
        self._trace = trace

    def run(self, secret, /, **options):
        self._trace.append("argon2")
        return super().run(secret, **options)


class Traced:
    """An adapter that notes each call before it passes it on."""

    def __init__(self, name: str, inner: Any, trace: list[str]) -> None:
        for verb in dir(inner):
            method = getattr(inner, verb)
            if not verb.startswith("_") and callable(method):
                setattr(self, verb, _noting(f"{name}.{verb}", method, trace))


def _noting(call: str, method: Any, trace: list[str]) -> Any:
    if inspect.iscoroutinefunction(method):

        async def noting(*args, **options):
            trace.append(call)
            return await method(*args, **options)
    else:

        def noting(*args, **options):
            trace.append(call)
            return method(*args, **options)

    return noting


@dataclass(frozen=True)
class Seen:
    """What a stranger, and whoever watches the machine, can see of one operation."""

    answer: object
    text: bytes
    trace: tuple[str, ...]


class Watched(Wired):
    """A wired library whose every call is seen."""

    def __init__(self, colour: str, **options: Any) -> None:
        self.trace: list[str] = []
        options.setdefault("hasher", cheap_hasher(backend=Counting(self.trace)))
        super().__init__(
            colour,
            wrap=lambda name, part: Traced(name, part, self.trace),
            **options,
        )

    def see(self, operation: Any) -> Seen:
        self.trace.clear()
        answer = _without_chance(operation())
        return Seen(
            answer=answer,
            text=json.dumps(dataclasses.asdict(answer), sort_keys=True).encode(),
            trace=tuple(self.trace),
        )


def _without_chance(answer: Any) -> Any:
    """Return the answer without what is random in it: the reference and the mark."""
    if isinstance(answer, (Refused, Overloaded)):
        return dataclasses.replace(
            answer, public=dataclasses.replace(answer.public, reference="")
        )
    if isinstance(answer, ResetRequested):
        return dataclasses.replace(answer, reference="", mark="")
    return answer


# -- the eight states of an account --


def unknown(wired) -> None:
    pass


def active(wired) -> None:
    register(wired, ADDRESS)


def locked(wired) -> None:
    register(wired, ADDRESS)
    for number in range(101):
        wired.check(ADDRESS, WRONG, ip=f"198.51.100.{number}")


def disabled(wired) -> None:
    wired.auth.accounts.disable(register(wired, ADDRESS))


def no_usable_password(wired) -> None:
    wired.auth.accounts.register(ADDRESS, tenant="acme", audience=Audience.INTERNAL)


def must_change(wired) -> None:
    wired.auth.accounts.force_change(register(wired, ADDRESS))


def temporary_pending(wired) -> None:
    wired.auth.accounts.send_temporary_password(register(wired, ADDRESS))
    wired.auth.courier.deliver()


def legacy_hash(wired) -> None:
    account = AccountId(register(wired, ADDRESS))
    old = wired.store.credentials.get(account)
    older = PasswordHasher(
        dataclasses.replace(CHEAPEST, memory=16), bounds=ANY_COST
    ).hash(wired.attempt(ADDRESS, PASSWORD).password, account=account)
    wired.store.credentials.replace(
        old, dataclasses.replace(old, password_hash=older, version=old.version + 1)
    )


STATES = [
    active,
    locked,
    disabled,
    no_usable_password,
    must_change,
    temporary_pending,
    legacy_hash,
]

OPERATIONS = {
    "a wrong password": lambda auth, wired: auth.login.check(
        wired.attempt(ADDRESS, WRONG)
    ),
    "a wrong temporary password": lambda auth, wired: auth.login.check(
        wired.attempt(ADDRESS, "0000-0000-0000-0")
    ),
    "a mistyped temporary password": lambda auth, wired: auth.login.check(
        wired.attempt(ADDRESS, "0000-0000-0000-1")
    ),
    "a password of 10 MB": lambda auth, wired: auth.login.check(
        wired.attempt(ADDRESS, "x" * 10_000_000)
    ),
    "lone surrogates": lambda auth, wired: auth.login.check(
        wired.attempt(ADDRESS, "\ud800" * 20)
    ),
    "a forged link": lambda auth, wired: auth.login.check(
        wired.attempt(ADDRESS, WRONG, link="eyJ" + "A" * 60)
    ),
    "another portal": lambda auth, wired: auth.login.check(
        wired.attempt(ADDRESS, WRONG, url=GLOBEX_URL)
    ),
    "no portal": lambda auth, wired: auth.login.check(
        wired.attempt(ADDRESS, WRONG, url="https://evil.example/")
    ),
    "a forgotten password": lambda auth, wired: auth.reset.request(
        address=ADDRESS, url=URL
    ),
    "a forged ticket": lambda auth, wired: auth.passwords.complete(
        "eyJ" + "A" * 60, PASSWORD
    ),
    "a forged session": lambda auth, wired: auth.passwords.change(
        "x" * 43, current=WRONG, new=PASSWORD
    ),
    "a forged link opened": lambda auth, wired: auth.links.open(
        "eyJ" + "A" * 60, url=URL
    ),
    "a forged proof of an address": lambda auth, wired: auth.addresses.confirm(
        "eyJ" + "A" * 60
    ),
}


def seen_in(colour, state, operation, **options) -> Seen:
    wired = Watched(colour, **options)
    state(wired)
    return wired.see(lambda: OPERATIONS[operation](wired.auth, wired))


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_C03_C09_C16_C24_C33_C41_C71_C79_F54_F56_every_state_looks_like_unknown(
    colour, state, operation
):
    """One look for all (ASVS 6.3.8; threats F-55, F-58, F-61)."""
    assert seen_in(colour, state, operation) == seen_in(colour, unknown, operation)


# -- every cause of a refused log-in --


def invite(wired, recipient: str = "bob@other.example", message: str = "m-1") -> str:
    wired.auth.links.issue(
        recipient=recipient, sender="ann@acme.example", message=message, tenant="acme"
    )
    return wired.mailed_token()


def settle(wired, address: str, link: str | None = None) -> None:
    """Let an invited person set PASSWORD."""
    ticket = wired.check(address, wired.mailed_password(), link=link).ticket
    wired.auth.passwords.complete(ticket, PASSWORD)


def with_alias(wired):
    wired.auth.accounts.add_alias(register(wired), "alias@acme.example")
    return wired.attempt("alias@acme.example", PASSWORD)


def with_wrong_password(wired):
    register(wired)
    return wired.attempt(ADDRESS, WRONG)


def with_expired_temporary(wired):
    wired.auth.accounts.register(ADDRESS, tenant="acme", audience=Audience.INTERNAL)
    temporary = wired.mailed_password()
    wired.clock.at = wired.clock.at.replace(hour=20)
    return wired.attempt(ADDRESS, temporary)


def with_used_temporary(wired):
    wired.auth.accounts.register(ADDRESS, tenant="acme", audience=Audience.INTERNAL)
    temporary = wired.mailed_password()
    ticket = wired.check(ADDRESS, temporary).ticket
    wired.auth.passwords.complete(ticket, PASSWORD)
    return wired.attempt(ADDRESS, temporary)


def with_superseded_temporary(wired):
    account = register(wired)
    wired.auth.accounts.send_temporary_password(account)
    temporary = wired.mailed_password()
    wired.auth.accounts.send_temporary_password(account)
    wired.mailed_password()
    return wired.attempt(ADDRESS, temporary)


def with_wrong_temporary(wired):
    register(wired)
    return wired.attempt(ADDRESS, "0000-0000-0000-0")


def without_password(wired):
    wired.auth.accounts.register(ADDRESS, tenant="acme", audience=Audience.INTERNAL)
    return wired.attempt(ADDRESS, PASSWORD)


def without_link(wired):
    settle(wired, "bob@other.example", invite(wired))
    return wired.attempt("bob@other.example", PASSWORD)


def with_forged_link(wired):
    settle(wired, "bob@other.example", invite(wired))
    return wired.attempt("bob@other.example", PASSWORD, link="eyJ" + "A" * 60)


def with_expired_link(wired):
    link = invite(wired)
    settle(wired, "bob@other.example", link)
    wired.clock.at = wired.clock.at.replace(month=6)
    return wired.attempt("bob@other.example", PASSWORD, link=link)


def with_link_from_the_future(wired):
    link = invite(wired)
    settle(wired, "bob@other.example", link)
    wired.clock.at = wired.clock.at.replace(hour=1)
    return wired.attempt("bob@other.example", PASSWORD, link=link)


def with_recalled_link(wired):
    link = invite(wired)
    settle(wired, "bob@other.example", link)
    wired.auth.links.recall(next(iter(wired.store.links._rows)))
    return wired.attempt("bob@other.example", PASSWORD, link=link)


def with_foreign_link(wired):
    link = invite(wired)
    settle(wired, "bob@other.example", link)
    foreign = invite(wired, "eve@other.example", "m-2")
    return wired.attempt("bob@other.example", PASSWORD, link=foreign)


def with_link_of_another_tenant(wired):
    link = invite(wired)
    settle(wired, "bob@other.example", link)
    return wired.attempt("bob@other.example", PASSWORD, link=link, url=GLOBEX_URL)


def never_invited(wired):
    return wired.attempt("carl@other.example", PASSWORD, link=invite(wired))


def disabled_account(wired):
    wired.auth.accounts.disable(register(wired))
    return wired.attempt(ADDRESS, PASSWORD)


def too_many_tries(wired):
    register(wired)
    for number in range(11):
        wired.check(ADDRESS, WRONG, ip=f"198.51.100.{number}")
    return wired.attempt(ADDRESS, PASSWORD)


def too_many_in_a_row(wired):
    register(wired)
    for number in range(101):
        wired.check(ADDRESS, WRONG, ip=f"198.51.{number}.1")
    wired.clock.at = wired.clock.at.replace(hour=20)
    return wired.attempt(ADDRESS, PASSWORD)


def unusable_hash(wired):
    account = AccountId(register(wired))
    old = wired.store.credentials.get(account)
    wired.store.credentials.replace(
        old,
        dataclasses.replace(
            old,
            password_hash=old.password_hash.replace("m=8", "m=99999999"),
            version=old.version + 1,
        ),
    )
    return wired.attempt(ADDRESS, PASSWORD)


def no_address(wired):
    return wired.attempt("ann at acme", PASSWORD)


def unknown_address(wired):
    return wired.attempt("nobody@acme.example", PASSWORD)


def no_such_portal(wired):
    register(wired)
    return wired.attempt(ADDRESS, PASSWORD, url="https://evil.example/")


def forged_form(wired):
    register(wired)
    return wired.attempt(ADDRESS, PASSWORD, faults=frozenset({RequestFault.CSRF}))


def no_cookies(wired):
    register(wired)
    return wired.attempt(
        ADDRESS, PASSWORD, faults=frozenset({RequestFault.COOKIES_BLOCKED})
    )


SCENES = {
    with_alias: Cause.ALIAS_USED,
    with_wrong_password: Cause.WRONG_PASSWORD,
    with_expired_temporary: Cause.TEMP_EXPIRED,
    with_used_temporary: Cause.TEMP_USED,
    with_superseded_temporary: Cause.TEMP_SUPERSEDED,
    with_wrong_temporary: Cause.TEMP_WRONG,
    without_password: Cause.NO_PASSWORD_SET,
    without_link: Cause.LINK_MISSING,
    with_forged_link: Cause.LINK_BAD_SIGNATURE,
    with_expired_link: Cause.LINK_EXPIRED,
    with_link_from_the_future: Cause.CLOCK_SKEW,
    with_recalled_link: Cause.LINK_RECALLED,
    with_foreign_link: Cause.LINK_FOR_OTHER_RECIPIENT,
    with_link_of_another_tenant: Cause.WRONG_TENANT,
    never_invited: Cause.NOT_INVITED,
    disabled_account: Cause.DISABLED,
    too_many_tries: Cause.THROTTLED,
    too_many_in_a_row: Cause.LOCKED,
    unusable_hash: Cause.HASH_UNUSABLE,
    no_address: Cause.MALFORMED_ADDRESS,
    unknown_address: Cause.UNKNOWN_ADDRESS,
    no_such_portal: Cause.WRONG_PORTAL,
    forged_form: Cause.CSRF,
    no_cookies: Cause.COOKIES_BLOCKED,
}

REFUSAL_TRACE = (
    "counters.hit",
    "accounts.find",
    "credentials.get",
    "links.get",
    "argon2",
    "attempts.record",
)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_cause_leaves_one_answer_and_one_trace(colour, scene):
    wired = Watched(colour)
    attempt = scene(wired)
    wired.trace.clear()

    outcome = wired.auth.login.check(attempt)

    assert tuple(wired.trace) == REFUSAL_TRACE
    assert _without_chance(outcome) == _without_chance(
        Wired(colour).check("nobody@acme.example", WRONG)
    )
    diagnosis = wired.auth.support.find(outcome.public.reference)
    assert diagnosis.causes[0] is SCENES[scene]


def test_a_granted_log_in_hashes_once_too(colour):
    wired = Watched(colour)
    register(wired)
    wired.trace.clear()

    wired.check(ADDRESS, PASSWORD)

    assert wired.trace.count("argon2") == 1


def test_C08_an_older_hash_costs_one_more_run_only_after_the_decision(colour):
    wired = Watched(colour)
    legacy_hash(wired)
    wired.trace.clear()
    wired.check(ADDRESS, WRONG)
    refused = wired.trace.count("argon2")
    wired.trace.clear()
    wired.check(ADDRESS, PASSWORD)
    upgraded = wired.trace.count("argon2")

    assert (refused, upgraded) == (1, 2)


# -- what is broken on purpose is seen --


class Hasty(PasswordHasher):
    """A hasher that saves itself the work for nobody."""

    def check(self, password, /, *, stored, **options):
        if stored is None:
            return Match.WRONG
        return super().check(password, stored=stored, **options)


def test_E13_a_hasher_that_saves_itself_the_work_is_caught(colour):
    def hasty(trace):
        return Hasty(CHEAPEST, bounds=ANY_COST, backend=Counting(trace))

    looks = []
    for state in (active, unknown):
        wired = Watched(colour)
        wired = Watched(colour, hasher=hasty(wired.trace), store=wired.store)
        wired.hasher._backend._trace = wired.trace
        state(wired)
        looks.append(wired.see(lambda w=wired: w.check(ADDRESS, WRONG)))

    assert looks[0].answer == looks[1].answer
    assert looks[0].trace != looks[1].trace


class Chatty:
    """Permissions that look further for accounts that exist."""

    def __init__(self, wired_store, trace) -> None:
        self._store = wired_store
        self._trace = trace

    def permits(self, account, /, *, portal, message):
        if self._store.accounts.get(account) is not None:
            self._trace.append("permissions.look")
        return True


class AsyncChatty(Chatty):
    async def permits(self, account, /, *, portal, message):
        return super().permits(account, portal=portal, message=message)


def test_an_adapter_that_does_more_for_known_accounts_is_caught(colour):
    kind = Chatty if colour == "sync" else AsyncChatty
    looks = []
    for state in (active, unknown):
        plain = Watched(colour)
        chatty = kind(plain.store, plain.trace)
        wired = Watched(colour, store=plain.store, permissions=chatty)
        chatty._trace = wired.trace
        state(wired)
        looks.append(wired.see(lambda w=wired: w.check(ADDRESS, WRONG)))

    assert looks[0] != looks[1]
