"""What has to go well in every example: a sender writes, a stranger reads, in order."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

from securelogin import Portal
from securelogin.testing.frameworks.browser import Browser, header_of
from securelogin.testing.frameworks.transports import Transport

ANN, BOB = "ann@acme.example", "bob@other.example"
HERS, HIS = "a quiet harbour at six", "nine herons by the weir"
TEXT = "The plans are with Erin."
_TEMPORARY = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]\b")
_LINK = re.compile(r"http://localhost:\d+(/\S+)")


def live_through(
    transport: Transport,
    portal: Portal,
    *,
    mails: Path,
    deliver: Callable[[], None],
    write: Callable[[Browser, dict[str, str]], int],
) -> None:
    """Begin where Ann has an account and nobody has written anything.

    Args:
        deliver: lets the courier send what is waiting.
        write: hands in a message as the example's own view wants it.
    """
    ann, bob = Browser(transport, portal), Browser(transport, portal)
    deliver()
    assert ann.get("messages/").status in {302, 303, 401}
    assert ann.fill("login", address=ANN, password="a guess").status == 403
    _choose(ann, ANN, _read(mails, ANN, _TEMPORARY)[0], HERS)
    answer = ann.fill("login", address=ANN, password=HERS)
    assert _led_to(answer) == "/secure/messages/"
    assert ann.follow(answer).status == 200

    assert write(ann, {"recipient": BOB, "text": TEXT}) in {201, 302, 303}
    deliver()

    (link,) = _read(mails, BOB, _LINK)
    assert bob.follow(bob.get(link)).status == 200
    _choose(bob, BOB, _read(mails, BOB, _TEMPORARY)[0], HIS)
    answer = bob.fill("login", address=BOB, password=HIS)
    message = bob.follow(answer)
    assert (message.status, TEXT in message.body.decode()) == (200, True)
    assert bob.get("messages/another").status == 404
    assert write(bob, {"recipient": ANN, "text": "No"}) == 403
    place = str(_led_to(answer))
    assert Browser(transport, portal).get(place).body.find(TEXT.encode()) == -1


def _choose(browser: Browser, address: str, temporary: str, password: str) -> None:
    answer = browser.fill("login", address=address, password=temporary)
    assert _led_to(answer) == "/secure/new-password"
    answer = browser.submit(browser.follow(answer), new=password)
    assert _led_to(answer) == "/secure/login"


def _led_to(answer) -> str | None:
    return urlsplit(header_of(answer, "location")).path or None


def _read(mails: Path, to: str, wanted: re.Pattern[str]) -> list[str]:
    """Return what somebody's mails hold, each thing once; wait until there is any."""
    until = time.monotonic() + 20
    while not (found := _held(mails, to, wanted)) and time.monotonic() < until:
        # A worker of the portal's own may have the mail in hand.
        time.sleep(0.02)
    return found


def _held(mails: Path, to: str, wanted: re.Pattern[str]) -> list[str]:
    found: dict[str, None] = {}
    for file in sorted(mails.glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        if mail["To"] == to:
            text = mail.get_body(("plain",)).get_content()
            found.update(dict.fromkeys(wanted.findall(text)))
    return [one for one in found if not one.endswith(("/secure/", "/secure"))]
