"""Build what the rules judge: an attempt that gets in, and one keyword per deviation.

Every builder gives something good; a test names only what is different in its case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from securelogin import KeyRing, Limits, Policy, Portal
from securelogin.accounts import Account, AccountId, AddressChange, Audience, Side
from securelogin.addresses import Address, parse_address
from securelogin.attempts import Attempt, AttemptRecord, Client, Form, Operation
from securelogin.credentials import Credential, DeadTemporary, Death, Temporary
from securelogin.evidence import Asked, Count, CounterKey, Evidence
from securelogin.hidden import Hidden
from securelogin.links import LinkClaim, LinkId, MessageId, RecipientLink
from securelogin.outcomes import Cause
from securelogin.passwords import Match
from securelogin.portals import Portals
from securelogin.rules.login import ask
from securelogin.sessions import Session, SessionDigest
from securelogin.temporary import make_temporary
from securelogin.tickets import AddressProof, ChangeTicket
from tests.wiring import ACME, GLOBEX, PASSWORD, START, URL

KEYS = KeyRing(bytes(range(200, 232)))
OTHER_KEYS = KeyRing(bytes(range(150, 182)))
SITES = Portals((ACME, GLOBEX))
PLAIN = Policy(
    block_list=frozenset(),
    limits=Limits(tries=10, temporary_tries=1_000, source_tries=100, consecutive=100),
)
"""Limits that the cases here exceed by one, and no list but where a test gives one."""

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
"""The least that two moments can differ by."""

CANARY = "canary-7f3a9-do-not-log"
"""A string that must turn up nowhere, once it was part of a secret."""

INTERNAL_ONLY = Portal(
    tenant="acme",
    name="Acme Staff",
    url="https://staff.acme.example/",
    contact="staff@acme.example",
    audiences=frozenset({Audience.INTERNAL}),
)


def address(text: str = "ann@example.org") -> Address:
    return parse_address(text)


def account(text: str = "ann@example.org", **changes: Any) -> Account:
    """Return an active internal account of acme."""
    given: dict[str, Any] = {
        "id": AccountId("account-ann"),
        "tenant": "acme",
        "audience": Audience.INTERNAL,
        "primary": address(text),
    }
    return Account(**(given | changes))


def external(text: str = "ann@example.org", **changes: Any) -> Account:
    return account(text, **({"audience": Audience.EXTERNAL} | changes))


def temporary(**changes: Any) -> Temporary:
    """Return a temporary password mailed five minutes ago, good for an hour."""
    given: dict[str, Any] = {
        "hash": f"hash of {CANARY}",
        "fingerprint": "f00d",
        "mark": "M4RK",
        "issued_at": START - 5 * MINUTE,
        "until": START + 55 * MINUTE,
    }
    return Temporary(**(given | changes))


def dead(death: Death, fingerprint: str = "f00d") -> DeadTemporary:
    return DeadTemporary(
        fingerprint=fingerprint,
        death=death,
        issued_at=START - HOUR,
        at=START - MINUTE,
    )


def credential(**changes: Any) -> Credential:
    """Return a credential with a lasting password and nothing pending."""
    given: dict[str, Any] = {
        "account": AccountId("account-ann"),
        "password_hash": f"lasting hash of {CANARY}",
        "generation": 3,
        "version": 7,
    }
    return Credential(**(given | changes))


def link(**changes: Any) -> RecipientLink:
    """Return a link for Ann, issued an hour ago, good for another day."""
    given: dict[str, Any] = {
        "id": LinkId("link-1"),
        "tenant": "acme",
        "recipient": AccountId("account-ann"),
        "address": address().key("acme"),
        "message": MessageId("message-1"),
        "sender": address("sam@sender.example"),
        "issued_at": START - HOUR,
        "until": START + timedelta(days=1),
    }
    return RecipientLink(**(given | changes))


def claim(**changes: Any) -> LinkClaim:
    """Return what the token of `link()` says."""
    given: dict[str, Any] = {
        "link": LinkId("link-1"),
        "tenant": "acme",
        "issued_at": START - HOUR,
        "until": START + timedelta(days=1),
    }
    return LinkClaim(**(given | changes))


def some_temporary(seed: int = 7) -> str:
    return make_temporary(random=lambda size: bytes([seed] * size)).reveal()


def mistyped(text: str) -> str:
    """Return a temporary password with its check symbol off by one."""
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def attempt(
    typed: str = "ann@example.org", password: str = PASSWORD, **changes: Any
) -> Attempt:
    given: dict[str, Any] = {
        "url": URL,
        "client": Client(ip="192.0.2.7", user_agent="Firefox/140"),
    }
    return Attempt(address=typed, password=password, **(given | changes))


def asked(made: Attempt | None = None, **changes: Any) -> Asked:
    """Return what an attempt asks for, made by the library's own `ask`."""
    whole = ask(made or attempt(), portals=SITES, policy=PLAIN, keys=KEYS)
    return replace(whole, **changes)


