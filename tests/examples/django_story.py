"""Run the Django example from its checks to its first message, in its own folder."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from securelogin.testing.frameworks import WSGITransport
from tests.examples.story import ANN, live_through

django.setup()
call_command("check", fail_level="WARNING")
call_command("makemigrations", "--check", "--dry-run", verbosity=0)
call_command("migrate", verbosity=0)
call_command("add", ANN)

from login import PORTAL  # noqa: E402 -- it needs the apps

transport = WSGITransport(get_wsgi_application())
transport.scheme = "http"


def write(browser, fields):
    found = re.search(
        r'csrfmiddlewaretoken" value="([^"]+)', browser.get("messages/").body.decode()
    )
    token = {"csrfmiddlewaretoken": found[1]} if found else {}
    return browser.post("messages/", {**token, **fields}).status


live_through(
    transport,
    PORTAL,
    mails=Path(sys.argv[1]) / "mails",
    deliver=lambda: call_command("courier", "--once"),
    write=write,
)
