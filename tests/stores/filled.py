"""Tables with so many rows that a plan without an index would be the worse one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from securelogin.accounts import Account, AccountId
from securelogin.stores.relational import rows as write
from securelogin.stores.relational.audit_rows import audit_row
from securelogin.stores.relational.columns import microseconds
from securelogin.stores.relational.credential_rows import credential_row
from securelogin.testing.values import (
    AT,
    HOUR,
    TICK,
    account,
    attempt,
    audit_record,
    credential,
    link,
    order,
    session,
)
from tests.stores.places import TABLES, Place

ROWS = 3_000
PEOPLE = 500
# Of fewer, PostgreSQL rightly reads them all rather than look up some hundred heads.
AUDITED = 20_000
CHAINS = 50


def fill(place: Place) -> None:
    """Load the rows, and let the database count them."""
    engine = sa.create_engine(place.plain.url, poolclass=NullPool)
    with engine.begin() as connection:
        for table in TABLES:
            name = table.name.removeprefix("securelogin_")
            count = AUDITED if name == "audit" else ROWS
            loaded = [row for n in range(count) for row in MADE[name](n)]
            connection.execute(sa.insert(table), loaded)
    whole = ["ANALYZE"]
    each = [f"ANALYZE TABLE {table.name} PERSISTENT FOR ALL" for table in TABLES]
    with place.plain.connect() as connection:
        for statement in each if place.kind == "mariadb" else whole:
            connection.exec_driver_sql(statement)


def person(n: int) -> Account:
    return account(f"a{n}")


def held_by(n: int) -> AccountId:
    return AccountId(f"a{n % PEOPLE}")


def addresses(n: int) -> Iterator[dict[str, Any]]:
    for key in person(n).keys:
        yield {"tenant": key.tenant, "key": key.value, "account": person(n).id}


def sessions(n: int) -> Iterator[dict[str, Any]]:
    begun = session(f"s{n}", account=held_by(n), began_at=AT + n * TICK)
    # Most have ended, as in a portal whose people log out.
    yield write.session_row(begun if n % 4 == 0 else begun.ended(at=AT + HOUR))


def attempts(n: int) -> Iterator[dict[str, Any]]:
    who, ip = held_by(n), f"192.0.2.{n % 256}"
    tried = attempt(f"r{n}", account=who, lookup=who, ip=ip, at=AT + n * TICK)
    yield write.attempt_row(tried)


def orders(n: int) -> Iterator[dict[str, Any]]:
    made = order(
        f"o{n}",
        account=held_by(n),
        lookup=person(n).key,
        at=AT + n * TICK,
        due_at=AT - (ROWS - n) * HOUR,
    )
    yield write.order_row(made)


def audited(n: int) -> Iterator[dict[str, Any]]:
    number, chain = divmod(n, CHAINS)
    told = audit_record(
        f"c{chain}",
        number + 1,
        account=held_by(n),
        subject=f"u{n}",
        written_at=AT + n * TICK,
    )
    yield audit_row(told)


MADE: dict[str, Any] = {
    "accounts": lambda n: [write.account_row(person(n))],
    "addresses": addresses,
    "credentials": lambda n: [credential_row(credential(f"a{n}", password_hash="h"))],
    "links": lambda n: [write.link_row(link(f"l{n}"))],
    "sessions": sessions,
    "counters": lambda n: [
        {"key": f"k{n}", "total": 1, "until": microseconds(AT + n * HOUR)}
    ],
    "attempts": attempts,
    "outbox": orders,
    "audit": audited,
}
