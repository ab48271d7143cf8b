from __future__ import annotations

import asyncio
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import trustme

from securelogin.adapters import AsyncMailer, Mailer
from securelogin.guards import guarded
from securelogin.mail import Delivery, DeliveryState, MailKind
from securelogin.mailers.letters import Letter, Letters
from securelogin.mailers.smtp import Step, answered
from tests.mailers.servers import (
    DROP,
    HOST,
    PASSWORD,
    SENDER,
    SILENCE,
    Colour,
    Postbox,
    make_mail,
    parsed,
    real_server,
    scripted_server,
)
from tests.wiring import LOOP

ACCEPTED, REFUSED, POSTPONED = DeliveryState
SHORT = timedelta(seconds=0.2)
LOGIN = {"user": "relay-user", "password": "relay-secret"}


def url_of(port: int, scheme: str = "smtp") -> str:
    return f"{scheme}://{HOST}:{port}"


def test_colours_pass_the_guard_of_their_own_flows() -> None:
    sync = Colour("sync").mailer("smtp://localhost:1025")
    awaited = Colour("async").mailer("smtp://localhost:1025")

    assert callable(guarded(sync, Mailer, setting="mailer").send)
    assert callable(guarded(awaited, AsyncMailer, setting="mailer").send)


def test_plain_loopback_server_takes_the_mail(colour: Colour) -> None:
    postbox = Postbox()
    with real_server(postbox) as port:
        delivery = colour.send(colour.mailer(url_of(port)))

    assert Delivery(state=ACCEPTED, detail="content 250 2.0.0") == delivery
    (envelope,) = postbox.taken
    assert (
        envelope.mail_from,
        envelope.rcpt_tos,
    ) == (SENDER, ["ann@customer.example"])
    assert PASSWORD in parsed(envelope.content).get_body(("plain",)).get_content()


def test_line_that_begins_with_a_dot_arrives_whole(colour: Colour) -> None:
    postbox = Postbox()
    text = ".\n\n..two $password\n.\nQUIT"
    letters = Letters(
        {"en": {MailKind.TEMPORARY_PASSWORD: Letter(subject="s", text=text)}}
    )
    with real_server(postbox) as port:
        colour.send(colour.mailer(url_of(port), letters=letters))

    body = parsed(postbox.taken[0].content).get_body(("plain",)).get_content()
    assert body.splitlines() == [".", "", f"..two {PASSWORD}", ".", "QUIT"]


def test_two_tries_of_one_order_have_one_message_id(colour: Colour) -> None:
    postbox = Postbox()
    with real_server(postbox) as port:
        mailer = colour.mailer(url_of(port))
        for minutes in (0, 5):
            at = make_mail().at + timedelta(minutes=minutes)
            colour.send(mailer, make_mail(at=at))

    ids = [parsed(envelope.content)["Message-ID"] for envelope in postbox.taken]
    assert ids == ["<Zm9vYmFyYmF6cXV4MTIzNA@acme.example>"] * 2


def test_concurrent_callers_each_get_their_mail_through(colour: Colour) -> None:
    postbox = Postbox()
    mails = [make_mail(to=f"p{n}@customer.example") for n in range(12)]
    with real_server(postbox) as port:
        mailer = colour.mailer(url_of(port))
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda mail: colour.send(mailer, mail), mails))

    assert {ACCEPTED} == {answer.state for answer in answers}
    assert {mail.to.text for mail in mails} == {
        recipient for envelope in postbox.taken for recipient in envelope.rcpt_tos
    }


# -- TLS --


def test_starttls_carries_the_mail(
    colour: Colour, server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext
) -> None:
    postbox = Postbox()
    with real_server(postbox, tls_context=server_tls, require_starttls=True) as port:
        delivery = colour.send(colour.mailer(url_of(port), tls=trusting_tls))

    assert (delivery.state, postbox.was_encrypted) == (ACCEPTED, [True])


def test_tls_from_the_first_byte_carries_the_mail(
    colour: Colour, server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext
) -> None:
    postbox = Postbox()
    with real_server(postbox, wrapped_in=server_tls) as port:
        mailer = colour.mailer(url_of(port, "smtps"), tls=trusting_tls)
        delivery = colour.send(mailer)

    assert (delivery.state, len(postbox.taken)) == (ACCEPTED, 1)


@pytest.mark.parametrize("tls", [None, ssl.create_default_context()])
def test_unknown_authority_gets_no_mail_over_smtps(
    colour: Colour, server_tls: ssl.SSLContext, tls: ssl.SSLContext | None
) -> None:
    postbox = Postbox()
    with real_server(postbox, wrapped_in=server_tls) as port:
        delivery = colour.send(colour.mailer(url_of(port, "smtps"), tls=tls))

    expected = Delivery(state=POSTPONED, detail="connect certificate not trusted")
    assert (expected, []) == (delivery, postbox.taken)


