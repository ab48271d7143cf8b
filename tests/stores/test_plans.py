"""No query reads a table from end to end, and a log-in makes few of them."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from securelogin import Audience, Granted, KeyRing, Refused, SecureLogin
from securelogin.accounts import AccountId
from securelogin.attempts import Span
from securelogin.mail import MailKind
from securelogin.retention import Kept
from securelogin.stores.sql import rows as write
from securelogin.stores.sql.columns import microseconds
from securelogin.testing.values import (
    ACME,
    AT,
    HOUR,
    TICK,
    account,
    attempt,
    credential,
    link,
    order,
    session,
)
from tests.stores.places import TABLES, Place
from tests.wiring import (
    PASSWORD,
    POOL,
    PORTALS,
    Clock,
    Inbox,
    Wired,
    cheap_hasher,
    total,
)

ROWS = 3_000
SYNC = ["sqlite", "psycopg", "pymysql"]
PARTS = (
    "accounts",
    "credentials",
    "links",
    "sessions",
    "counters",
    "attempts",
    "outbox",
)


@contextmanager
def listening(store: Any):
    """Give every statement the store sends from now on, with its parameters."""
    engine = getattr(store._engine, "sync_engine", store._engine)
    heard: list[tuple[str, Any]] = []

    def hear(connection, cursor, *heard_now) -> None:
        heard.append(heard_now[:2])

    # On the plain engine: those with other options are made from it and tell it too.
    sa.event.listen(engine, "before_cursor_execute", hear)
    yield heard
    sa.event.remove(engine, "before_cursor_execute", hear)


def fill(place: Place) -> None:
    """Load so many rows that a plan without an index would be the worse one."""
    rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}
    add = {
        table.name.removeprefix("securelogin_"): rows[table.name] for table in TABLES
    }
    for n in range(ROWS):
        one = account(f"a{n}")
        add["accounts"].append(write.account_row(one))
        add["addresses"] += [
            {"tenant": key.tenant, "key": key.value, "account": one.id}
            for key in one.keys
        ]
        add["credentials"].append(
            write.credential_row(credential(f"a{n}", password_hash="h"))
        )
        add["links"].append(write.link_row(link(f"l{n}")))
        who = AccountId(f"a{n % 500}")
        begun = session(f"s{n}", account=who, began_at=AT + n * TICK)
        add["sessions"].append(write.session_row(begun))
        until = microseconds(AT + n * HOUR)
        add["counters"].append({"key": f"k{n}", "total": 1, "until": until})
        ip = f"192.0.2.{n % 256}"
        tried = attempt(
            f"r{n}", account=who, lookup=f"a{n % 500}", ip=ip, at=AT + n * TICK
        )
        add["attempts"].append(write.attempt_row(tried))
        due = AT - (ROWS - n) * HOUR
        add["outbox"].append(
            write.order_row(
                order(
                    f"o{n}",
                    account=who,
                    lookup=account(f"a{n}").key,
                    at=AT + n * TICK,
                    due_at=due,
                )
            )
        )
    engine = sa.create_engine(place.plain.url, poolclass=NullPool)
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(sa.insert(table), rows[table.name])
    analyse = {
        "sqlite": ["ANALYZE"],
        "postgresql": ["ANALYZE"],
        "mariadb": [
            f"ANALYZE TABLE {table.name} PERSISTENT FOR ALL" for table in TABLES
        ],
    }
    with place.plain.connect() as connection:
        for statement in analyse[place.kind]:
            connection.exec_driver_sql(statement)


def use_every_verb(store: Any) -> None:
    store.accounts.find(account("a7").key)
    store.accounts.get(account("a7").id)
    store.accounts.add(account("new"))
    store.accounts.replace(account("new"), account("new", version=2))
    store.credentials.get(AccountId("a7"))
    store.credentials.add(credential("new"))
    store.credentials.replace(credential("a7"), credential("a7", version=2))
    store.links.get("l7")
    store.links.add(link("new"))
    store.links.replace(link("l7"), link("l7", version=2))
    store.sessions.get("s7")
    store.sessions.add(session("new"))
    store.sessions.replace(session("s7"), session("s7", version=2))
    store.sessions.held_by(AccountId("a7"))
    total(store.counters, "k7", at=AT, window=HOUR)
    store.counters.reset(["k7", "k8", "k9"])
    store.attempts.record(attempt("new"))
    store.attempts.by_reference("r7")
    store.attempts.near(Span(tenant=ACME, after=AT, before=AT + HOUR, lookup="a7"))
    store.attempts.erase(AccountId("a7"), ["a8"], tenant=ACME)
    store.attempts.near(Span(tenant=ACME, after=AT, before=AT + HOUR, ip="192.0.2.7"))
    store.outbox.record(order("new"))
    store.outbox.lease(at=AT, until=AT + HOUR, limit=1)
    store.outbox.replace(order("o7"), order("o7", version=2))
    store.outbox.about(AccountId("a7"), account("a8").key)
    store.credentials.sample(limit=5)
    for kept in Kept:
        store.retention.overdue(kept, before=AT - 2_950 * HOUR)
        store.retention.purge(kept, before=AT - 2_950 * HOUR, limit=5)
    store.retention.erase(AccountId("a7"), ["a8"], tenant=ACME)
    statements = store.counters._statements
    by: Any = ("", "")
    store._database.changed(statements.clear_ended, {"now": 0}, by=by)
    ((until,),) = store._database.rows(statements.edge, {"most": ROWS - 10}, by=by)
    store._database.changed(statements.clear_surplus, {"now": until}, by=by)


def whole_tables(kind: str, plan: Any) -> list[str]:
    """Name what a plan reads from end to end."""
    if kind == "sqlite":
        return [row[-1] for row in plan if re.match(r"SCAN securelogin_\w+$", row[-1])]
    if kind == "postgresql":
        text = plan[0][0]
        text = text if isinstance(text, str) else json.dumps(text)
        return re.findall(r"Seq Scan[^}]*?securelogin_\w+", text)
    text = json.loads(plan[0][0])
    return [part for part in nodes(text) if part.get("access_type") == "ALL"]


def nodes(plan: Any) -> list[dict[str, Any]]:
    """Return every table that MariaDB's plan names, but for what it has made itself."""
    if isinstance(plan, list):
        return [node for part in plan for node in nodes(part)]
    if not isinstance(plan, dict):
        return []
    own = [plan] if str(plan.get("table_name", "<")).startswith("securelogin") else []
    return own + [node for part in plan.values() for node in nodes(part)]


