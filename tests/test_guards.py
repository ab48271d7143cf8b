"""Adapters are held to their promises, when wired and with every answer."""

from __future__ import annotations

import asyncio
import functools
import inspect
from dataclasses import replace
from datetime import timedelta

import pytest

from securelogin import adapters
from securelogin.accounts import Account, Audience, Status
from securelogin.addresses import parse_address
from securelogin.attempts import AttemptRecord, Operation, Span
from securelogin.credentials import Credential
from securelogin.errors import AdapterError, Unavailable, WiringError
from securelogin.evidence import LoginRows
from securelogin.guards import guarded
from securelogin.links import RecipientLink
from securelogin.mail import Delivery, DeliveryState
from securelogin.passwords import Match
from securelogin.sessions import Session, SessionRows
from tests.wiring import START

ANN = parse_address("ann@example.org")
ACCOUNT = Account(id="a1", tenant="acme", audience=Audience.INTERNAL, primary=ANN)
SESSION = Session(
    digest="d1",
    account="a1",
    tenant="acme",
    generation=1,
    began_at=START,
    seen_at=START,
    until=START + timedelta(hours=1),
    browser="b",
)
ENDED = SESSION.ended(at=START)
LINK = RecipientLink(
    id="l1",
    tenant="acme",
    recipient="a1",
    address=ACCOUNT.key,
    message="m1",
    sender=ANN,
    issued_at=START,
    until=START,
)
CREDENTIAL = Credential(account="a1")
RECORD = AttemptRecord(
    reference="7QK-4MX-P9D", at=START, operation=Operation.LOGIN, tenant="acme"
)
SPAN = Span(tenant="acme", after=START, before=START)

READ = (ACCOUNT.key, "nobody", "l1")


def rows(**changes) -> LoginRows:
    """Return what a log-in reads of somebody who is there."""
    parts = {"account": ACCOUNT, "credential": CREDENTIAL, "link": LINK}
    return LoginRows(**(parts | changes))


def session_rows(**changes) -> SessionRows:
    """Return what is read of a session whose account is there."""
    parts = {"session": SESSION, "account": ACCOUNT, "generation": 1}
    return SessionRows(**(parts | changes))


class Promise:
    """What an async method gives to whoever does not await it."""

    def __await__(self):
        yield


@pytest.fixture(params=["sync", "async"])
def colour(request) -> str:
    return request.param


def asked(colour, protocol, verb, answer, *args, **options):
    """Ask a guarded adapter that gives the same answer to everything."""
    if colour == "async":
        protocol = f"Async{protocol}"
    promised = getattr(adapters, protocol)
    guard = guarded(answering(promised, answer), promised, setting="store")
    given = getattr(guard, verb)(*args, **options)
    return asyncio.run(given) if colour == "async" else given


def answering(promised, answer):
    def method(_self, *_args, **_options):
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def awaited(_self, *_args, **_options):
        return method(_self)

    verbs = {
        name: awaited if inspect.iscoroutinefunction(member) else method
        for name, member in vars(promised).items()
        if inspect.isfunction(member) and not name.startswith("_")
    }
    return type("Mine", (), verbs)()


KEPT = [
    ("Accounts", "find", ACCOUNT, (ACCOUNT.key,)),
    ("Accounts", "find", None, (ACCOUNT.key,)),
    ("Accounts", "get", ACCOUNT, ("a1",)),
    ("Accounts", "get", None, ("a1",)),
    ("Credentials", "get", CREDENTIAL, ("a1",)),
    ("Credentials", "replace", True, (CREDENTIAL, CREDENTIAL)),
    ("Credentials", "replace", False, (CREDENTIAL, CREDENTIAL)),
    ("Links", "get", LINK, ("l1",)),
    ("Sessions", "get", SESSION, ("d1",)),
    ("Sessions", "held_by", [SESSION], ("a1",)),
    ("Sessions", "held_by", (SESSION,), ("a1",)),
    ("Sessions", "held_by", [], ("a1",)),
    ("Counters", "hit", {"k": 1}, ({"k": 1},)),
    ("Counters", "reset", None, (["k"],)),
    ("AttemptLog", "record", None, ("r",)),
    ("AttemptSearch", "by_reference", RECORD, ("7QK-4MX-P9D",)),
    ("AttemptSearch", "by_reference", None, ("7QK-4MX-P9D",)),
    ("AttemptSearch", "near", [RECORD], (SPAN,)),
    ("AttemptSearch", "near", [], (SPAN,)),
    ("OutboxQueue", "lease", [], ()),
    ("DeadLetters", "get", None, ("o1",)),
    ("DeadLetters", "dead", [], ("acme",)),
    ("Mailer", "send", Delivery(state=DeliveryState.ACCEPTED), ("m",)),
    ("PasswordCheck", "check", Match.RIGHT, ("s",)),
    ("Permissions", "permits", True, ("a1",)),
    ("LoginReads", "read", rows(), READ),
    ("LoginReads", "read", rows(link=None), READ),
    ("LoginReads", "read", rows(credential=None), READ),
    ("LoginReads", "read", rows(account=None, credential=None), READ),
    (
        "LoginReads",
        "read",
        rows(account=None, credential=replace(CREDENTIAL, account="nobody")),
        READ,
    ),
    ("SessionReads", "read", session_rows(), ("d1",)),
    ("SessionReads", "read", session_rows(account=None, generation=0), ("d1",)),
    ("SessionReads", "read", None, ("d1",)),
]


