from __future__ import annotations

import pytest

from securelogin.addresses import parse_address
from securelogin.errors import WiringError
from securelogin.hidden import Hidden
from securelogin.mail import Delivery, DeliveryState, Mail, MailKind
from securelogin.tour.post import KeepingMailer, read_letter
from tests.wiring import ACME, START

LINK = "https://portal.acme.example/secure/link?t=abc.de-f_"


class Relay:
    def __init__(self, state: DeliveryState) -> None:
        self.state = state

    def send(self, mail: Mail, /) -> Delivery:
        del mail
        return Delivery(state=self.state, detail="said so")


def a_mail() -> Mail:
    return Mail(
        id="id",
        kind=MailKind.MESSAGE,
        portal=ACME,
        to=parse_address("bob@clinic.example"),
        language="en",
        at=START,
        fields={
            "sender": "ann@acme.example",
            "until": "tomorrow",
            "address": "bob@clinic.example",
        },
        secrets={"link": Hidden(LINK)},
    )


def test_kept_copy_reads_like_the_letter() -> None:
    mailer = KeepingMailer(Relay(DeliveryState.ACCEPTED), sender="portal@acme.example")

    delivery = mailer.send(a_mail())
    letter = read_letter(*mailer.received)

    assert delivery.detail == "said so"
    assert letter.to == "bob@clinic.example"
    assert letter.subject == "You have a message in Acme Secure Messaging"
    assert (letter.token, letter.password) == ("abc.de-f_", "")
    assert LINK in letter.text


@pytest.mark.parametrize("state", [DeliveryState.REFUSED, DeliveryState.POSTPONED])
def test_what_the_server_did_not_take_is_not_kept(state: DeliveryState) -> None:
    mailer = KeepingMailer(Relay(state), sender="portal@acme.example")

    assert state is mailer.send(a_mail()).state
    assert f"{state.value}: said so" == mailer.trouble
    assert mailer.received == ()


def test_sender_that_is_no_address_is_refused_when_wired() -> None:
    with pytest.raises(WiringError, match="KeepingMailer"):
        KeepingMailer(Relay(DeliveryState.ACCEPTED), sender="portal")


def test_letter_without_a_text_part_is_read_as_empty() -> None:
    letter = read_letter(b"Subject: x\r\nContent-Type: image/png\r\n\r\nabc")

    assert (
        letter.subject,
        letter.text,
        letter.password,
        letter.token,
    ) == ("x", "", "", "")


def test_secrets_of_a_letter_are_not_in_its_repr() -> None:
    raw = f"To: b@c.example\r\n\r\n{LINK}\r\nK7QM-4XRD-9HTW-S\r\n".encode()

    letter = read_letter(raw)

    assert letter.password == "K7QM-4XRD-9HTW-S"
    assert "K7QM" not in repr(letter)
    assert "abc.de-f_" not in repr(letter)
