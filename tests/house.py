"""An installation with people in it, for the commands of those who operate it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

from securelogin import Attempt, Audience, Client, KeyRing, SecureLogin, cli
from securelogin.mail import MailKind
from securelogin.stores.sql import SQLStore
from tests.wiring import PASSWORD, POOL, PORTALS, URL, Inbox, cheap_hasher

ANN, ALIAS, BOB = "ann@acme.example", "a.ash@acme.example", "bob@other.example"
GLOBEX_ANN = "ann@globex.example"
NOBODY = "nobody@acme.example"
CONFIGURATION = """
keys_file = "keys"

[store]
url = "sqlite:///{folder}/portal.db"

[[portals]]
tenant = "acme"
name = "Acme Secure Messaging"
url = "https://portal.acme.example/secure/"
contact = "it@acme.example"

[[portals]]
tenant = "globex"
name = "Globex Mail"
url = "https://globex.example/"
contact = "desk@globex.example"
"""


class House(NamedTuple):
    """An installation with people in it, and the commands that run on it."""

    folder: Path
    auth: SecureLogin
    store: SQLStore
    inbox: Inbox
    ann: str
    bobs_link: str

    def run(self, *arguments: str, **options: Any) -> Any:
        environment = {"SECURELOGIN_CONFIG": str(self.folder / "securelogin.toml")}
        return CliRunner().invoke(cli.app, arguments, env=environment, **options)

    def told(self, *arguments: str, code: int = 0) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def refused(self, address: str = ANN) -> str:
        return self.check(address, "wrong wrong wrong").public.reference

    def check(self, address: str, password: str) -> Any:
        client = Client(ip="192.0.2.7", user_agent="Firefox/140")
        attempt = Attempt(address=address, password=password, url=URL, client=client)
        return self.auth.login.check(attempt)


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    keys = KeyRing.new_key()
    (folder / "keys").write_text(keys)
    (folder / "securelogin.toml").write_text(CONFIGURATION.format(folder=folder))
    store, inbox = SQLStore(f"sqlite:///{folder}/portal.db"), Inbox()
    store.create()
    auth = SecureLogin(
        portals=PORTALS,
        keys=KeyRing(keys),
        store=store,
        mailer=inbox,
        hasher=cheap_hasher(),
        pool=POOL,
    )
    ann = auth.accounts.register(ANN, tenant="acme", audience=Audience.INTERNAL)
    auth.accounts.register(GLOBEX_ANN, tenant="globex", audience=Audience.INTERNAL)
    link = auth.links.issue(recipient=BOB, sender=ANN, message="m-1", tenant="acme")
    auth.courier.deliver()
    mails = [one for one in inbox.mails if one.kind is MailKind.TEMPORARY_PASSWORD]
    made = House(folder, auth, store, inbox, ann.account.id, link.id)
    required = made.check(ANN, mails[0].secrets["password"].reveal())
    auth.passwords.complete(required.ticket, PASSWORD)
    with closing(store):
        yield made