@pytest.mark.parametrize(
    ("protocol", "verb", "answer", "args"),
    KEPT,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_kept_promise_passes(colour, protocol, verb, answer, args):
    assert asked(colour, protocol, verb, answer, *args) == answer


BROKEN = {
    # What is true is not True.
    "a row count": ("Credentials", "replace", 1, ("old", "new")),
    "no rows": ("Credentials", "replace", 0, ("old", "new")),
    "a word": ("Credentials", "add", "ok", (CREDENTIAL,)),
    "nothing": ("Credentials", "add", None, (CREDENTIAL,)),
    "not awaited": ("Credentials", "replace", Promise(), ("old", "new")),
    "a permission that is a word": ("Permissions", "permits", "no", ("a1",)),
    "a permission that is a list": ("Permissions", "permits", [], ("a1",)),
    "a permission not awaited": ("Permissions", "permits", Promise(), ("a1",)),
    "True for a number": ("Counters", "hit", {"k": True}, ({"k": 1},)),
    "no number": ("Counters", "hit", {"k": None}, ({"k": 1},)),
    "no totals": ("Counters", "hit", None, ({"k": 1},)),
    "a total too few": ("Counters", "hit", {}, ({"k": 1},)),
    "a total of another key": ("Counters", "hit", {"j": 1}, ({"k": 1},)),
    "a float": ("Counters", "hit", {"k": 1.0}, ({"k": 1},)),
    # What was not asked for.
    "somebody else's credential": ("Credentials", "get", CREDENTIAL, ("a2",)),
    "another account by id": ("Accounts", "get", ACCOUNT, ("a2",)),
    "another account by address": (
        *("Accounts", "find", ACCOUNT),
        (parse_address("bob@example.org").key("acme"),),
    ),
    "another tenant's account": ("Accounts", "find", ACCOUNT, (ANN.key("globex"),)),
    "an account that folds accents": (
        *("Accounts", "find", ACCOUNT),
        (parse_address("ann+x@example.org").key("acme"),),
    ),
    "an erased account by its address": (
        *("Accounts", "find", ACCOUNT.with_status(Status.ERASED)),
        (ACCOUNT.key,),
    ),
    "another link": ("Links", "get", LINK, ("l2",)),
    "another session": ("Sessions", "get", SESSION, ("d2",)),
    "somebody else's sessions": ("Sessions", "held_by", [SESSION], ("a2",)),
    "a session that has ended": ("Sessions", "held_by", [ENDED], ("a1",)),
    "another record": ("AttemptSearch", "by_reference", RECORD, ("000-000-000",)),
    "another account at once": (
        *("LoginReads", "read", rows()),
        (ANN.key("globex"), *READ[1:]),
    ),
    "somebody else's credential at once": (
        *("LoginReads", "read", rows(credential=replace(CREDENTIAL, account="a2"))),
        READ,
    ),
    "the stand-in's credential for somebody": (
        *("LoginReads", "read", rows(credential=replace(CREDENTIAL, account="nobody"))),
        READ,
    ),
    "somebody's credential for nobody": (
        *("LoginReads", "read", rows(account=None)),
        READ,
    ),
    "another link at once": ("LoginReads", "read", rows(), (*READ[:2], "l2")),
    "another session at once": ("SessionReads", "read", session_rows(), ("d2",)),
    "somebody else's account with a session": (
        *("SessionReads", "read", session_rows(account=replace(ACCOUNT, id="a2"))),
        ("d1",),
    ),
    # What was not promised.
    "a link for a session at once": (
        *("SessionReads", "read", session_rows(session=LINK)),
        ("d1",),
    ),
    "a credential for a session's account": (
        *("SessionReads", "read", session_rows(account=CREDENTIAL)),
        ("d1",),
    ),
    "True for a generation": (
        *("SessionReads", "read", session_rows(generation=True)),
        ("d1",),
    ),
    "no generation": (
        *("SessionReads", "read", session_rows(generation=None)),
        ("d1",),
    ),
    "a session alone": ("SessionReads", "read", SESSION, ("d1",)),
    "a session's rows not awaited": ("SessionReads", "read", Promise(), ("d1",)),
    "a credential for an account": (
        *("LoginReads", "read", rows(account=CREDENTIAL)),
        READ,
    ),
    "nothing for three": ("LoginReads", "read", None, READ),
    "three not awaited": ("LoginReads", "read", Promise(), READ),
    "a dict for a row": ("Credentials", "get", {"account": "a1"}, ("a1",)),
    "a link for a session": ("Sessions", "get", LINK, ("l1",)),
    "an account for a credential": ("Credentials", "get", ACCOUNT, ("a1",)),
    "a row not awaited": ("Credentials", "get", Promise(), ("a1",)),
    "False for no row": ("Credentials", "get", False, ("a1",)),
    "an attempt at another tenant": (
        *("AttemptSearch", "near", [RECORD]),
        (replace(SPAN, tenant="globex"),),
    ),
    "an attempt on another key": (
        *("AttemptSearch", "near", [RECORD]),
        (replace(SPAN, lookup="bob@example.org"),),
    ),
    "something else among sessions": ("Sessions", "held_by", [SESSION, None], ("a1",)),
    "an iterator": ("Sessions", "held_by", iter([SESSION]), ("a1",)),
    "nothing for a list": ("Sessions", "held_by", None, ("a1",)),
    "a word for a match": ("PasswordCheck", "check", "right", ("s",)),
    "True for a match": ("PasswordCheck", "check", True, ("s",)),
    "True for a delivery": ("Mailer", "send", True, ("m",)),
    "a record not awaited": ("AttemptLog", "record", Promise(), ("r",)),
    "a reset not awaited": ("Counters", "reset", Promise(), (["k"],)),
}


@pytest.mark.parametrize(
    ("protocol", "verb", "answer", "args"), BROKEN.values(), ids=BROKEN
)
def test_C30_F69_a_broken_promise_is_an_adapter_error(
    colour, protocol, verb, answer, args
):
    with pytest.raises(AdapterError) as caught:
        asked(colour, protocol, verb, answer, *args)

    assert (caught.value.adapter, caught.value.verb) == ("Mine", verb)
    assert type(caught.value) is AdapterError


def test_C10_F37_the_error_does_not_repeat_the_answer(colour):
    with pytest.raises(AdapterError) as caught:
        asked(colour, "Credentials", "get", "CANARY", "a1")

    assert "CANARY" not in f"{caught.value!r} {vars(caught.value)}"


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("OperationalError", adapter="Mine", verb="get"),
        ValueError("a bug of theirs"),
        SystemExit(),
    ],
    ids=repr,
)
def test_F69_an_error_passes_through_unchanged(colour, error):
    with pytest.raises(type(error)) as caught:
        asked(colour, "Credentials", "get", error, "a1")

    assert caught.value is error


