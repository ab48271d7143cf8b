"""Values to store: every field filled, and filled with what breaks careless stores.

Use them to fill a store of your own tests, too: `account("ann")` is an account, and
every field can be given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

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
from securelogin.audit import AuditRecord
from securelogin.credentials import Credential, DeadTemporary, Death, Temporary
from securelogin.links import LinkId, MessageId, RecipientLink
from securelogin.mail import MailKind, MailOrder, OrderState
from securelogin.outcomes import Cause
from securelogin.sessions import Session, SessionDigest

__all__ = [
    "ACCOUNT",
    "ACCOUNTS",
    "ACME",
    "AT",
    "ATTEMPTS",
    "CHANGE",
    "CREDENTIAL",
    "CREDENTIALS",
    "DEAD",
    "ELSEWHERE",
    "ENDS",
    "GLOBEX",
    "HOUR",
    "LINK",
    "LINKS",
    "LOOK_ALIKES",
    "NASTY",
    "ORDERS",
    "SESSION",
    "SESSIONS",
    "TEMPORARY",
    "TICK",
    "Kind",
    "account",
    "attempt",
    "audit_record",
    "credential",
    "link",
    "order",
    "session",
]

AT = datetime(2026, 3, 2, 9, 30, 59, 999_999, tzinfo=UTC)
ELSEWHERE = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
ACME = Tenant("acme")
GLOBEX = Tenant("globex")

NASTY = (
    "",
    "😀 \u2013 émoji\U0010ffff",
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
    "\uff41nn",
    "a\u0301nn",
    "\u00e1nn",
)


def account(name: str = "ann", **changes: Any) -> Account:
    """Return an account."""
    values: dict[str, Any] = {
        "id": AccountId(f"id of {name}"),
        "tenant": ACME,
        "audience": Audience.EXTERNAL,
        "primary": stored_address(f"{name}@Acme.example"),
    }
    return Account(**(values | changes))


def credential(name: str = "ann", **changes: Any) -> Credential:
    """Return a credential."""
    return Credential(account=AccountId(name), **changes)


def link(name: str = "one", **changes: Any) -> RecipientLink:
    """Return a recipient link."""
    values: dict[str, Any] = {
        "id": LinkId(name),
        "tenant": ACME,
        "recipient": AccountId("ann"),
        "address": AddressKey(tenant=ACME, value="ann@acme.example"),
        "message": MessageId("m1"),
        "sender": stored_address("bob@acme.example"),
        "issued_at": AT,
        "until": AT + HOUR,
    }
    return RecipientLink(**(values | changes))


def session(name: str = "one", **changes: Any) -> Session:
    """Return a session."""
    values: dict[str, Any] = {
        "digest": SessionDigest(name),
        "account": AccountId("ann"),
        "tenant": ACME,
        "generation": 3,
        "began_at": AT,
        "seen_at": AT + TICK,
        "until": AT + HOUR,
        "browser": "b" * 64,
    }
    return Session(**(values | changes))


def attempt(reference: str = "REF", **changes: Any) -> AttemptRecord:
    """Return a record of an attempt."""
    values: dict[str, Any] = {
        "reference": reference,
        "at": AT,
        "operation": Operation.LOGIN,
        "tenant": ACME,
        "lookup": "ann@acme.example",
    }
    return AttemptRecord(**(values | changes))


def audit_record(chain: str = "one", number: int = 1, **changes: Any) -> AuditRecord:
    """Return a record of an audit trail; its seal holds nothing together."""
    values: dict[str, Any] = {
        "chain": chain,
        "number": number,
        "written_at": AT,
        "kind": "authn_login_success",
        "tenant": ACME,
        "account": AccountId("ann"),
        "subject": "subject",
        "facts": "{}",
        "person": '{"ip":"192.0.2.7"}',
        "commitment": "c" * 64,
        "previous": "p" * 64 if number > 1 else "",
        "seal": "s" * 64,
    }
    return AuditRecord(**(values | changes))


def order(name: str = "one", **changes: Any) -> MailOrder:
    """Return an order for a mail."""
    values: dict[str, Any] = {
        "id": name,
        "kind": MailKind.MESSAGE,
        "tenant": ACME,
        "at": AT,
        "due_at": AT,
        "account": AccountId("ann"),
    }
    return MailOrder(**(values | changes))


CHANGE = AddressChange(
    id="change",
    address=stored_address("new@xn--mnchen-3ya.example"),
    until=AT + HOUR,
    confirmed=frozenset({Side.NEW}),
)
TEMPORARY = Temporary(
    hash="$argon2id$" + "x" * 502,
    fingerprint="b0c1",
    mark="blue 😀",
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
    credential("longest".ljust(64, "x")),
    *(credential(f"nasty {n}", password_hash=text) for n, text in enumerate(NASTY)),
)
LINKS = (
    link("plain"),
    link("recalled", recalled_at=AT - TICK, version=9),
    link("expired", until=datetime(1970, 1, 1, tzinfo=UTC)),
    link("longest", message=MessageId("m" * 128)),
    link("other", address=AddressKey(tenant=Tenant("globex"), value="x@y.example")),
    *(link(f"nasty {n}", message=MessageId(text)) for n, text in enumerate(NASTY)),
)
SESSIONS = (
    session("plain"),
    session("5e" * 32, user_agent="u" * 256),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a contract has to know of one kind of record that has a key and a version.

    Attributes:
        name: its class's name.
        key: its field that is the key.
        make: makes a small one with a key from a word.
        examples: every field filled, each with a key of its own.
        over: what has expired, was recalled, has ended or was erased.
        nul: text with a NUL in it, in the key and elsewhere.
    """

    name: str
    key: str
    make: Callable[[str], Any]
    examples: Sequence[Any]
    over: Sequence[Any]
    nul: Sequence[Any]

    def key_of(self, value: Any, /) -> str:
        """Return a record's key."""
        return str(getattr(value, self.key))

    def under(self, key: str, value: Any, /) -> Any:
        """Return the record with another key."""
        return replace(value, **{self.key: key})

    @staticmethod
    def newer(value: Any, /) -> Any:
        """Return the record after one more write."""
        return replace(value, version=value.version + 1)