EXPLAIN = {
    "sqlite": "EXPLAIN QUERY PLAN ",
    "postgresql": "EXPLAIN (FORMAT JSON) ",
    "mariadb": "EXPLAIN FORMAT=JSON ",
}


@pytest.mark.parametrize("name", SYNC)
def test_every_query_goes_by_an_index(databases, name):
    store, place = databases.store(name), databases.place(name)
    place.empty()
    fill(place)
    with listening(store) as heard:
        use_every_verb(store)

    reading = [
        (statement, parameters)
        for statement, parameters in heard
        if not (statement.startswith("INSERT") and "SELECT" not in statement)
    ]
    assert len({statement for statement, _ in reading}) > 18
    with place.engine().connect() as connection:
        for statement, parameters in reading:
            plan = connection.exec_driver_sql(
                EXPLAIN[place.kind] + statement, parameters
            ).all()
            assert whole_tables(place.kind, plan) == [], (statement, plan)
        connection.rollback()
    connection.engine.dispose()


@pytest.mark.parametrize("name", SYNC)
def test_a_query_without_an_index_would_be_seen(databases, name):
    place = databases.place(name)
    databases.store(name)
    place.empty()
    fill(place)
    query = "SELECT * FROM securelogin_attempts WHERE note = 'x' AND typed = 'y'"

    with place.plain.connect() as connection:
        plan = connection.exec_driver_sql(EXPLAIN[place.kind] + query).all()

    assert whole_tables(place.kind, plan) != []


def wired(store: Any) -> tuple[Any, Inbox]:
    inbox = Inbox()
    auth = SecureLogin(
        portals=PORTALS,
        keys=KeyRing(KeyRing.new_key()),
        store=store,
        mailer=inbox,
        hasher=cheap_hasher(),
        pool=POOL,
        clock=Clock(),
    )
    return auth, inbox


@pytest.mark.parametrize("name", SYNC)
def test_a_log_in_makes_as_many_queries_as_the_docs_say(databases, name):
    store, place = databases.store(name), databases.place(name)
    place.empty()
    auth, inbox = wired(store)
    attempt_of = Wired("sync").attempt
    address = "ann@acme.example"
    auth.accounts.register(address, tenant="acme", audience=Audience.INTERNAL)
    auth.courier.deliver()
    mailed = inbox.last(MailKind.TEMPORARY_PASSWORD).secrets["password"].reveal()
    required = auth.login.check(attempt_of(address, mailed))
    auth.passwords.complete(required.ticket, PASSWORD)

    counts = []
    for password, expected in (
        (PASSWORD, Granted),
        (PASSWORD, Granted),
        (PASSWORD, Granted),
        ("wrong", Refused),
        (PASSWORD, Granted),
    ):
        with listening(store) as heard:
            assert isinstance(auth.login.check(attempt_of(address, password)), expected)
        # One hit in 64 that opens a window clears some that have ended.
        clearing = [s for s, _ in heard if s.startswith("DELETE") and "until" in s]
        counts.append(len(heard) - len(clearing))

    # From a new browser; after one that is still counted; as usual; refused; after it.
    assert counts == [7, 7, 6, 5, 7]
