"""The application of FastAPI Users' full example, over a file and at a given cost."""
# FastAPI reads annotations when it runs: here they are what they say.
# ruff: noqa: I002

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from fastapi import Depends, FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin
from fastapi_users.authentication import (
    AuthenticationBackend,
    BearerTransport,
    JWTStrategy,
)
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from fastapi_users.password import PasswordHelper
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from benchmarks.peers.sides import Cost, Place

__all__ = ["hasher", "made"]

_LANES = 4
_SECRET = "benchmark" * 8

Rows = list[tuple[str, str, bool]]


class _Base(DeclarativeBase):
    pass


class _User(SQLAlchemyBaseUserTableUUID, _Base):
    pass


def hasher(cost: Cost) -> Argon2Hasher:
    """Return pwdlib's hasher at this cost, with its own number of lanes."""
    return Argon2Hasher(
        time_cost=cost.passes,
        memory_cost=cost.memory,
        parallelism=cost.lanes or _LANES,
    )


def made(
    place: Place, *, mail: Callable[[str, str, int], Awaitable[None]]
) -> tuple[FastAPI, Callable[[Rows], Awaitable[None]]]:
    """Return the application, and what puts people into its table."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{place.folder / 'fastapi.db'}",
        connect_args={"timeout": 120},
    )
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    helper = PasswordHelper(PasswordHash((hasher(place.cost),)))

    class Manager(UUIDIDMixin, BaseUserManager[_User, uuid.UUID]):
        reset_password_token_secret = _SECRET
        verification_token_secret = _SECRET

        async def on_after_forgot_password(
            self, user: _User, token: str, *_: object
        ) -> None:
            await mail(user.email, token, place.mail_port)

    async def session() -> AsyncIterator[Any]:
        async with sessions() as opened:
            yield opened

    async def database(opened: Any = Depends(session)) -> AsyncIterator[Any]:  # noqa: B008 -- FastAPI's way
        yield SQLAlchemyUserDatabase(opened, _User)

    async def manager(found: Any = Depends(database)) -> AsyncIterator[Any]:  # noqa: B008 -- the same
        yield Manager(found, helper)

    backend = AuthenticationBackend(
        name="jwt",
        transport=BearerTransport(tokenUrl="auth/jwt/login"),
        get_strategy=lambda: JWTStrategy(secret=_SECRET, lifetime_seconds=3600),
    )
    users = FastAPIUsers[_User, uuid.UUID](manager, [backend])
    app = FastAPI()
    app.include_router(users.get_auth_router(backend), prefix="/auth/jwt")
    app.include_router(users.get_reset_password_router(), prefix="/auth")

    async def insert(rows: Rows) -> None:
        async with engine.begin() as connection:
            await connection.run_sync(_Base.metadata.create_all)
        async with sessions() as opened:
            opened.add_all(
                _User(email=address, hashed_password=hashed, is_active=is_active)
                for address, hashed, is_active in rows
            )
            await opened.commit()

    return app, insert