def _account_with_id(name: str) -> Account:
    # Addresses of their own: here it is about the id.
    return account(f"n{name.encode().hex()}", id=AccountId(name))


CREDENTIAL = Kind(
    name="Credential",
    key="account",
    make=credential,
    examples=CREDENTIALS,
    over=(
        credential("expired", temporary=replace(TEMPORARY, until=AT - HOUR)),
        credential("spent", dead=DEAD),
    ),
    nul=(
        credential("nul"),
        credential("nul\x00"),
        credential("\x00", password_hash="a\x00b"),
    ),
)
LINK = Kind(
    name="RecipientLink",
    key="id",
    make=link,
    examples=LINKS,
    over=(link("recalled", recalled_at=AT), link("expired", until=AT - HOUR)),
    nul=(link("nul"), link("nul\x00"), link("\x00", message=MessageId("a\x00b"))),
)
SESSION = Kind(
    name="Session",
    key="digest",
    make=session,
    examples=SESSIONS,
    over=(
        session("expired", until=datetime(1970, 1, 1, tzinfo=UTC)),
        session("ended", ended_at=AT),
    ),
    nul=(session("nul"), session("nul\x00"), session("\x00", user_agent="a\x00b")),
)
ACCOUNT = Kind(
    name="Account",
    key="id",
    make=_account_with_id,
    examples=ACCOUNTS,
    over=(
        account("gone").erased(),
        account("shut", status=Status.DISABLED),
        account("late", change=replace(CHANGE, until=AT - HOUR)),
    ),
    nul=tuple(_account_with_id(name) for name in ("nul", "nul\x00", "\x00")),
)
