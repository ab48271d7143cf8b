"""Send mail by SMTP, one connection for each mail.

`mailers.aio_smtp` shares everything here but the talk itself. What a server says in its
replies may quote addresses, so only codes go further. Not in here: the text of mails
(`mailers.letters`), their MIME form (`mailers.mime`), and when to try again (courier).
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
from securelogin.hidden import Hidden, hide_all
from securelogin.mail import Delivery, DeliveryState, Mail
from securelogin.mailers.letters import Letters
from securelogin.mailers.mime import check_sender, compose, refusal
from securelogin.mailers.smtp_lines import Line, open_line

__all__ = ["Relay", "Relayed", "SMTPMailer", "Step", "answered", "failed", "is_yes"]

_PORTS = {"smtp": 587, "smtps": 465}
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)", re.ASCII)
# They speak of our command or log-in, not of the recipient or the mail: worth a retry
# once somebody has mended the settings.
_ABOUT_US = frozenset({500, 502, 503, 530, 534, 535, 538})
_OK, _NEXT_CLASS, _PERMANENT = 200, 300, 500
_INSTANT = 0.001


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
        password: Hidden | None,
        tls: ssl.SSLContext | None,
    ) -> Self:
        """Return the relay that a mailer's settings describe.

        Raises:
            WiringError: one of them is unfit; it repeats none of them.
        """
        scheme, host, port = _read_url(url)
        is_wrapped = scheme == "smtps"
        _check_context(tls)
        if tls is None and (is_wrapped or not _is_loopback(host)):
            tls = ssl.create_default_context()
        if not isinstance(timeout, timedelta) or timeout <= timedelta():
            raise WiringError(
                "expected a timedelta above zero.",
                setting="timeout",
                cure="Leave it out for the default.",
            )
        _check_login(user, password)
        return cls(
            host=host,
            port=port,
            is_wrapped=is_wrapped,
            sender=check_sender(sender, setting="sender"),
            letters=letters or Letters(),
            seconds=timeout.total_seconds(),
            tls=tls,
            user=user,
            password=password,
        )

    def content(self, mail: Mail, /) -> bytes | Delivery:
        """Return the mail as it travels, or the refusal of one that is unfit."""
        try:
            message = compose(mail, sender=self.sender, letters=self.letters)
        except InvalidInput as error:
            return refusal(error)
        return message.as_bytes()

    def connect(self) -> Line:
        """Open a line to the server.

        Raises:
            OSError: there is none, or it does not greet in time.
        """
        return open_line(
            self.host,
            self.port,
            # The sender's domain greets: to find the machine's own name may take a
            # look-up that lasts longer than the whole talk.
            self.sender.domain,
            seconds=self.seconds,
            wrapped_by=self.tls if self.is_wrapped else None,
        )

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'smtps' if self.is_wrapped else 'smtp'}://{host}:{self.port}"


def answered(step: Step, /, *, code: int, text: str) -> Delivery:
    """Return what a server's last word makes of the mail.

    Only codes are kept: the basic one, and the enhanced one of RFC 3463. A permanent
    "no" to the recipient or the content is `REFUSED`. To anything before, it speaks of
    our settings, which can be mended, and is `POSTPONED`.
    """
    if step is Step.CONTENT and is_yes(code):
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


class Relayed:
    """What both colours of mailer have: settings, checked when it is made.

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
        # Hidden before anything can fail: a traceback shows what a name holds.
        given: dict[str, object] = {} if password is None else {"password": password}
        del password
        hidden = next(iter(hide_all(given)), None)
        self._relay = Relay.read(
            url,
            sender=sender,
            letters=letters,
            timeout=timeout,
            user=user,
            password=hidden,
            tls=tls,
        )

    def __repr__(self) -> str:
        # A traceback may show a mailer whose settings were refused.
        return f"{type(self).__name__}({getattr(self, '_relay', 'not wired')})"


