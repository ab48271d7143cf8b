"""The contract of `Mailer`: one mail, one person, once, and an answer.

Besides the mailer itself, an author may give these fixtures; what is not given is
skipped, with a reason:

    arrived          what has come out at the other end: `arrived() → list of Arrived`
    refused_address  an address that the server will not have
    unreachable      the mailer with its server away
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import pytest

from securelogin.adapters import Mailer
from securelogin.addresses import stored_address
from securelogin.hidden import Hidden
from securelogin.mail import Delivery, DeliveryState, Mail, MailKind
from securelogin.portals import Portal
from securelogin.testing.answers import real
from securelogin.testing.contract import Author, Contract
from securelogin.testing.races import call, race
from securelogin.testing.values import AT

__all__ = ["Arrived", "MailerContract", "mail"]

PASSWORD = "K7QM-4XRD-9HTW-S"
LINK = "https://portal.acme.example/secure/link?t=eyJ0LnQudA.c2lnbmF0dXJl"
TO = "ann@customer.example"
PORTAL = Portal(
    tenant="acme",
    name="Acme Secure Messaging",
    url="https://portal.acme.example/secure/",
    contact="it@acme.example",
)
FIELDS: Mapping[MailKind, Mapping[str, str]] = MappingProxyType(
    {
        MailKind.TEMPORARY_PASSWORD: {
            "mark": "Q7XK",
            "address": TO,
            "until": "2026-03-02 10:30 UTC",
        },
        MailKind.MESSAGE: {
            "sender": "bob@acme.example",
            "until": "2026-03-09 09:30 UTC",
            "address": TO,
        },
        MailKind.CONFIRM_ADDRESS: {
            "until": "2026-03-03 09:30 UTC",
            "new": "ann@new.example",
        },
    }
)
SECRETS: Mapping[MailKind, Mapping[str, str]] = MappingProxyType(
    {
        MailKind.TEMPORARY_PASSWORD: {"password": PASSWORD},
        MailKind.MESSAGE: {"link": LINK},
        MailKind.CONFIRM_ADDRESS: {"link": LINK},
    }
)
UNFIT = (
    "ann@customer.example\r\nBcc: eve@evil.example",
    "ann@customer.example, eve@evil.example",
    "Ann <ann@customer.example>",
    "",
)
"""What no address parser lets through, should it ever lie in a store."""


ONE_ID = (
    "Make the Message-ID (or idempotency key) from `mail.id`, and from nothing else."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A mail as it came out at the other end.

    Attributes:
        to: the one address of its envelope.
        id: what tells that two mails are the same, such as the Message-ID.
        text: all that the reader sees, decoded.
    """

    to: str
    id: str
    text: str


def mail(kind: MailKind = MailKind.TEMPORARY_PASSWORD, **changes: Any) -> Mail:
    """Return a mail as the courier makes it; *to* may be a plain string."""
    to = stored_address(changes.pop("to", TO))
    secrets = {name: Hidden(text) for name, text in SECRETS.get(kind, {}).items()}
    values: dict[str, Any] = {
        "id": "Zm9vYmFyYmF6cXV4MTIzNA",
        "portal": PORTAL,
        "language": "en",
        "at": AT,
        "fields": FIELDS.get(kind, {"at": "2026-03-02 09:30 UTC"}),
        "secrets": secrets,
    }
    return Mail(kind=kind, to=to, **(values | changes))


