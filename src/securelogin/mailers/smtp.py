"""Send mail by SMTP, one connection for each mail. Shares all but the sending with
`mailers.aio_smtp`.

What a server says in its replies may quote addresses, so only codes go further. Not in
here: the text of mails (`mailers.letters`), their MIME form (`mailers.mime`), and when
to try again (the courier).
"""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NoReturn, Self
from urllib.parse import SplitResult, urlsplit

from securelogin.addresses import Address
from securelogin.errors import InvalidInput, WiringError
from securelogin.hidden import Hidden, hide
from securelogin.mail import Delivery, DeliveryState, Mail
from securelogin.mailers.letters import Letters
from securelogin.mailers.mime import check_sender, compose, refusal

__all__ = ["Relay", "SMTPMailer", "Step", "answered", "failed"]

_PORTS = {"smtp": 587, "smtps": 465}
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)", re.ASCII)
# They speak of our command or log-in, not of the recipient or the mail: worth a retry
# once somebody has mended the settings.
_ABOUT_US = frozenset({500, 502, 503, 530, 534, 535, 538})
_READY, _OK, _NEXT_CLASS = 220, 200, 300
_PERMANENT = 500


class Step(StrEnum):
    """How far the talk with a server has come. Stands in `Delivery.detail`."""

    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The mail server to hand mails to, and how. Checked when made; never changes.

    Attributes:
        tls: the context to speak TLS with; None for plain text on loopback.
        is_wrapped: TLS from the first byte (`smtps`), not by STARTTLS.
        seconds: how long one try may take.
    """

    host: str
    port: int
    is_wrapped: bool
    sender: Address
    letters: Letters = field(repr=False)
    seconds: float
    tls: ssl.SSLContext | None = field(repr=False)
    user: str | None = field(default=None, repr=False)
    password: Hidden | None = field(default=None, repr=False)

    @classmethod
    def read(
        cls,
        url: str,
        /,
        *,
        sender: str,
        letters: Letters | None,
        timeout: timedelta,
        user: str | None,
        password: str | Hidden | None,
        tls: ssl.SSLContext | None,
    ) -> Self:
        """Return the relay that a mailer's settings describe.

        Raises:
            WiringError: one of them is unfit; it repeats none of them.
        """
        parts, host, port = _read_url(url)
        is_wrapped = parts.scheme == "smtps"
        _check_context(tls)
        if tls is None and (is_wrapped or not _is_loopback(host)):
            tls = ssl.create_default_context()
        if not isinstance(timeout, timedelta) or timeout <= timedelta():
            raise WiringError(
                "a try needs some time.",
                setting="timeout",
                cure="Give a timedelta above zero.",
            )
        secret = None if password is None else hide(password, name="password")
        _check_login(user, secret)
        return cls(
            host=host,
            port=port,
            is_wrapped=is_wrapped,
            sender=check_sender(sender, setting="sender"),
            letters=letters or Letters(),
            seconds=timeout.total_seconds(),
            tls=tls,
            user=user,
            password=secret,
        )

    def content(self, mail: Mail, /) -> bytes | Delivery:
        """Return the mail as it travels, or the refusal of one that is unfit."""
        try:
            message = compose(mail, sender=self.sender, letters=self.letters)
        except InvalidInput as error:
            return refusal(error)
        return message.as_bytes()

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'smtps' if self.is_wrapped else 'smtp'}://{host}:{self.port}"


def answered(step: Step, /, *, code: int, text: str) -> Delivery:
    """Return what a server's last word makes of the mail.

    Only codes are kept: the basic one, and the enhanced one of RFC 3463. A permanent
    "no" to the recipient or the content is `REFUSED`. To anything before, it speaks of
    our settings, which can be mended, and is `POSTPONED`.
    """
    if step is Step.CONTENT and _OK <= code < _NEXT_CLASS:
        state = DeliveryState.ACCEPTED
    elif (
        step in {Step.RECIPIENT, Step.CONTENT}
        and code >= _PERMANENT
        and code not in _ABOUT_US
    ):
        state = DeliveryState.REFUSED
    else:
        state = DeliveryState.POSTPONED
    enhanced = _ENHANCED.match(text)
    detail = f"{step.value} {code:03d}" if code >= 0 else f"{step.value} garbled"
    return Delivery(
        state=state, detail=f"{detail} {enhanced[0]}" if enhanced else detail
    )


def failed(step: Step, error: BaseException, /) -> Delivery:
    """Return `POSTPONED` for a try that *error* ended; its text is not kept."""
    # A library's own error may have been raised over the one that says what happened.
    chain = [error, error.__cause__, error.__context__]
    if any(isinstance(link, ssl.SSLCertVerificationError) for link in chain):
        why = "certificate not trusted"
    elif any(isinstance(link, TimeoutError) for link in chain):
        why = "timed out"
    else:
        why = type(error).__name__
    return Delivery(state=DeliveryState.POSTPONED, detail=f"{step.value} {why}")


class SMTPMailer:
    """Hand mails to a mail server, with TLS unless that is this very machine.

    `smtp://host:port` speaks STARTTLS and sends nothing where the server does not;
    `smtps://host:port` speaks TLS from the first byte. Certificates are verified. Plain
    text is for loopback hosts only, and only if *tls* is left out. Safe for concurrent
    callers: each mail has a connection of its own. A try that ends after the content
    went out and before the server's answer is `POSTPONED`; should the mail arrive
    twice, both have one Message-ID.

    Args:
        url: the server, without user and password; ports default to 587 and 465.
        sender: the address that mails come from; their name is the portal's.
        letters: texts of your own.
        timeout: how long one try may take.
        user: for servers that ask for a log-in; with *password*, both in ASCII.
        tls: a context that trusts your own authority, or that has a client certificate.

    Raises:
        WiringError: a setting is unfit.
    """

    def __init__(
        self,
        url: str,
        /,
        *,
        sender: str,
        letters: Letters | None = None,
        timeout: timedelta = timedelta(seconds=10),
        user: str | None = None,
        password: str | Hidden | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._relay = Relay.read(
            url,
            sender=sender,
            letters=letters,
            timeout=timeout,
            user=user,
            password=password,
            tls=tls,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._relay})"

    def send(self, mail: Mail, /) -> Delivery:
        """Send *mail* and say what became of it. Raises nothing a server could cause."""
        content = self._relay.content(mail)
        if isinstance(content, Delivery):
            return content
        return _Talk(self._relay).hand_over(mail.to.text, content)


class _Talk:
    """One connection, one mail."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._step = Step.CONNECT
        self._line = _Line(relay) if not relay.is_wrapped else _TLSLine(relay)

    def hand_over(self, recipient: str, content: bytes) -> Delivery:
        """Send *content* to *recipient*."""
        try:
            delivery = self._talk(recipient, content)
            # The mail's fate is settled: what comes of the farewell changes nothing.
            with suppress(OSError):
                self._line.quit()
        except smtplib.SMTPResponseException as error:
            return answered(
                self._step, code=error.smtp_code, text=_text(error.smtp_error)
            )
        except (OSError, ValueError) as error:
            # ValueError: a server's log-in challenge that is no base64, for one.
            return failed(self._step, error)
        else:
            return delivery
        finally:
            self._line.close()

    def _talk(self, recipient: str, content: bytes) -> Delivery:
        line, relay = self._line, self._relay
        code, text = line.connect(relay.host, relay.port)
        if code != _READY:
            return answered(self._step, code=code, text=_text(text))
        line.ehlo_or_helo_if_needed()
        if relay.tls is not None and not relay.is_wrapped:
            self._step = Step.TLS
            line.starttls(context=relay.tls)
            line.ehlo_or_helo_if_needed()
        if relay.user is not None and relay.password is not None:
            self._step = Step.LOGIN
            line.login(relay.user, relay.password.reveal())
        # Written out, not by `smtplib.sendmail`: that sends addresses through
        # `parseaddr` (threat C83). Both were checked when the mail was composed.
        for self._step, command, address in (
            (Step.SENDER, "MAIL FROM:", relay.sender.text),
            (Step.RECIPIENT, "RCPT TO:", recipient),
        ):
            code, text = line.docmd(f"{command}<{address}>")
            if not _OK <= code < _NEXT_CLASS:
                return answered(self._step, code=code, text=_text(text))
        self._step = Step.CONTENT
        code, text = line.data(content)
        return answered(self._step, code=code, text=_text(text))


class _Line(smtplib.SMTP):
    """A connection that gives the whole talk, not each step of it, so much time.

    A server that sends single bytes may take longer: it is one's own.
    """

    def __init__(self, relay: Relay) -> None:
        self._until = time.monotonic() + relay.seconds
        # The sender's domain, as smtplib's way to a host name may take a look-up that
        # lasts longer than the whole talk.
        super().__init__(local_hostname=relay.sender.domain, timeout=relay.seconds)
        self._host = relay.host

    def getreply(self) -> tuple[int, bytes]:
        """Wait for a reply as long as there is time left."""
        if self.sock is not None:
            self.sock.settimeout(max(self._until - time.monotonic(), 0.001))
        return super().getreply()


class _TLSLine(_Line, smtplib.SMTP_SSL):
    """`_Line` with TLS from the first byte."""