def test_unknown_authority_gets_neither_log_in_nor_mail_over_starttls(
    colour: Colour, server_tls: ssl.SSLContext
) -> None:
    postbox = Postbox()
    strict = ssl.create_default_context()
    options = {"tls_context": server_tls, "authenticator": postbox.authenticate}
    with real_server(postbox, **options) as port:
        delivery = colour.send(colour.mailer(url_of(port), tls=strict, **LOGIN))

    expected = Delivery(state=POSTPONED, detail="tls certificate not trusted")
    assert (expected, [], []) == (delivery, postbox.taken, postbox.logins)


def test_certificate_of_another_host_is_not_trusted(
    colour: Colour, authority: trustme.CA, trusting_tls: ssl.SSLContext
) -> None:
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("mail.evil.example").configure_cert(other)
    postbox = Postbox()
    with real_server(postbox, tls_context=other) as port:
        delivery = colour.send(colour.mailer(url_of(port), tls=trusting_tls))

    assert (delivery.state, postbox.taken) == (POSTPONED, [])


def test_server_without_starttls_gets_nothing(
    colour: Colour, trusting_tls: ssl.SSLContext
) -> None:
    postbox = Postbox()
    with real_server(postbox) as port:
        delivery = colour.send(colour.mailer(url_of(port), tls=trusting_tls))

    assert (delivery.state, postbox.taken) == (POSTPONED, [])
    assert delivery.detail.startswith("tls SMTP")


# -- log-in --


def test_user_and_password_open_a_server_that_asks_for_them(
    colour: Colour, server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext
) -> None:
    postbox = Postbox()
    options = {
        "tls_context": server_tls,
        "authenticator": postbox.authenticate,
        "auth_required": True,
    }
    with real_server(postbox, **options) as port:
        mailer = colour.mailer(url_of(port), tls=trusting_tls, **LOGIN)
        delivery = colour.send(mailer)

    assert ACCEPTED is delivery.state
    assert [tuple(given) for given in postbox.logins] == [
        (b"relay-user", b"relay-secret")
    ]


def test_wrong_password_of_the_relay_is_postponed_and_not_told(colour: Colour) -> None:
    postbox = Postbox()
    options = {"authenticator": postbox.authenticate, "auth_require_tls": False}
    with real_server(postbox, **options) as port:
        mailer = colour.mailer(url_of(port), user="relay", password="not-the-one")
        delivery = colour.send(mailer)

    assert Delivery(state=POSTPONED, detail="login 535 5.7.8") == delivery


def test_log_in_that_is_missing_is_no_fault_of_the_recipient(
    colour: Colour, server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext
) -> None:
    postbox = Postbox()
    options = {
        "tls_context": server_tls,
        "authenticator": postbox.authenticate,
        "auth_required": True,
    }
    with real_server(postbox, **options) as port:
        delivery = colour.send(colour.mailer(url_of(port), tls=trusting_tls))

    assert Delivery(state=POSTPONED, detail="sender 530 5.7.0") == delivery


def test_log_in_challenge_that_is_no_base64_is_postponed(colour: Colour) -> None:
    ehlo = b"250-script\r\n250 AUTH CRAM-MD5\r\n"
    with scripted_server(EHLO=ehlo, AUTH=b"334 !\r\n") as port:
        delivery = colour.send(colour.mailer(url_of(port), **LOGIN))

    assert POSTPONED is delivery.state
    assert delivery.detail.startswith("login ")


# -- what servers say --


REPLIES: list[tuple[dict[str, str], DeliveryState, str]] = [
    ({"rcpt": "550 5.1.1 <{address}> unknown"}, REFUSED, "recipient 550 5.1.1"),
    ({"rcpt": "554 {address} denied"}, REFUSED, "recipient 554"),
    ({"rcpt": "450 4.2.1 {address} greylisted"}, POSTPONED, "recipient 450 4.2.1"),
    ({"rcpt": "530 5.7.0 log in first"}, POSTPONED, "recipient 530 5.7.0"),
    ({"mail": "550 5.7.1 no such sender"}, POSTPONED, "sender 550 5.7.1"),
    ({"mail": "451 4.3.0 later"}, POSTPONED, "sender 451 4.3.0"),
    ({"data": "552 5.3.4 too big"}, REFUSED, "content 552 5.3.4"),
    ({"data": "452 4.3.1 disk full"}, POSTPONED, "content 452 4.3.1"),
    ({"data": "250 5.1.1x glued"}, ACCEPTED, "content 250"),
]


@pytest.mark.parametrize(("replies", "state", "detail"), REPLIES)
def test_reply_decides_and_only_its_codes_are_kept(
    colour: Colour, replies: dict[str, str], state: DeliveryState, detail: str
) -> None:
    with real_server(Postbox(**replies)) as port:
        delivery = colour.send(colour.mailer(url_of(port)))

    assert Delivery(state=state, detail=detail) == delivery


