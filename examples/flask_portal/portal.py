"""A secure-messaging portal with Flask, SQLite and a folder of mails.

People of the house write messages; recipients read them, each by the link they got.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import click
from flask import Flask, abort, current_app, redirect, render_template_string, request
from flask.cli import with_appcontext

from securelogin import Audience, KeyRing, PasswordHasher, Portal, SecureLogin
from securelogin.flask import FlaskPortal
from securelogin.flows.courier_worker import CourierWorker
from securelogin.mailers.file import FileMailer
from securelogin.rules.courier_shift import Ending
from securelogin.stores.sql import SQLStore

PORTAL = Portal(
    tenant="acme",
    name="Acme Secure Messaging",
    url="http://localhost:5000/secure/",
    contact="it@acme.example",
)
WRITE = """<h1>New message</h1><form method="post">
<label>To <input name="recipient" type="email" required></label>
<label>Text <textarea name="text" required></textarea></label>
<button>Send</button></form>"""
READ = "<h1>From {{ message.sender }}</h1><p>{{ message.text }}</p>"

pages = FlaskPortal()


def create_app(
    folder: str | Path = "data", *, hasher: PasswordHasher | None = None
) -> Flask:
    """Return the portal; everything it keeps is in one folder."""
    folder = Path(folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    store = SQLStore(f"sqlite:///{folder / 'log_in.db'}")
    store.create()
    auth = SecureLogin(
        portals=[PORTAL],
        keys=KeyRing(kept_key(folder / "key")),
        store=store,
        mailer=FileMailer(folder / "mails"),
        hasher=hasher,
    )
    app = Flask("portal")
    app.config.update(
        AUTH=auth,
        # Kept at hand to be closed, where a process outlives its portal.
        STORE=store,
        MESSAGES=folder / "messages.db",
        # On a server the portal's URL is https, and this line goes.
        SECURELOGIN_COOKIES="plain_on_loopback",
        SECURELOGIN_HOME="messages/",
        SECURELOGIN_MESSAGE="messages/{message}",
    )
    pages.init_app(app, auth)
    app.before_request(refuse_other_sites)
    app.add_url_rule("/secure/messages/", view_func=write, methods=["GET", "POST"])
    app.add_url_rule("/secure/messages/<name>", view_func=read)
    app.cli.add_command(add)
    app.cli.add_command(courier)
    return app


def kept_key(file: Path) -> str:
    """Return the key of this portal, made at the first start."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(KeyRing.new_key())
    return file.read_text()


# -- Views --


def refuse_other_sites() -> None:
    """Take no form that another site has sent; the log-in's own pages do the same."""
    told = request.headers.get("Sec-Fetch-Site", "none")
    if request.method == "POST" and told not in {"same-origin", "none"}:
        abort(403)


@pages.audience_required(Audience.INTERNAL)
def write():
    """Let people of the house write to anybody."""
    if request.method == "GET":
        return WRITE
    name, sender = secrets.token_urlsafe(9), pages.current_account.primary.text
    with messages() as rows:
        new = (name, sender, request.form["text"])
        rows.execute("INSERT INTO messages VALUES (?, ?, ?)", new)
    current_app.config["AUTH"].links.issue(
        recipient=request.form["recipient"],
        sender=sender,
        message=name,
        tenant=PORTAL.tenant,
    )
    return redirect("/secure/messages/", 303)


@pages.login_required
def read(name: str):
    """Show a message to whoever wrote it, and to whom its link was made for."""
    account, link = pages.current_account, pages.link
    with messages() as rows:
        found = rows.execute("SELECT * FROM messages WHERE name = ?", (name,))
        message = found.fetchone()
    may_read = current_app.config["AUTH"].links.may_read
    is_senders = message is not None and message["sender"] == account.primary.text
    is_invited = link is not None and may_read(link, account=account.id, message=name)
    if message is None or not (is_senders or is_invited):
        abort(404)
    return render_template_string(READ, message=message)


@contextmanager
def messages() -> Iterator[sqlite3.Connection]:
    """Open the portal's own table, for one transaction."""
    with closing(sqlite3.connect(current_app.config["MESSAGES"])) as rows, rows:
        rows.row_factory = sqlite3.Row
        rows.execute("CREATE TABLE IF NOT EXISTS messages (name, sender, text)")
        yield rows


# -- Commands --


@click.command()
@click.argument("address")
@with_appcontext
def add(address: str) -> None:
    """Give somebody of the house an account; the courier mails them."""
    current_app.config["AUTH"].accounts.register(
        address, tenant=PORTAL.tenant, audience=Audience.INTERNAL
    )


@click.command()
@click.option("--once", is_flag=True, help="End when nothing is left to send.")
@with_appcontext
def courier(*, once: bool) -> None:
    """Deliver mails until you press Ctrl-C."""
    auth, stop = current_app.config["AUTH"], Event()

    def pause(wait: timedelta, /) -> bool:
        return stop.wait(wait.total_seconds())

    worker = CourierWorker(
        courier=auth.courier, installation=auth.installation, pause=pause
    )
    worker.work(Ending.WHEN_IDLE if once else Ending.WHEN_TOLD)