class SMTPMailer(Relayed):
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
        timeout: how long one try may take; connecting and the last step may add a few
            seconds each, never more than so long again.
        user: for servers that ask for a log-in; with *password*, both in ASCII.
        tls: a context that trusts your own authority, or that has a client certificate.

    Raises:
        WiringError: a setting is unfit.
    """

    def send(self, mail: Mail, /) -> Delivery:
        """Send *mail* and say what became of it; no server can make it raise."""
        content = self._relay.content(mail)
        if isinstance(content, Delivery):
            return content
        return _Talk(self._relay).hand_over(mail.to.text, content)


class _Talk:
    """One connection, one mail."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._step = Step.CONNECT
        self._until = time.monotonic() + relay.seconds

    def hand_over(self, recipient: str, content: bytes) -> Delivery:
        """Send *content* to *recipient*."""
        try:
            line = self._relay.connect()
            try:
                delivery = self._talk(line, recipient, content)
                # The mail's fate is settled: what comes of the farewell changes
                # nothing.
                with suppress(OSError):
                    line.quit()
                return delivery
            finally:
                line.close()
        except smtplib.SMTPResponseException as error:
            said = error.smtp_error
            return answered(self._step, code=error.smtp_code, text=_text(said))
        except (OSError, ValueError) as error:
            # ValueError: a server's log-in challenge that is no base64, for one.
            return failed(self._step, error)

    def _talk(self, line: Line, recipient: str, content: bytes) -> Delivery:
        relay = self._relay
        if relay.tls is not None and not relay.is_wrapped:
            self._begin(Step.TLS, line)
            line.starttls(context=relay.tls)
        if relay.user is not None and relay.password is not None:
            self._begin(Step.LOGIN, line)
            line.login(relay.user, relay.password.reveal())
        line.ehlo_or_helo_if_needed()
        # Written out, not by `smtplib.sendmail`: that takes addresses through
        # `parseaddr` (threat C83). Both were checked when the mail was composed.
        for step, command in (
            (Step.SENDER, f"MAIL FROM:<{relay.sender.text}>"),
            (Step.RECIPIENT, f"RCPT TO:<{recipient}>"),
        ):
            self._begin(step, line)
            code, said = line.docmd(command)
            if not is_yes(code):
                return answered(step, code=code, text=_text(said))
        self._begin(Step.CONTENT, line)
        code, said = line.data(content)
        return answered(Step.CONTENT, code=code, text=_text(said))

    def _begin(self, step: Step, line: Line) -> None:
        """Note the step, and let it take no longer than the try has left."""
        self._step = step
        line.wait(max(self._until - time.monotonic(), _INSTANT))


def _read_url(url: str) -> tuple[str, str, int]:
    parts = _split(url)
    if parts is None:
        _refuse("it is no URL.")
    if "@" in url:
        _refuse("a URL shows in logs; it may hold neither user nor password.")
    host = parts.hostname or ""
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if (
        parts.scheme not in _PORTS
        or not is_plain
        or not _is_host(parts)
        or parts.port == 0
    ):
        _refuse("it names no mail server.")
    if parts.path not in {"", "/"} or "?" in url or "#" in url:
        _refuse("a mail server has no path, query or fragment.")
    return parts.scheme, host, parts.port or _PORTS[parts.scheme]


def _split(url: str) -> SplitResult | None:
    # Returns instead of raising further: a ValueError from here quotes the URL.
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _refuse(problem: str) -> NoReturn:
    raise WiringError(
        problem,
        setting="url",
        cure="Write it as in smtp://mail.acme.example:587 or smtps://…:465; a log-in "
        "goes into user=… and password=….",
    )


def _is_host(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if "[" in parts.netloc:
        return ":" in host and _ip(host) is not None
    return _HOST.fullmatch(host) is not None and ".." not in host


def _is_loopback(host: str) -> bool:
    address = _ip(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _check_context(tls: ssl.SSLContext | None) -> None:
    if tls is None or (tls.verify_mode is ssl.CERT_REQUIRED and tls.check_hostname):
        return
    raise WiringError(
        "a context that does not verify lets anybody be the mail server.",
        setting="tls",
        cure="Use ssl.create_default_context(cafile=…) with your own authority.",
    )


def _check_login(user: str | None, password: Hidden | None) -> None:
    if (user is None) is not (password is None):
        problem = "user and password go together."
    elif not all(
        text and text.isascii() and text.isprintable()
        for text in (user, password and password.reveal())
        if text is not None
    ):
        # smtplib would fail on the first mail, with an error that holds the password.
        problem = "user and password are printable ASCII, and not empty."
    else:
        return
    raise WiringError(problem, setting="user, password", cure="Give both, or neither.")


def is_yes(code: int, /) -> bool:
    """Tell whether a reply says that a step was taken."""
    return _OK <= code < _NEXT_CLASS


def _text(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode("ascii", "replace")
