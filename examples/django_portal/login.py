"""The log-in: Django's users are its accounts, the rest is in a database beside."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from securelogin import KeyRing, Portal, SecureLogin
from securelogin.django import DjangoPortal
from securelogin.django.accounts import UserAccounts
from securelogin.mailers.file import FileMailer
from securelogin.stores.sql import SQLStore
from securelogin.web import CookieSafety, WebSettings

__all__ = ["PORTAL", "auth", "pages"]

PORTAL = Portal(
    tenant="acme",
    name="Acme Secure Messaging",
    url="http://localhost:8000/secure/",
    contact="it@acme.example",
)


def _kept_key(file: Path) -> str:
    """Return the key of this portal, made at the first start."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(KeyRing.new_key())
    return file.read_text()


store = SQLStore(f"sqlite:///{settings.FOLDER / 'log_in.db'}")
store.create()
auth = SecureLogin(
    portals=[PORTAL],
    keys=KeyRing(os.environ.get("PORTAL_KEY") or _kept_key(settings.FOLDER / "key")),
    store=store,
    mailer=FileMailer(settings.FOLDER / "mails"),
    own_accounts=UserAccounts(),
)
pages = DjangoPortal(
    auth,
    settings=WebSettings(
        home="messages/",
        message="messages/{message}",
        # On a server the portal's URL is https, and this line goes.
        cookies=CookieSafety.PLAIN_ON_LOOPBACK,
    ),
)
