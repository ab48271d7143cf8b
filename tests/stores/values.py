"""Values to store: every field filled, and filled with what breaks careless stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from securelogin.accounts import (
    Account,
    AccountId,
    AddressChange,
    Audience,
    Side,
    Status,
)
from securelogin.addresses import AddressKey, Tenant, stored_address
from securelogin.attempts import AttemptRecord, Form, Operation, Preflight
from securelogin.credentials import Credential, DeadTemporary, Death, Temporary
from securelogin.links import LinkId, MessageId, RecipientLink
from securelogin.mail import MailKind, MailOrder, OrderState
from securelogin.outcomes import Cause
from securelogin.sessions import Session, SessionDigest

AT = datetime(2026, 3, 2, 9, 30, 59, 999_999, tzinfo=UTC)
ELSEWHERE = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
ACME = Tenant("acme")

NASTY = (
    "",
    "a\x00b",
    "\x00",
    "😀 – émoji\U0010ffff",
    "\u202eright to left \u05d0\u05d1\u05d2",
    "'; DROP TABLE securelogin_accounts; --",
    '"quoted" \\ %_ :name ?',
    " blank before and after ",
    "line\r\nline\t",
    "e\u0301",
)
LOOK_ALIKES = (
    "ann",
    "Ann",
    "ANN",
    "ann ",
    " ann",
    "ann\x00",
    "\uff41nn",
    "a\u0301nn",
    "ánn",
)


def account(name: str = "ann", **changes: object) -> Account:
    values: dict[str, object] = {
        "id": AccountId(f"id of {name}"),
        "tenant": ACME,
        "audience": Audience.EXTERNAL,
        "primary": stored_address(f"{name}@Acme.example"),
    }
    return Account(**(values | changes))  # type: ignore[arg-type]


def credential(name: str = "ann", **changes: object) -> Credential:
    return Credential(account=AccountId(name), **changes)  # type: ignore[arg-type]


def link(name: str = "one", **changes: object) -> RecipientLink:
    values: dict[str, object] = {
        "id": LinkId(name),
        "tenant": ACME,
        "recipient": AccountId("ann"),
        "address": AddressKey(tenant=ACME, value="ann@acme.example"),
        "message": MessageId("m1"),
        "sender": stored_address("bob@acme.example"),
        "issued_at": AT,
        "until": AT + HOUR,
    }
    return RecipientLink(**(values | changes))  # type: ignore[arg-type]


def session(name: str = "one", **changes: object) -> Session:
    values: dict[str, object] = {
        "digest": SessionDigest(name),
        "account": AccountId("ann"),
        "tenant": ACME,
        "generation": 3,
        "began_at": AT,
        "seen_at": AT + TICK,
        "until": AT + HOUR,
        "browser": "b" * 64,
    }
    return Session(**(values | changes))  # type: ignore[arg-type]


def attempt(reference: str = "REF", **changes: object) -> AttemptRecord:
    values: dict[str, object] = {
        "reference": reference,
        "at": AT,
        "operation": Operation.LOGIN,
        "tenant": ACME,
        "lookup": "ann@acme.example",
    }
    return AttemptRecord(**(values | changes))  # type: ignore[arg-type]


def order(name: str = "one", **changes: object) -> MailOrder:
    values: dict[str, object] = {
        "id": name,
        "kind": MailKind.MESSAGE,
        "tenant": ACME,
        "at": AT,
        "due_at": AT,
        "account": AccountId("ann"),
    }
    return MailOrder(**(values | changes))  # type: ignore[arg-type]


CHANGE = AddressChange(
    id="change",
    address=stored_address("new@xn--mnchen-3ya.example"),
    until=AT + HOUR,
    confirmed=frozenset({Side.NEW}),
)
TEMPORARY = Temporary(
    hash="$argon2id$" + "x" * 502,
    fingerprint="b0c1",
    mark="blue\x00😀",
    issued_at=AT,
    until=ELSEWHERE + HOUR,
)
DEAD = tuple(
    DeadTemporary(
        fingerprint=f"f{n}", death=death, issued_at=AT - HOUR, at=AT + n * TICK
    )
    for n, death in enumerate(Death)
)

ACCOUNTS = (
    account("plain"),
    account(
        "full",
        audience=Audience.INTERNAL,
        aliases=tuple(stored_address(f"full{n}@x.example") for n in range(3)),
        status=Status.DISABLED,
        language="zh-Hant-TW",
        change=CHANGE,
        version=2**53 + 1,
    ),
    account("both", change=replace(CHANGE, confirmed=frozenset(Side))),
    account("neither", change=replace(CHANGE, confirmed=frozenset())),
    account("erased").erased(),
)
CREDENTIALS = (
    credential("plain"),
    credential(
        "full",
        password_hash="$argon2id$" + "y" * 502,
        temporary=TEMPORARY,
        dead=DEAD,
        browsers=("0123456789abcdef", "b" * 16),
        must_change=True,
        changed_at=datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
        generation=7,
        version=2**40,
    ),
    *(credential(f"nasty {n}", password_hash=text) for n, text in enumerate(NASTY)),
)
LINKS = (
    link("plain"),
    link("recalled", recalled_at=AT - TICK, version=9),
    link("expired", until=datetime(1970, 1, 1, tzinfo=UTC)),
    link("other", address=AddressKey(tenant=Tenant("globex"), value="x@y.example")),
    *(link(f"nasty {n}", message=text) for n, text in enumerate(NASTY)),
)
SESSIONS = (
    session("plain"),
    session(
        "full",
        user_agent="Firefox/140 \ufffd",
        ip="2001:db8::7",
        ended_at=ELSEWHERE,
        until=datetime.max.replace(tzinfo=UTC),
        version=4,
    ),
    *(session(f"nasty {n}", user_agent=text) for n, text in enumerate(NASTY)),
)
ATTEMPTS = (
    attempt("plain"),
    attempt(
        "full",
        at=ELSEWHERE,
        operation=Operation.ADDRESS_CONFIRMED,
        causes=(Cause.WRONG_PORTAL, Cause.THROTTLED),
        portal="https://acme.example/secure/",
        url="https://acme.example/secure/login",
        typed="Ann@acme.example",
        account=AccountId("ann"),
        link="link",
        form=Form.MISTYPED_TEMPORARY,
        ip="192.0.2.7",
        user_agent="Firefox/140",
        device_time=AT - TICK,
        hits=(1, 20, 2**40),
        note="a note",
        preflight=Preflight(cookies=True, https=False, script=None),
    ),
    *(attempt(f"nasty {n}", note=text, url=text) for n, text in enumerate(NASTY)),
)
ORDERS = (
    order("plain"),
    order(
        "full",
        kind=MailKind.CONFIRM_ADDRESS,
        due_at=ELSEWHERE,
        lookup=AddressKey(tenant=ACME, value="ann@acme.example"),
        portal="https://acme.example/secure/",
        link="link",
        side=Side.OLD,
        change="change",
        mark="blue",
        tries=3,
        leased_until=AT - HOUR,
        settled_at=AT - HOUR,
        detail="450 later",
        version=6,
    ),
    *(order(f"nasty {n}", detail=text) for n, text in enumerate(NASTY)),
)
ENDS = tuple(
    order(f"end {state.value}", state=state, settled_at=AT)
    for state in OrderState
    if state is not OrderState.WAITING
)
