"""Replies of a mail server are waited for as a whole."""

from __future__ import annotations

import smtplib
import time
from datetime import timedelta

import pytest

from securelogin.mail import DeliveryState
from securelogin.mailers.smtp_lines import open_line
from tests.mailers.servers import DRIP, HOST, Colour, scripted_server

PARTS = ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "end", "QUIT"]
SHORT = timedelta(seconds=0.2)


@pytest.mark.parametrize("part", PARTS)
def test_reply_that_has_no_end_is_not_waited_for(colour: Colour, part: str) -> None:
    began = time.monotonic()
    with scripted_server(**{part: DRIP}) as port:
        delivery = colour.send(colour.mailer(f"smtp://{HOST}:{port}", timeout=SHORT))

    assert time.monotonic() - began < 5  # the server would go on for ever
    assert (delivery.state is DeliveryState.ACCEPTED) == (part == "QUIT")


def test_reply_that_is_there_too_late_is_not_read() -> None:
    with scripted_server() as port:
        line = open_line(HOST, port, "acme.example", seconds=10, wrapped_by=None)
        line.until = time.monotonic()

        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            line.ehlo()
        line.close()