def evidence(**changes: Any) -> Evidence:
    """Return evidence on which an internal person is let in.

    What `Attempt` and `Asked` hold can be given by its own name; `asked` is made from
    the attempt unless it is given.
    """
    of_attempt = {
        name: changes.pop(name)
        for name in ("typed", "password", "url", "faults", "client")
        if name in changes
    }
    if "token" in changes:
        of_attempt["link"] = changes.pop("token")
    made = changes.pop("attempt", None) or attempt(**of_attempt)
    of_asked = {
        name: changes.pop(name)
        for name in ("portal", "form", "claim", "counts")
        if name in changes
    }
    given: dict[str, Any] = {
        "at": START,
        "attempt": made,
        "asked": asked(made, **of_asked),
        "hits": (1, 1, 1),
        "account": account(),
        "credential": credential(),
        "link": None,
        "match": Match.RIGHT,
        "elsewhere": False,
        "permitted": True,
        "fingerprints": ("beef",),
    }
    return Evidence(**(given | changes))


def by_link(**changes: Any) -> Evidence:
    """Return evidence on which an external recipient is let in by a good link."""
    given: dict[str, Any] = {
        "token": Hidden("a token"),
        "claim": claim(),
        "link": link(),
        "account": external(),
    }
    return evidence(**(given | changes))


def by_temporary(**changes: Any) -> Evidence:
    """Return evidence on which a temporary password is right."""
    given: dict[str, Any] = {
        "password": some_temporary(),
        "credential": credential(temporary=temporary()),
        "fingerprints": ("f00d",),
    }
    return evidence(**(given | changes))


def session(**changes: Any) -> Session:
    """Return a session begun an hour ago and used a minute ago."""
    given: dict[str, Any] = {
        "digest": SessionDigest("d" * 64),
        "account": AccountId("account-ann"),
        "tenant": "acme",
        "generation": 3,
        "began_at": START - HOUR,
        "seen_at": START - MINUTE,
        "until": START + 11 * HOUR,
        "browser": "b" * 16,
    }
    return Session(**(given | changes))


def ticket(**changes: Any) -> ChangeTicket:
    """Return a ticket for `credential()`, issued a minute ago."""
    given: dict[str, Any] = {
        "account": AccountId("account-ann"),
        "tenant": "acme",
        "version": 7,
        "issued_at": START - MINUTE,
        "until": START + 14 * MINUTE,
    }
    return ChangeTicket(**(given | changes))


def change(**changes: Any) -> AddressChange:
    """Return a change of Ann's address that waits for both mailboxes."""
    given: dict[str, Any] = {
        "id": "change-1",
        "address": address("ann.new@example.org"),
        "until": START + HOUR,
    }
    return AddressChange(**(given | changes))


def proof(**changes: Any) -> AddressProof:
    """Return the new mailbox's yes to `change()`."""
    given: dict[str, Any] = {
        "account": AccountId("account-ann"),
        "tenant": "acme",
        "change": "change-1",
        "side": Side.NEW,
        "issued_at": START - MINUTE,
        "until": START + HOUR,
    }
    return AddressProof(**(given | changes))


