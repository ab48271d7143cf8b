"""A secure-messaging portal with FastAPI, all of it async, on SQLite or PostgreSQL.

The log-in has pages; the portal's own part is an API, described in `/docs`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI, HTTPException, Request
from pydantic import BaseModel
from sqlalchemy import Column, MetaData, String, Table, insert, select
from sqlalchemy.ext.asyncio import create_async_engine

from securelogin import AsyncSecureLogin, Audience, KeyRing, PasswordHasher, Portal
from securelogin.fastapi import CurrentAccount, CurrentLink, InternalAccount, add_pages
from securelogin.mailers.file import AsyncFileMailer
from securelogin.stores.sql import AsyncSQLStore
from securelogin.web import CookieSafety, WebSettings, delivering

PORTAL = Portal(
    tenant="acme",
    name="Acme Secure Messaging",
    url="http://localhost:8000/secure/",
    contact="it@acme.example",
)
SETTINGS = WebSettings(
    home="messages/",
    message="messages/{message}",
    # On a server the portal's URL is https, and this line goes.
    cookies=CookieSafety.PLAIN_ON_LOOPBACK,
)
OWN = MetaData()
MESSAGES = Table(
    "messages",
    OWN,
    Column("name", String(16), primary_key=True),
    Column("sender", String(254)),
    Column("text", String),
)

views = APIRouter(prefix="/secure/messages")


def create_app(
    *,
    database: str | None = None,
    mails: str | Path | None = None,
    hasher: PasswordHasher | None = None,
) -> FastAPI:
    """Return the portal; what is not given comes from the environment."""
    given = os.environ.get
    database = database or given("PORTAL_DATABASE", "sqlite+aiosqlite:///portal.db")
    store, engine = AsyncSQLStore(database), create_async_engine(database)
    auth = AsyncSecureLogin(
        portals=[PORTAL],
        # Without a key of its own, links end with the process.
        keys=KeyRing(given("PORTAL_KEY") or KeyRing.new_key()),
        store=store,
        mailer=AsyncFileMailer(mails or given("PORTAL_MAILS", "mails")),
        hasher=hasher,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        """Open the databases, deliver mails meanwhile, and close."""
        app.state.auth, app.state.engine = auth, engine
        await store.create()
        async with engine.begin() as connection:
            await connection.run_sync(OWN.create_all)
        if first := given("PORTAL_FIRST_ADDRESS"):
            await auth.accounts.register(
                first, tenant=PORTAL.tenant, audience=Audience.INTERNAL
            )
        async with delivering(auth):
            yield
        await engine.dispose()
        await store.close()

    app = FastAPI(title=PORTAL.name, lifespan=lifespan)
    add_pages(app, auth, settings=SETTINGS)
    app.include_router(views)
    return app


class NewMessage(BaseModel):
    """What a sender hands in."""

    recipient: str
    text: str


class Message(BaseModel):
    """What a reader sees."""

    name: str
    sender: str
    text: str


@views.get("/")
async def mine(account: CurrentAccount, request: Request) -> list[str]:
    """List the messages that somebody has sent."""
    wanted = select(MESSAGES.c.name).where(MESSAGES.c.sender == account.primary.text)
    async with request.app.state.engine.connect() as connection:
        return list((await connection.execute(wanted)).scalars())


@views.post("/", status_code=201)
async def write(new: NewMessage, account: InternalAccount, request: Request) -> Message:
    """Let people of the house write to anybody; the recipient gets a link."""
    # JSON only: no form of another site can send that with the person's cookie.
    message = Message(
        name=secrets.token_urlsafe(9), sender=account.primary.text, text=new.text
    )
    async with request.app.state.engine.begin() as connection:
        await connection.execute(insert(MESSAGES).values(message.model_dump()))
    await request.app.state.auth.links.issue(
        recipient=new.recipient,
        sender=message.sender,
        message=message.name,
        tenant=PORTAL.tenant,
    )
    return message


@views.get("/{name}")
async def read(
    name: str, account: CurrentAccount, link: CurrentLink, request: Request
) -> Message:
    """Show a message to whoever wrote it, and to whom its link was made for."""
    wanted = select(MESSAGES).where(MESSAGES.c.name == name)
    async with request.app.state.engine.connect() as connection:
        row = (await connection.execute(wanted)).mappings().first()
    may_read = request.app.state.auth.links.may_read
    if row is not None and (
        row["sender"] == account.primary.text
        or (
            link is not None
            and await may_read(link, account=account.id, message=name) is True
        )
    ):
        return Message(**row)
    raise HTTPException(404)
