from __future__ import annotations

import builtins
import importlib
import ssl
import sys
import traceback
from datetime import timedelta
from typing import Any

import pytest

from securelogin.errors import WiringError
from tests.mailers.servers import Colour

SECRET = "hunter-twelve"


def lax() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    return context


def blind() -> ssl.SSLContext:
    context = lax()
    context.verify_mode = ssl.CERT_NONE
    return context


FIT = {
    "smtp://localhost:1025": "smtp://localhost:1025",
    "smtp://127.0.0.9": "smtp://127.0.0.9:587",
    "smtp://[::1]:25/": "smtp://[::1]:25",
    "SMTP://Mail.Acme.Example": "smtp://mail.acme.example:587",
    "smtps://mail.acme.example": "smtps://mail.acme.example:465",
}


@pytest.mark.parametrize(("url", "shown"), FIT.items())
def test_url_names_the_server(colour: Colour, url: str, shown: str) -> None:
    assert f"({shown})" in repr(colour.mailer(url))


UNFIT_URLS = [
    "",
    "mail.acme.example",
    "mail.acme.example:587",
    "http://mail.acme.example",
    "smtp://",
    "smtp://:587",
    "smtp://mail.acme.example:0",
    "smtp://mail.acme.example:65536",
    f"smtp://mail.acme.example:{SECRET}",
    "smtp://mail..acme.example",
    "smtp://-mail.acme.example",
    "smtp://mail acme.example",
    "smtp://m\u00e4il.example",
    "smtp://mail.acme.example\r\nx",
    "smtp://[::1",
    "smtp://[v1.x]",
    f"smtp://user:{SECRET}@mail.acme.example:587",
    f"smtp://mail.acme.example/{SECRET}",
    f"smtp://mail.acme.example?password={SECRET}",
    f"smtp://mail.acme.example#{SECRET}",
]


@pytest.mark.parametrize("url", UNFIT_URLS)
def test_unfit_url_is_refused_and_not_repeated(colour: Colour, url: str) -> None:
    with pytest.raises(WiringError) as caught:
        colour.mailer(url)

    assert caught.value.setting == "url"
    assert SECRET not in "".join(traceback.format_exception(caught.value))


UNFIT: list[tuple[str, dict[str, Any]]] = [
    ("timeout", {"timeout": timedelta()}),
    ("timeout", {"timeout": 10}),
    ("sender", {"sender": "Acme <portal@acme.example>"}),
    ("sender", {"sender": "a@acme.example, b@acme.example"}),
    ("sender", {"sender": "=?utf-8?q?=0a?=@acme.example"}),
    ("tls", {"tls": lax()}),
    ("tls", {"tls": blind()}),
    ("user, password", {"user": "relay"}),
    ("user, password", {"password": SECRET}),
    ("user, password", {"user": "", "password": SECRET}),
    ("user, password", {"user": "relay", "password": ""}),
    ("user, password", {"user": "relay", "password": f"{SECRET}\u00e4"}),
    ("user, password", {"user": "relay", "password": f"{SECRET}\n"}),
]


@pytest.mark.parametrize(("setting", "options"), UNFIT)
def test_unfit_setting_is_refused_by_name(
    colour: Colour, setting: str, options: dict[str, Any]
) -> None:
    with pytest.raises(WiringError) as caught:
        colour.mailer("smtps://mail.acme.example", **options)

    assert setting == caught.value.setting
    assert SECRET not in str(caught.value)


def test_password_is_in_no_frame_of_ours_when_wiring_fails(colour: Colour) -> None:
    with pytest.raises(WiringError) as caught:
        colour.mailer("smtps://mail.acme.example", user="", password=SECRET)

    frames = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    ).stack
    ours = [frame for frame in frames if "/securelogin/" in frame.filename]
    assert ours
    assert SECRET not in "".join(str(frame.locals) for frame in ours)


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "securelogin.mailers.aio_smtp"
    monkeypatch.setitem(sys.modules, "aiosmtplib", None)
    monkeypatch.delitem(sys.modules, name)

    with pytest.raises(ImportError, match=r"securelogin\[smtp\]"):
        importlib.import_module(name)


def test_sync_mailer_needs_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__
    seen: list[str] = []

    def watch(name: str, *args: Any, **options: Any) -> Any:
        seen.append(name)
        return real(name, *args, **options)

    monkeypatch.delitem(sys.modules, "securelogin.mailers.smtp")
    monkeypatch.setattr(builtins, "__import__", watch)
    importlib.import_module("securelogin.mailers.smtp")

    assert "smtplib" in seen
    assert "aiosmtplib" not in seen