def record(*causes: Cause, **changes: Any) -> AttemptRecord:
    """Return the record of a log-in that was refused for *causes*."""
    given: dict[str, Any] = {
        "reference": "7QK-4MX-P9R",
        "at": START,
        "operation": Operation.LOGIN,
        "causes": causes,
        "tenant": "acme",
        "portal": ACME.base,
        "url": URL,
        "lookup": "ann@example.org",
        "typed": "ann@example.org",
    }
    return AttemptRecord(**(given | changes))


def counts(*most: int | None) -> tuple[Count, ...]:
    return tuple(
        Count(key=CounterKey(f"key {place}"), window=MINUTE, most=limit)
        for place, limit in enumerate(most)
    )


def in_order(causes: tuple[Cause, ...]) -> bool:
    """Tell whether causes stand as in the enum, each once."""
    order = list(Cause)
    places = [order.index(cause) for cause in causes]
    return places == sorted(set(places))


# What can go wrong, one thing at a time: name, what the evidence then shows, and the
# cause that this is. Each is independent of the others, so that laws can mix them.
Fault = tuple[dict[str, Any], Cause]
LINK_FAULTS: dict[str, Fault] = {
    "no link": ({"token": None, "claim": None, "link": None}, Cause.LINK_MISSING),
    "forged link": ({"claim": None, "link": None}, Cause.LINK_BAD_SIGNATURE),
    "link nobody stored": ({"link": None}, Cause.LINK_BAD_SIGNATURE),
    "link of another tenant": ({"claim": claim(tenant="globex")}, Cause.WRONG_TENANT),
    "link from the future": (
        {"claim": claim(issued_at=START + 2 * MINUTE)},
        Cause.CLOCK_SKEW,
    ),
    "expired link": ({"claim": claim(until=START - 2 * MINUTE)}, Cause.LINK_EXPIRED),
    "recalled link": (
        {"link": link(recalled_at=START - MINUTE)},
        Cause.LINK_RECALLED,
    ),
    "another recipient's link": (
        {"link": link(recipient=AccountId("account-bob"))},
        Cause.LINK_FOR_OTHER_RECIPIENT,
    ),
    "link to a former address": (
        {"link": link(address=address("old@example.org").key("acme"))},
        Cause.LINK_FOR_OTHER_RECIPIENT,
    ),
}
COMMON_FAULTS: dict[str, Fault] = {
    "cookies blocked": ({"faults": {"cookies_blocked"}}, Cause.COOKIES_BLOCKED),
    "foreign form": ({"faults": {"csrf"}}, Cause.CSRF),
    "no portal's URL": ({"portal": None}, Cause.WRONG_PORTAL),
    "source too often": ({"hits": (101, 1, 1)}, Cause.THROTTLED),
    "address too often": ({"hits": (1, 11, 1)}, Cause.THROTTLED),
    "hash out of bounds": ({"match": Match.HASH_UNUSABLE}, Cause.HASH_UNUSABLE),
    "wrong password": ({"match": Match.WRONG}, Cause.WRONG_PASSWORD),
    "no permission": ({"permitted": False}, Cause.NO_PERMISSION),
}


def forms() -> st.SearchStrategy[Form]:
    return st.sampled_from(Form)


def faulty(
    faults: dict[str, Fault], build: Callable[..., Evidence]
) -> st.SearchStrategy[tuple[frozenset[str], Evidence]]:
    """Return any mixture of faults that touch different things."""

    def mixed(names: frozenset[str]) -> tuple[frozenset[str], Evidence]:
        changes: dict[str, Any] = {}
        taken: set[str] = set()
        for name in sorted(names):
            fault, _ = faults[name]
            if not changes.keys() & fault.keys():
                changes |= fault
                taken.add(name)
        return frozenset(taken), build(**changes)

    return st.frozensets(st.sampled_from(sorted(faults)), min_size=1).map(mixed)
