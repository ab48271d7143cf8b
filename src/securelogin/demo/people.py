"""Who plays a part in the demo, in which portal, and what they have sent so far."""

from __future__ import annotations

from dataclasses import dataclass

from securelogin.accounts import Audience
from securelogin.portals import Portal

__all__ = [
    "ANN",
    "BOB",
    "CAROL",
    "ERIN",
    "INVITED",
    "PASSWORD",
    "SEEDS",
    "STAFF",
    "Person",
    "Seed",
    "is_administrator",
    "portals_at",
]

PASSWORD = "a quiet harbour at six"  # noqa: S105 -- said on every page of the demo
"""Of everybody who has been there before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a lasting password."""

    name: str
    address: str
    tenant: str
    part: str
    audience: Audience = Audience.INTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A message that has been sent before anybody looks."""

    tenant: str
    sender: str
    recipient: str
    subject: str
    body: str


ANN = Person(
    name="Ann", address="ann@acme.example", tenant="acme", part="sends messages"
)
CAROL = Person(
    name="Carol",
    address="carol@acme.example",
    tenant="acme",
    part="administrator, has the support desk",
)
DORA = Person(
    name="Dora",
    address="dora@northwind.example",
    tenant="clinic",
    part="sends messages",
)
NOAH = Person(
    name="Noah",
    address="noah@northwind.example",
    tenant="clinic",
    part="administrator, has the support desk",
)
ERIN = Person(
    name="Erin",
    address="erin@garden.example",
    tenant="acme",
    part="recipient from outside, gets in by the link in her mail only",
    audience=Audience.EXTERNAL,
)
BOB = "bob@harbour.example"
PAT = "pat@home.example"

STAFF = (ANN, CAROL, DORA, NOAH)
INVITED = (BOB, PAT)
"""Recipients who have not been there yet; their two mails are waiting."""

SEEDS = (
    Seed(
        tenant="acme",
        sender=ANN.address,
        recipient=ERIN.address,
        subject="The plan for your garden",
        body="Dear Erin,\n\nthe plan is ready, and so is the offer: 1,240 in all.\n"
        "Tell me by Friday whether the apple tree may stay.\n\nAnn",
    ),
    Seed(
        tenant="acme",
        sender=ANN.address,
        recipient=BOB,
        subject="Your contract",
        body="Dear Bob,\n\nhere is the contract as we discussed it.\n"
        "Page three is new; please read it twice.\n\nAnn",
    ),
    Seed(
        tenant="clinic",
        sender=DORA.address,
        recipient=PAT,
        subject="Your results",
        body="Dear Pat,\n\neverything is fine. We see each other in spring.\n\nDora",
    ),
)


def portals_at(url: str, /) -> tuple[Portal, ...]:
    """Return the portals of a demo that is served at *url*, which ends with a slash."""
    return (
        Portal(
            tenant="acme",
            name="Acme Secure Messaging",
            url=f"{url}acme/",
            contact=CAROL.address,
        ),
        Portal(
            tenant="clinic",
            name="Northwind Clinic",
            url=f"{url}clinic/",
            contact=NOAH.address,
        ),
    )


def is_administrator(address: str, /, *, tenant: str) -> bool:
    """Tell whether somebody sees all of a tenant at its support desk."""
    return (tenant, address) in {(who.tenant, who.address) for who in (CAROL, NOAH)}
