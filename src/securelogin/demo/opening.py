"""Wire the demo as a portal would be wired, and let its people have been there."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from securelogin.aio.courier_worker import AsyncCourierWorker
from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.attempts import Attempt, Client
from securelogin.demo.mailbox import Mailbox
from securelogin.demo.messages import Message, Messages
from securelogin.demo.people import (
    ANN,
    ERIN,
    INVITED,
    PASSWORD,
    SEEDS,
    STAFF,
    Person,
    Seed,
    portals_at,
)
from securelogin.errors import AdapterError
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.mailers.aio_smtp import AsyncSMTPMailer
from securelogin.outcomes import ChangeRequired, Granted, LinkOpened
from securelogin.passwords import PasswordHasher
from securelogin.portals import Portal
from securelogin.rules.courier_shift import Pace
from securelogin.stores.sql import AsyncSQLStore
from securelogin.tour.smtp_server import LoopbackServer

__all__ = ["Demo", "open_demo"]

_SENDER = "portal@demo.example"
# Nobody who has just clicked wants to wait for a mail.
_EAGER = Pace(idle=timedelta(milliseconds=200))
_CLIENT = Client(
    ip="127.0.0.1",
    user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo that is open.

    Attributes:
        url: where it is served, with a slash at the end.
        auth: the log-in of both portals.
    """

    url: str
    portals: tuple[Portal, ...]
    keys: KeyRing
    auth: AsyncSecureLogin
    store: AsyncSQLStore
    messages: Messages
    mailbox: Mailbox

    async def send(self, seed: Seed, /) -> None:
        """Send a message: keep it here, and let the library mail the link.

        Raises:
            InvalidInput: the recipient is no address; nothing has been stored.
        """
        message = self.auth.installation.new_id()
        link = await self.auth.links.issue(
            recipient=seed.recipient,
            sender=seed.sender,
            message=message,
            tenant=seed.tenant,
        )
        await self.messages.add(
            Message(
                id=message,
                tenant=seed.tenant,
                sender=seed.sender,
                recipient=seed.recipient,
                subject=seed.subject,
                body=seed.body,
                link=link.id,
                sent_at=link.issued_at,
            )
        )


@asynccontextmanager
async def open_demo(
    url: str, /, *, hasher: PasswordHasher | None = None
) -> AsyncIterator[Demo]:
    """Open a demo on a new SQLite file and an SMTP server of its own, and seed it.

    A courier is at work inside of the `async with` block. Nothing is left after it.

    Args:
        url: where it is going to be served, with a slash at the end.
        hasher: Argon2 with the recommended cost by default.
    """
    with (
        tempfile.TemporaryDirectory(prefix="securelogin-demo-") as folder,
        LoopbackServer() as server,
    ):
        path = (Path(folder) / "demo.db").as_posix()
        store = AsyncSQLStore(f"sqlite:///{path}")
        engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
        try:
            keys, portals = KeyRing(KeyRing.new_key()), portals_at(url)
            demo = Demo(
                url=url,
                portals=portals,
                keys=keys,
                auth=AsyncSecureLogin(
                    portals=portals,
                    keys=keys,
                    store=store,
                    mailer=AsyncSMTPMailer(server.url, sender=_SENDER),
                    hasher=hasher,
                ),
                store=store,
                messages=Messages(engine),
                mailbox=Mailbox(lambda: server.received, site=url),
            )
            await store.create()
            await demo.messages.create()
            await _seed(demo)
            async with _courier(demo):
                yield demo
        finally:
            await engine.dispose()
            await store.close()


@asynccontextmanager
async def _courier(demo: Demo) -> AsyncIterator[None]:
    """Let a courier work, as it would in a process of its own."""
    told = asyncio.Event()

    async def pause(wait: timedelta, /) -> bool:
        try:
            await asyncio.wait_for(told.wait(), wait.total_seconds())
        except TimeoutError:
            return False
        return True

    worker = AsyncCourierWorker(
        courier=demo.auth.courier,
        installation=demo.auth.installation,
        pause=pause,
        pace=_EAGER,
    )
    work = asyncio.create_task(worker.work())
    try:
        yield
    finally:
        # It ends between two mails.
        told.set()
        await work


async def _seed(demo: Demo) -> None:
    """Let people have come, sent, read and failed, each by the real way."""
    for person in STAFF:
        await demo.auth.accounts.register(
            person.address, tenant=person.tenant, audience=person.audience
        )
    for seed in SEEDS:
        await demo.send(seed)
    await demo.auth.courier.deliver()
    for person in STAFF:
        await _choose_password(demo, person, link=None)
    link = demo.mailbox.newest(ERIN.address, carrying="token").token
    await _choose_password(demo, ERIN, link=link)
    await _read_first(demo, ERIN, link=link)
    await _mistype(demo)
    await demo.auth.courier.deliver()


async def _choose_password(demo: Demo, person: Person, *, link: str | None) -> None:
    """Let a person type what the mail says, and choose a lasting password."""
    mail = demo.mailbox.newest(person.address, carrying="password")
    outcome = await demo.auth.login.check(
        _attempt(demo, person.address, mail.password, tenant=person.tenant, link=link)
    )
    if not isinstance(outcome, ChangeRequired):
        raise _not_as_it_should("a temporary password just mailed was not taken")
    await demo.auth.passwords.complete(outcome.ticket, PASSWORD)


async def _read_first(demo: Demo, person: Person, *, link: str) -> None:
    """Let a recipient open the link, log in and read, and log out again."""
    base = next(p.base for p in demo.portals if p.tenant == person.tenant)
    opened = await demo.auth.links.open(link, url=f"{base}link", client=_CLIENT)
    granted = await demo.auth.login.check(
        _attempt(demo, person.address, PASSWORD, tenant=person.tenant, link=link)
    )
    match opened, granted:
        case LinkOpened(message=message), Granted(session=session):
            now = demo.auth.installation.now()
            await demo.messages.note_reading(message, at=now)
            await demo.auth.sessions.end(session.token)
        case _:
            raise _not_as_it_should("a link just mailed did not open the portal")


def _not_as_it_should(problem: str) -> AdapterError:
    return AdapterError(problem, adapter="AsyncSQLStore", verb="get")


async def _mistype(demo: Demo) -> None:
    """Leave references for the support desk to look up."""
    for address, password in (
        (ANN.address, "a quiet harbour at seven"),
        (INVITED[0], PASSWORD),
        (ERIN.address.replace("@", "+news@"), PASSWORD),
    ):
        await demo.auth.login.check(
            _attempt(demo, address, password, tenant=ANN.tenant, link=None)
        )


def _attempt(
    demo: Demo, address: str, password: str, *, tenant: str, link: str | None
) -> Attempt:
    base = next(portal.base for portal in demo.portals if portal.tenant == tenant)
    return Attempt(
        address=address,
        password=password,
        url=f"{base}login",
        link=None if link is None else Hidden(link),
        client=_CLIENT,
    )