class MailerContract(Contract):
    """The contract of `Mailer`. Give a fixture `mailer`."""

    part = "mailer"
    protocols: ClassVar[tuple[type, ...]] = (Mailer,)

    @pytest.fixture
    def subject(self, mailer: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(mailer)

    @pytest.fixture
    def postbox(self, author: Author) -> Callable[[], Sequence[Arrived]]:
        """The author's `arrived`."""
        found: Callable[[], Sequence[Arrived]] = author.gives(
            "arrived", "what comes out at the other end"
        )
        return found

    @pytest.fixture
    def unwanted(self, author: Author) -> str:
        """The author's `refused_address`."""
        return str(
            author.gives("refused_address", "that a refused recipient is REFUSED")
        )

    @pytest.mark.parametrize("kind", MailKind)
    def test_every_kind_of_mail_is_accepted(self, subject: Any, kind: MailKind) -> None:
        delivery = send(subject, mail(kind))

        assert delivery.state is DeliveryState.ACCEPTED, (
            f"A mail of kind {kind.value} was {delivery.state.value}: "
            f"{delivery.detail!r}. Have a text for each MailKind, and let the fixture "
            "give a mailer whose server takes everything."
        )

    def test_a_recipient_that_is_no_address_is_answered(self, subject: Any) -> None:
        for n, to in enumerate(UNFIT):
            send(subject, mail(to=to, id=f"unfit-{n}"))

    def test_an_unfit_recipient_brings_nobody_else_a_mail(
        self, subject: Any, postbox: Callable[[], Sequence[Arrived]]
    ) -> None:
        for n, to in enumerate(UNFIT):
            send(subject, mail(to=to, id=f"unfit-{n}"))

        found = [one.to for one in postbox() if one.to.strip() == "eve@evil.example"]
        assert found == [], (
            f"A line break or comma in a recipient brought a mail to {found}. Hand the "
            "address to the server as one recipient, or answer REFUSED."
        )

    def test_a_recipient_the_server_will_not_have_is_refused(
        self, subject: Any, unwanted: str
    ) -> None:
        delivery = send(subject, mail(to=unwanted))

        assert delivery.state is DeliveryState.REFUSED, (
            f"A recipient the server refuses was {delivery.state.value}. Answer "
            "REFUSED: the order is over, and support can see why."
        )

    def test_a_server_that_is_away_postpones(self, away: Any) -> None:
        delivery = send(away, mail())

        assert delivery.state is DeliveryState.POSTPONED, (
            f"With its server away the mailer answered {delivery.state.value}. Answer "
            "POSTPONED: the courier tries again."
        )

    def test_one_mail_goes_to_one_person_once(
        self, subject: Any, postbox: Callable[[], Sequence[Arrived]]
    ) -> None:
        send(subject, mail())

        found = [one.to for one in postbox()]
        assert found == [TO], (
            f"One send() brought mails to {found}, and should to {TO} once. Do not try "
            "again yourself: answer POSTPONED, and the courier does. Copy nobody."
        )

    @pytest.mark.parametrize("kind", MailKind)
    def test_the_mail_says_what_it_should(
        self,
        subject: Any,
        kind: MailKind,
        postbox: Callable[[], Sequence[Arrived]],
    ) -> None:
        send(subject, mail(kind))

        (one,) = postbox()
        for name, text in SECRETS.get(kind, {}).items():
            assert text in one.text, (
                f"A mail of kind {kind.value} arrived without its {name}, or not as it "
                "was: reveal() it into the text, whole, neither wrapped nor escaped."
            )

    def test_two_tries_of_one_order_have_one_id(
        self, subject: Any, postbox: Callable[[], Sequence[Arrived]]
    ) -> None:
        for order in ("one", "one", "two"):
            send(subject, mail(id=order))

        found = [one.id for one in postbox()]
        # A service may know the id and drop the second try: so much the better.
        *tries, other = found
        assert len(set(tries)) == 1, (
            f"Two tries of one order arrived with the ids {tries}. {ONE_ID}"
        )
        assert other not in tries, f"Two orders arrived with one id. {ONE_ID}"

    def test_many_senders_at_once_each_get_their_mail_through(
        self, subject: Any, postbox: Callable[[], Sequence[Arrived]]
    ) -> None:
        people = [f"p{n}@customer.example" for n in range(self.threads)]
        calls = [call("send", mail(to=to, id=f"id-{n}")) for n, to in enumerate(people)]

        states = {answer.state for answer in race(subject, calls)}

        assert states == {DeliveryState.ACCEPTED}, (
            f"Of many senders at once some were {states}. Share no connection without "
            "a lock."
        )
        found = sorted(one.to for one in postbox())
        assert sorted(people) == found, (
            f"Of many mails sent at once these arrived: {found}. Share no state "
            "between two calls of send()."
        )

    @pytest.mark.parametrize("kind", MailKind)
    def test_neither_answer_nor_log_repeats_what_is_secret(
        self,
        subject: Any,
        kind: MailKind,
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            detail = send(subject, mail(kind)).detail
        told = capfd.readouterr()

        for where, text in (
            ("Delivery.detail", detail),
            ("the log", caplog.text),
            ("standard output", told.out + told.err),
        ):
            for secret in (PASSWORD, LINK):
                assert secret not in text, (
                    f"{where} holds a temporary password or a link. Log and answer "
                    "`mail.id`, never what was sent."
                )
        assert "@" not in detail, (
            f"Delivery.detail holds an address: {detail!r}. Give codes, not the "
            "server's sentence: servers quote addresses."
        )
        assert detail.isprintable(), (
            f"Delivery.detail is not printable: {detail!r}. It stands in logs."
        )


def send(mailer: Any, one: Mail) -> Delivery:
    """Send a mail; a mailer answers with a `Delivery`, whatever happens."""
    __tracebackhide__ = True
    try:
        answer = mailer.send(one)
    except Exception as error:
        message = (
            f"send() raised {type(error).__name__}. Neither a bad recipient nor a "
            "server that is away is an exception: answer REFUSED or POSTPONED, or one "
            "mail would keep all others from being sent."
        )
        raise AssertionError(message) from error
    real(answer, Delivery, verb="send")
    assert isinstance(answer.state, DeliveryState), (
        f"Delivery.state is {answer.state!r}. Give a DeliveryState: it is compared "
        "with `is`."
    )
    delivery: Delivery = answer
    return delivery
