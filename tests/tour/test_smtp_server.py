from __future__ import annotations

import smtplib
import threading

import pytest

from securelogin.tour.smtp_server import LoopbackServer

MESSAGE = b"Subject: one\r\n\r\n.a dot first\r\n"


def send(url: str, message: bytes) -> None:
    host, _, port = url.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port), "test.example", timeout=10) as line:
        line.sendmail("a@test.example", ["b@test.example"], message)


def test_server_keeps_messages_as_they_came_in_order() -> None:
    with LoopbackServer() as server:
        send(server.url, MESSAGE)
        send(server.url, b"Subject: two\r\n\r\n")

    assert server.received == (MESSAGE, b"Subject: two\r\n\r\n")


def test_two_servers_at_once_have_ports_of_their_own() -> None:
    with LoopbackServer() as one, LoopbackServer() as two:
        send(two.url, MESSAGE)

    assert one.url != two.url
    assert (one.received, two.received) == ((), (MESSAGE,))


def test_server_listens_on_loopback_only_and_no_longer_than_it_should() -> None:
    with LoopbackServer() as server:
        url = server.url

    assert url.startswith("smtp://127.0.0.1:")
    with pytest.raises(OSError, match=r".+"):
        send(url, MESSAGE)


def test_server_stops_with_a_talk_still_going_on() -> None:
    before = threading.active_count()

    with LoopbackServer() as server:
        host, _, port = server.url.removeprefix("smtp://").partition(":")
        line = smtplib.SMTP(host, int(port), "test.example", timeout=10)
        line.ehlo()

    line.close()
    assert before == threading.active_count()
