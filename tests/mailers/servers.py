"""Mail servers in the test process: a real one, and one that misbehaves by script."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from securelogin.addresses import stored_address
from securelogin.hidden import Hidden
from securelogin.mail import Mail, MailKind
from securelogin.mailers.aio_smtp import AsyncSMTPMailer
from securelogin.mailers.smtp import SMTPMailer
from tests.wiring import ACME, LOOP, START

SENDER = "portal@acme.example"
HOST = "127.0.0.1"
FIELDS: Mapping[MailKind, Mapping[str, str]] = {
    MailKind.TEMPORARY_PASSWORD: {
        "mark": "Q7XK",
        "address": "ann@customer.example",
        "until": "2026-03-02 10:30 UTC",
    },
    MailKind.MESSAGE: {
        "sender": "bob@acme.example",
        "until": "2026-03-09 09:30 UTC",
        "address": "ann@customer.example",
    },
    MailKind.CONFIRM_ADDRESS: {
        "until": "2026-03-03 09:30 UTC",
        "new": "ann@new.example",
    },
}
PASSWORD = "K7QM-4XRD-9HTW-S"
LINK = f"https://portal.acme.example/secure/link?t=eyJ{'q-_Z' * 36}.{'s' * 43}"
SECRETS = {
    MailKind.TEMPORARY_PASSWORD: {"password": Hidden(PASSWORD)},
    MailKind.MESSAGE: {"link": Hidden(LINK)},
    MailKind.CONFIRM_ADDRESS: {"link": Hidden(LINK)},
}


def make_mail(kind: MailKind = MailKind.TEMPORARY_PASSWORD, **changes: Any) -> Mail:
    """Return a mail as the courier makes it."""
    to = changes.pop("to", "ann@customer.example")
    values: dict[str, Any] = {
        "id": "Zm9vYmFyYmF6cXV4MTIzNA",
        "portal": ACME,
        "language": "en",
        "at": START,
        "fields": FIELDS.get(kind, {"at": "2026-03-02 09:30 UTC"}),
        "secrets": SECRETS.get(kind, {}),
    }
    return Mail(kind=kind, to=stored_address(to), **(values | changes))


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


class Colour:
    """Make and use a mailer in one colour."""

    def __init__(self, name: str) -> None:
        self.name = name

    def mailer(self, url: str, **options: Any) -> Any:
        kind: Any = SMTPMailer if self.name == "sync" else AsyncSMTPMailer
        return kind(url, **{"sender": SENDER} | options)

    def send(self, mailer: Any, mail: Mail | None = None) -> Any:
        answer = mailer.send(mail or make_mail())
        return LOOP.run(answer) if asyncio.iscoroutine(answer) else answer


class Postbox:
    """What a real server took in, and how it answers to each part."""

    def __init__(self, **replies: str) -> None:
        self.replies = replies
        self.taken: list[Envelope] = []
        self.logins: list[LoginPassword] = []
        self.was_encrypted: list[bool] = []

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        reply = self.replies.get("rcpt", "250 2.1.5 ok")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply.replace("{address}", address)

    async def handle_MAIL(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        envelope.mail_from = address
        return self.replies.get("mail", "250 2.1.0 ok")

    async def handle_DATA(
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        reply = self.replies.get("data", "250 2.0.0 queued")
        if reply.startswith("2"):
            self.taken.append(envelope)
            self.was_encrypted.append(session.ssl is not None)
        return reply

    def authenticate(  # aiosmtpd's signature
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        _mechanism: str,
        given: LoginPassword,
    ) -> AuthResult:
        self.logins.append(given)
        is_right = given.password == b"relay-secret"
        # "Handled" would mean that the answer has been sent already.
        return AuthResult(success=is_right, handled=is_right)


@contextmanager
def real_server(
    postbox: Postbox, *, wrapped_in: ssl.SSLContext | None = None, **options: Any
) -> Iterator[int]:
    """Run aiosmtpd on a free port of loopback; give the port."""

    async def start() -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(
            lambda: SMTP(postbox, hostname="mail.test", **options),
            HOST,
            0,
            ssl=wrapped_in,
        )

    with _running(start()) as port:
        yield port


SCRIPT = {
    "": b"220 script ready\r\n",
    "EHLO": b"250 script\r\n",
    "MAIL": b"250 2.1.0 ok\r\n",
    "RCPT": b"250 2.1.5 ok\r\n",
    "DATA": b"354 go on\r\n",
    ".": b"250 2.0.0 queued\r\n",
    "QUIT": b"221 bye\r\n",
}
"""What the scripted server says to each command; "" is its greeting."""

SILENCE = b""
DROP = None
DRIP = b"-"


@contextmanager
def scripted_server(**changes: bytes | None) -> Iterator[int]:
    """Run a server that says what it is told; `SILENCE` is for ever, `DROP` hangs up.

    `DRIP` goes on with a reply that has no end.

    In *changes* "greeting" stands for "" and "end" for ".".
    """
    names = {"greeting": "", "end": "."}
    script: dict[str, bytes | None] = dict(SCRIPT)
    script |= {names.get(verb, verb): reply for verb, reply in changes.items()}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        verb, is_content = "", False
        while (reply := script[verb]) is not None:
            if reply == SILENCE:
                await reader.read()
                break
            if reply == DRIP:
                await _drip(reader, writer)
                break
            writer.write(reply)
            is_content = verb == "DATA" and reply.startswith(b"354")
            verb = await _next(reader, is_content=is_content)
            if verb not in script:
                break
        writer.close()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(talk, HOST, 0)

    with _running(start()) as port:
        yield port


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not reader.at_eof():
        writer.write(b"250-go on\r\n")
        with suppress(TimeoutError, ConnectionError):
            await asyncio.wait_for(reader.read(1_024), 0.05)


async def _next(reader: asyncio.StreamReader, *, is_content: bool) -> str:
    while True:
        line = await reader.readline()
        word = line.decode("latin-1").strip().partition(" ")[0]
        if not is_content or word == "." or not line:
            return word.upper() or "gone"


@contextmanager
def _running(start: Any) -> Iterator[int]:
    server = LOOP.run(start)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        LOOP.run(_stop(server))


async def _stop(server: asyncio.Server) -> None:
    server.close()