PROTOCOLS = sorted(name for name in adapters.__all__ if not name.startswith("Async"))


@pytest.mark.parametrize("name", PROTOCOLS)
def test_F69_the_wrong_colour_is_refused_when_wired(colour, name):
    wanted, other = getattr(adapters, name), getattr(adapters, f"Async{name}")
    if colour == "async":
        wanted, other = other, wanted

    with pytest.raises(
        WiringError, match="is sync" if colour == "async" else "is async"
    ):
        guarded(answering(other, None), wanted, setting="store.part")


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_missing_method_is_refused_when_wired(colour, name):
    promised = getattr(adapters, f"Async{name}" if colour == "async" else name)

    with pytest.raises(WiringError, match="has no method") as caught:
        guarded(object(), promised, setting="store.part")

    assert caught.value.setting == "store.part"
    assert promised.__name__ in caught.value.cure


def test_a_method_that_cannot_be_called_is_no_method():
    class Mine:
        contains = "no"

    with pytest.raises(WiringError, match="has no method"):
        guarded(Mine(), adapters.BreachCheck, setting="breach")


def sync_contains(_mine, _password, /):
    return False


async def async_contains(_mine, _password, /):
    return False


def test_an_async_method_around_a_sync_one_is_async():
    class Mine:
        @functools.wraps(sync_contains)
        async def contains(self, password, /):
            return sync_contains(self, password)

    guard = guarded(Mine(), adapters.AsyncBreachCheck, setting="breach")

    assert asyncio.run(guard.contains("p")) is False


def test_an_async_method_around_a_sync_one_is_not_sync():
    class Mine:
        @functools.wraps(sync_contains)
        async def contains(self, password, /):
            return sync_contains(self, password)

    with pytest.raises(WiringError, match="is async"):
        guarded(Mine(), adapters.BreachCheck, setting="breach")


def test_an_async_method_behind_a_plain_wrapper_is_async():
    class Mine:
        @functools.wraps(async_contains)
        def contains(self, password, /):
            return async_contains(self, password)

    guard = guarded(Mine(), adapters.AsyncBreachCheck, setting="breach")

    assert asyncio.run(guard.contains("p")) is False
    with pytest.raises(WiringError, match="is async"):
        guarded(Mine(), adapters.BreachCheck, setting="breach")


def test_a_bound_partial_is_taken_for_what_it_is():
    class Mine:
        contains = staticmethod(functools.partial(dict.get, {"p": False}))

    assert guarded(Mine(), adapters.BreachCheck, setting="b").contains("p") is False


def test_a_guard_has_the_methods_of_the_protocol_only():
    class Mine:
        def contains(self, _password, /):
            return False

        def drop_table(self):
            raise AssertionError

    guard = guarded(Mine(), adapters.BreachCheck, setting="breach")

    assert not hasattr(guard, "drop_table")
    assert repr(guard) == "<guarded contains>"
