"""One small portal behind Flask and FastAPI, as its own people would write it.

All of them show one message page, and keep everything in memory; mails are delivered
when a test looks for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import flask
import werkzeug.serving
from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse
from flask import Flask

from securelogin import AsyncSecureLogin, KeyRing, Portal, SecureLogin
from securelogin.fastapi import CurrentAccount, CurrentLink, add_pages
from securelogin.flask import FlaskPortal
from securelogin.mailers.memory import AsyncMemoryMailer, MemoryMailer
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.web import CookieSafety, WebSettings
from tests.fastapi.serving import Server
from tests.wiring import cheap_hasher

__all__ = [
    "MESSAGE",
    "SETTINGS",
    "Kept",
    "served_by_wsgi",
    "served_fastapi",
    "served_flask",
]

SETTINGS = WebSettings(
    message="messages/{message}", cookies=CookieSafety.PLAIN_ON_LOOPBACK
)
MESSAGE = """<!doctype html>
<html lang="en"><head><title>A message</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"></head>
<body><main><h1>A message</h1><p>Nobody else may read this.</p></main></body></html>"""


class Kept:
    """What a portal keeps, and its mailbox.

    Attributes:
        base: its URL, with a slash at the end.
        auth: the sync flows; `awaited` are the others, over the same store.
    """

    def __init__(self, port: int, *, store: Any = None) -> None:
        # In a thread: see `django_site`.
        self.run = ThreadPoolExecutor(1).submit
        self.base = f"http://127.0.0.1:{port}/secure/"
        store, self._mailer = store or MemoryStore(), MemoryMailer()
        portal = Portal(
            tenant="acme",
            name="Acme Secure Messaging",
            url=self.base,
            contact="it@acme.example",
        )
        shared: dict[str, Any] = {
            "portals": [portal],
            "keys": KeyRing(KeyRing.new_key()),
            "hasher": cheap_hasher(),
        }
        self.auth = SecureLogin(store=store, mailer=self._mailer, **shared)
        self.awaited: Callable[[], AsyncSecureLogin] = lambda: AsyncSecureLogin(
            store=AsyncMemoryStore(store),
            mailer=AsyncMemoryMailer(self._mailer),
            **shared,
        )

    def invite(self, address: str) -> str:
        """Send a message to somebody; return the path of its page below the base."""
        name = self.auth.installation.new_id()
        self.run(
            self.auth.links.issue,
            recipient=address,
            sender="ann@acme.example",
            message=name,
            tenant="acme",
        ).result()
        return f"messages/{name}"

    def mailed(self, address: str, carrying: str, *, after: str = "") -> str:
        """Return the "token" or "password" in the newest mail, other than *after*."""
        self.run(self.auth.courier.deliver).result()
        secret = {"token": "link", "password": "password"}[carrying]
        found = next(
            mail.secrets[secret].reveal().rpartition("=")[2]
            for mail in reversed(self._mailer.mails)
            if mail.to.text == address and secret in mail.secrets
        )
        assert found != after, f"no new mail with a {carrying} for {address}"
        return found


@contextmanager
def served_by_wsgi(make: Callable[[Kept], Any], **options: Any) -> Iterator[Kept]:
    server = werkzeug.serving.make_server("127.0.0.1", 0, app=None, threaded=True)
    kept = Kept(server.port, **options)
    server.app = make(kept)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join(20)
        server.server_close()


def served_flask() -> AbstractContextManager[Kept]:
    """Serve a portal made with Flask."""
    return served_by_wsgi(_flask)


def _flask(kept: Kept) -> Flask:
    app, pages = Flask("portal"), FlaskPortal(settings=SETTINGS)
    pages.init_app(app, kept.auth)

    @app.get("/secure/messages/<name>")
    @pages.login_required
    def message(name: str) -> str:
        may_read = kept.auth.links.may_read(
            pages.link or "", account=pages.current_account.id, message=name
        )
        return MESSAGE if may_read is True else flask.abort(404)

    return app


@contextmanager
def served_fastapi() -> Iterator[Kept]:
    """Serve a portal made with FastAPI."""
    with Server() as server:
        kept = Kept(server.port)
        server.app = _fastapi(kept.awaited())
        yield kept


def _fastapi(auth: AsyncSecureLogin) -> FastAPI:
    app = FastAPI()
    add_pages(app, auth, settings=SETTINGS)

    @app.get("/secure/messages/{name}")
    async def message(
        name: str, account: CurrentAccount, link: CurrentLink
    ) -> HTMLResponse:
        may_read = await auth.links.may_read(
            link or "", account=account.id, message=name
        )
        if may_read is not True:
            raise HTTPException(404)
        return HTMLResponse(MESSAGE)

    return app
