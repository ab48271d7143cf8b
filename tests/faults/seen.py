"""What a store holds, read past its adapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from securelogin.accounts import Account, AccountId
from securelogin.attempts import AttemptRecord
from securelogin.credentials import Credential
from securelogin.links import RecipientLink
from securelogin.mail import MailOrder
from securelogin.sessions import Session
from securelogin.stores.memory import MemoryStore
from securelogin.stores.relational import rows as read
from securelogin.stores.relational.credential_rows import credential_of
from securelogin.stores.sql import make_tables

TABLES = make_tables()


@dataclass(frozen=True)
class Seen:
    """Everything that is stored, at one moment."""

    accounts: Mapping[AccountId, Account]
    holders: Mapping[tuple[str, str], str]
    credentials: Mapping[AccountId, Credential]
    links: Mapping[str, RecipientLink]
    sessions: Mapping[str, Session]
    counters: Mapping[str, int]
    attempts: Mapping[str, AttemptRecord]
    orders: Mapping[str, MailOrder]
    text: str


def seen_in_memory(store: MemoryStore) -> Seen:
    parts: Any = store
    rows = (
        dict(parts.accounts._rows),
        dict(parts.accounts._holders),
        dict(parts.credentials._rows),
        dict(parts.links._rows),
        dict(parts.sessions._rows),
        {key: total for key, (total, _) in parts.counters._totals.items()},
        {record.reference: record for record in parts.attempts._records},
        dict(parts.outbox._rows),
    )
    text = repr([[(key, vars_of(row)) for key, row in p.items()] for p in rows])
    return Seen(*rows, text=text)


def vars_of(row: Any) -> Any:
    """Return every field, those too that a repr leaves out."""
    names = getattr(type(row), "__dataclass_fields__", None)
    if names is None:
        return row
    return {name: vars_of(getattr(row, name)) for name in names}


def looking_at(url: sa.URL) -> sa.Engine:
    """Return an engine past the adapters, which learns its server once."""
    return sa.create_engine(url, isolation_level="AUTOCOMMIT")


def emptied(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        for table in reversed(TABLES.in_order):
            connection.execute(sa.delete(table))


def seen_in_database(engine: sa.Engine) -> Seen:
    with engine.connect() as connection:
        found = {
            table.name.removeprefix("securelogin_"): connection.execute(
                sa.select(*(column for column in table.c if column.name != "seq"))
            ).all()
            for table in TABLES.in_order
        }
    accounts = [read.account_of(row) for row in found["accounts"]]
    credentials = [credential_of(row) for row in found["credentials"]]
    links = [read.link_of(row) for row in found["links"]]
    sessions = [read.session_of(row) for row in found["sessions"]]
    attempts = [read.attempt_of(row) for row in found["attempts"]]
    orders = [read.order_of(row) for row in found["outbox"]]
    return Seen(
        accounts={one.id: one for one in accounts},
        holders={(row.tenant, row.key): row.account for row in found["addresses"]},
        credentials={one.account: one for one in credentials},
        links={one.id: one for one in links},
        sessions={one.digest: one for one in sessions},
        counters={row.key: row.total for row in found["counters"]},
        attempts={one.reference: one for one in attempts},
        orders={one.id: one for one in orders},
        text=repr({name: sorted(map(repr, rows)) for name, rows in found.items()}),
    )
