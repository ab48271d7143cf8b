"""Letters as they arrive: raw bytes read back the way a mail program reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from securelogin.adapters import Mailer
from securelogin.mail import Delivery, DeliveryState, Mail
from securelogin.mailers.letters import Letters
from securelogin.mailers.mime import check_sender, compose

__all__ = ["KeepingMailer", "ReceivedLetter", "read_letter"]

_PASSWORD = re.compile(r"^\s*((?:[0-9A-Z]{4}-){3}[0-9A-Z])\s*$", re.MULTILINE)
_LINK = re.compile(r"https?://\S+\?t=([A-Za-z0-9_.-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedLetter:
    """One mail, parsed from its raw form.

    Attributes:
        text: the plain text part; shows what a secret the mail brings.
        password: the temporary password that stands alone in a line, or "".
        token: what a recipient link carries, or "".
    """

    sender: str
    to: str
    subject: str
    text: str = field(repr=False)
    password: str = field(repr=False)
    token: str = field(repr=False)


def read_letter(raw: bytes, /) -> ReceivedLetter:
    """Read a raw message with the standard library's parser."""
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    text = "" if body is None else str(body.get_content()).replace("\r\n", "\n")
    password, link = _PASSWORD.search(text), _LINK.search(text)
    return ReceivedLetter(
        sender=str(message["From"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=text,
        password="" if password is None else password[1],
        token="" if link is None else link[1],
    )


class KeepingMailer:
    """Send by another mailer, and keep a copy of what it sent.

    For a mail server that the tour cannot look into.

    Attributes:
        trouble: why the last mail that was not accepted was not; "" if all were.
    """

    def __init__(self, mailer: Mailer, /, *, sender: str) -> None:
        self._mailer = mailer
        self._sender = check_sender(sender, setting="KeepingMailer(sender=…)")
        self._kept: list[bytes] = []
        self.trouble: str = ""

    @property
    def received(self) -> tuple[bytes, ...]:
        """Every message that the server has accepted, oldest first."""
        return tuple(self._kept)

    def send(self, mail: Mail, /) -> Delivery:
        """Send *mail*; keep it if it was accepted."""
        delivery = self._mailer.send(mail)
        if delivery.state is DeliveryState.ACCEPTED:
            message = compose(mail, sender=self._sender, letters=Letters())
            self._kept.append(message.as_bytes())
        else:
            self.trouble = f"{delivery.state.value}: {delivery.detail}"
        return delivery
