"""What the doctor sees of mail servers, good ones and others."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult

from securelogin.doctor.mail_server import probe
from securelogin.hidden import Hidden
from securelogin.mailers.smtp import Relay
from tests.doctor.live import closed_port, seen


@contextmanager
def talking(*lines):
    """Serve one connection with these lines, each after what it asks."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        line, _ = server.accept()
        with line:
            for said in lines:
                line.sendall(said.encode() + b"\r\n")
                line.recv(1024)

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


def mail_problem(file, url):
    text = file.read_text()
    begin = text.index('url = "smtp')
    end = text.index("\n", begin)
    file.write_text(text[:begin] + f'url = "{url}"' + text[end:])
    return seen(file).mail.problem


def test_a_mail_server_that_is_away_is_told(file):
    told = mail_problem(file, f"smtp://127.0.0.1:{closed_port()}")

    assert told == "no connection (ConnectionRefusedError)."


def test_a_mail_server_without_tls_is_told(file):
    with talking("220 hello") as port:
        assert "no connection" in mail_problem(file, f"smtps://127.0.0.1:{port}")


def test_a_mail_server_that_says_no_is_told(file):
    with talking("554 go away") as port:
        assert mail_problem(file, f"smtp://127.0.0.1:{port}") == "it answered with 554."
    with talking("220 hello", "250 hello", "451 later") as port:
        told = mail_problem(file, f"smtp://127.0.0.1:{port}")
        assert told == "it answers NOOP with 451."


def test_a_mail_server_without_a_log_in_is_told(file, monkeypatch):
    monkeypatch.setenv("SECURELOGIN_SMTP_USER", "me")
    monkeypatch.setenv("SECURELOGIN_SMTP_PASSWORD", "not-shown")
    with talking("220 hello", "250 hello") as port:
        told = mail_problem(file, f"smtp://127.0.0.1:{port}")

    assert told == "it offers no STARTTLS, or no log-in."


class LettingIn:
    """Lets in whoever knows the password."""

    def __call__(self, server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == b"not-shown", handled=False)


@pytest.mark.parametrize(
    ("password", "told"), [("not-shown", ""), ("wrong", "it answered with 535.")]
)
def test_a_mail_server_with_tls_and_a_log_in_is_asked_for_both(password, told):
    authority = trustme.CA()
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(theirs)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    server = Controller(
        Sink(),
        hostname="localhost",
        port=closed_port(),
        tls_context=theirs,
        authenticator=LettingIn(),
    )
    server.start()

    def probed(tls):
        return probe(
            Relay.read(
                f"smtp://localhost:{server.port}",
                sender="no-reply@acme.example",
                letters=None,
                timeout=timedelta(seconds=5),
                user="me",
                password=Hidden(password),
                tls=tls,
            )
        )

    try:
        assert probed(ours) == told
        assert "certificate was not accepted" in probed(ssl.create_default_context())
    finally:
        server.stop()


def test_a_mail_url_that_is_none_is_told(file):
    assert "smtp" in mail_problem(file, "http://mail.example")