def test_data_command_that_is_refused_at_once_is_a_refusal(colour: Colour) -> None:
    with scripted_server(DATA=b"554 5.6.0 no\r\n") as port:
        delivery = colour.send(colour.mailer(url_of(port)))

    assert Delivery(state=REFUSED, detail="content 554 5.6.0") == delivery


def test_server_that_greets_with_a_no_is_asked_again_later(colour: Colour) -> None:
    with scripted_server(greeting=b"554 5.3.2 closed\r\n") as port:
        delivery = colour.send(colour.mailer(url_of(port)))

    assert Delivery(state=POSTPONED, detail="connect 554 5.3.2") == delivery


def test_server_that_says_something_else_is_postponed(colour: Colour) -> None:
    with scripted_server(MAIL=b"HTTP/1.1 400 Bad Request\r\n") as port:
        delivery = colour.send(colour.mailer(url_of(port)))

    assert POSTPONED is delivery.state
    assert "HTTP" not in delivery.detail


def test_reply_of_endless_length_is_postponed(colour: Colour) -> None:
    with scripted_server(RCPT=b"550 " + b"x" * 100_000 + b"\r\n") as port:
        delivery = colour.send(colour.mailer(url_of(port)))

    assert POSTPONED is delivery.state


PARTS = ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "end"]


@pytest.mark.parametrize("part", PARTS)
def test_silent_server_is_postponed(colour: Colour, part: str) -> None:
    with scripted_server(**{part: SILENCE}) as port:
        delivery = colour.send(colour.mailer(url_of(port), timeout=SHORT))

    assert POSTPONED is delivery.state
    assert delivery.detail.endswith(" timed out")


@pytest.mark.parametrize("part", PARTS)
def test_line_that_drops_is_postponed(colour: Colour, part: str) -> None:
    with scripted_server(**{part: DROP}) as port:
        delivery = colour.send(colour.mailer(url_of(port)))

    assert POSTPONED is delivery.state


@pytest.mark.parametrize("farewell", [DROP, SILENCE, b"500 no\r\n"])
def test_accepted_mail_stays_accepted_whatever_the_farewell(
    colour: Colour, farewell: bytes | None
) -> None:
    with scripted_server(QUIT=farewell) as port:
        delivery = colour.send(colour.mailer(url_of(port), timeout=SHORT))

    assert ACCEPTED is delivery.state


def test_no_server_at_all_is_postponed(colour: Colour) -> None:
    with real_server(Postbox()) as port:
        pass
    delivery = colour.send(colour.mailer(url_of(port)))

    assert POSTPONED is delivery.state
    assert delivery.detail.startswith("connect ")


def test_cancelled_try_hangs_up() -> None:
    async def cancel_after_greeting() -> bytes:
        heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        is_greeted = asyncio.Event()

        async def listen(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(b"220 go on\r\n")
            await reader.readline()
            is_greeted.set()
            heard.set_result(await reader.read())
            writer.close()

        server = await asyncio.start_server(listen, HOST, 0)
        port = server.sockets[0].getsockname()[1]
        mailer = Colour("async").mailer(url_of(port))
        task = asyncio.ensure_future(mailer.send(make_mail()))
        await is_greeted.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        server.close()
        return await heard

    assert LOOP.run(cancel_after_greeting()) == b""


def test_host_that_does_not_exist_is_postponed(colour: Colour) -> None:
    mailer = colour.mailer("smtps://mail.nowhere.invalid:465")

    assert POSTPONED is colour.send(mailer).state


def test_unfit_recipient_is_refused_before_any_connection(colour: Colour) -> None:
    mail = make_mail(to="=?utf-8?q?=0a?=@customer.example")
    delivery = colour.send(colour.mailer("smtps://mail.nowhere.invalid"), mail)

    assert Delivery(state=REFUSED, detail="unfit for a header: to") == delivery


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("code", [-1, 0, 199, 250, 354, 421, 450, 500, 535, 550, 599])
def test_only_a_yes_to_the_content_is_accepted_and_only_a_no_to_a_mail_refused(
    step: Step, code: int
) -> None:
    delivery = answered(step, code=code, text="ann@customer.example 5.1.1")

    assert (delivery.state is ACCEPTED) == (step is Step.CONTENT and code == 250)
    assert (delivery.state is REFUSED) == (
        step in {Step.RECIPIENT, Step.CONTENT} and code in {550, 599}
    )
    assert "@" not in delivery.detail


def test_no_mailer_shows_a_secret_or_a_user(colour: Colour) -> None:
    mailer: Any = colour.mailer("smtps://mail.acme.example", **LOGIN)

    shown = repr(mailer) + str(mailer) + repr(vars(mailer))
    assert "smtps://mail.acme.example:465" in shown
    assert "relay-" not in shown
