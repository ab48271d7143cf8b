"""Write the frozen files in `data` anew; only as long as 0001 has not been released.

    python -m tests.schema.freeze

Adds rows of every kind through the store of today, and writes down what the tables
hold. From the release on, this goes, and the files stay.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from securelogin.accounts import Account, AccountId, Audience, Side, Status
from securelogin.addresses import AddressKey, Tenant, stored_address
from securelogin.attempts import Form, Operation, Preflight
from securelogin.evidence import CounterKey
from securelogin.hidden import Hidden
from securelogin.mail import MailKind, OrderState
from securelogin.outcomes import Cause
from securelogin.stores.sql import SQLStore, make_tables, schema
from securelogin.stores.sql.versions import NEWEST
from securelogin.testing.values import (
    ACME,
    AT,
    CHANGE,
    DEAD,
    ELSEWHERE,
    HOUR,
    TEMPORARY,
    TICK,
    account,
    attempt,
    audit_record,
    credential,
    link,
    order,
    session,
)
from tests.schema.databases import DATA
from tests.wiring import PASSWORD, cheap_hasher

TOP = f"""\
-- Rows of every kind, as the store of the first release (tables {NEWEST}) wrote them.
-- Frozen: whoever cannot read them cannot be upgraded to. Quotes are ANSI's.
"""


def person(name: str, **changes: object) -> Account:
    return account(name, primary=stored_address(f"{name}@acme.example"), **changes)


def fill(store: SQLStore) -> None:
    """Add at least one row of every kind, and one of every state, cause and form."""
    fill_accounts(store)
    fill_credentials(store)
    for one in (
        link("plain"),
        link("recalled", recalled_at=AT - TICK, version=9),
        link("expired", until=datetime(1970, 1, 1, tzinfo=UTC)),
        link("quoted", message="tab\t'quoted' \"twice\" "),
        link("other", address=AddressKey(tenant=Tenant("globex"), value="x@y.example")),
    ):
        store.links.add(one)
    store.sessions.add(session("plain"))
    store.sessions.add(
        session(
            "full",
            user_agent="Firefox/140 \ufffd",
            ip="2001:db8::7",
            ended_at=ELSEWHERE,
            until=datetime.max.replace(tzinfo=UTC),
            version=4,
        )
    )
    for _ in range(2):
        store.counters.hit({CounterKey("counted"): HOUR}, at=AT)
    fill_attempts(store)
    fill_outbox(store)
    store.audit.append(
        [
            audit_record("plain"),
            audit_record("plain", 2, account=None, subject="", tenant=""),
            audit_record("erased", 2**40, kind="user_deleted").erased(),
        ]
    )


def fill_accounts(store: SQLStore) -> None:
    aliases = tuple(stored_address(f"bob{n}@x.example") for n in range(2))
    both = replace(CHANGE, confirmed=frozenset(Side))
    for one in (
        person("ann", audience=Audience.INTERNAL),
        person(
            "bob",
            aliases=aliases,
            language="zh-Hant-TW",
            change=CHANGE,
            version=2**53 + 1,
        ),
        person("cleo", status=Status.DISABLED, change=both),
        person("dan").erased(),
    ):
        store.accounts.add(one)


def fill_credentials(store: SQLStore) -> None:
    store.credentials.add(
        credential(
            "id of ann",
            password_hash=cheap_hasher().hash(
                Hidden(PASSWORD), account=AccountId("id of ann")
            ),
            changed_at=AT,
            generation=1,
            version=3,
        )
    )
    store.credentials.add(
        credential(
            "id of bob",
            password_hash="$argon2id$" + "y" * 502,
            temporary=replace(TEMPORARY, mark="blue \u2013 \U0001f600"),
            dead=DEAD,
            browsers=("b" * 64, "c" * 64),
            must_change=True,
            changed_at=datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
            generation=7,
            version=2**40,
        )
    )
    store.credentials.add(credential("id of cleo"))


def fill_attempts(store: SQLStore) -> None:
    store.attempts.record(
        attempt(
            "full",
            at=ELSEWHERE,
            causes=tuple(Cause),
            portal="https://acme.example/secure/",
            url="https://acme.example/secure/login",
            typed="Ann@acme.example",
            account=AccountId("ann"),
            link="link",
            ip="192.0.2.7",
            user_agent="Firefox/140",
            device_time=AT - TICK,
            hits=(1, 20, 2**40),
            note="a note \u2013 \U0001f600",
            preflight=Preflight(cookies=True, https=False, script=None),
        )
    )
    for operation in Operation:
        store.attempts.record(
            attempt(f"operation {operation.value}", operation=operation)
        )
    for form in Form:
        store.attempts.record(attempt(f"form {form.value}", form=form))


def fill_outbox(store: SQLStore) -> None:
    store.outbox.record(
        order(
            "full",
            kind=MailKind.CONFIRM_ADDRESS,
            due_at=ELSEWHERE,
            lookup=AddressKey(tenant=ACME, value="ann@acme.example"),
            portal="https://acme.example/secure/",
            link="link",
            side=Side.OLD,
            change="change",
            mark="blue",
            tries=3,
            leased_until=AT - HOUR,
            settled_at=AT - HOUR,
            detail="450 later",
            version=6,
        )
    )
    for kind in MailKind:
        store.outbox.record(order(f"kind {kind.value}", kind=kind))
    for state in OrderState:
        store.outbox.record(order(f"state {state.value}", state=state))


def inserts(url: str) -> Iterator[str]:
    """Return a statement for each row, in words that every database knows."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    tables = make_tables()
    with engine.connect() as connection:
        for table in tables.in_order:
            # Its row is in the statements that make the tables.
            if table is tables.version:
                continue
            # The database numbers the rows anew.
            columns = [column for column in table.c if column.name != "seq"]
            names = ", ".join(f'"{column.name}"' for column in columns)
            for row in connection.execute(sa.select(*columns)):
                values = ", ".join(map(literal, row))
                yield f"INSERT INTO {table.name} ({names})\nVALUES ({values});\n"


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def main() -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/first.db"
        store = SQLStore(url)
        store.create()
        fill(store)
        store.close()
        rows = "".join(inserts(url))
    (DATA / f"{NEWEST}.rows.sql").write_text(f"{TOP}\n{rows}", encoding="utf-8")
    for dialect in schema.DIALECTS:
        lines = [line.rstrip() for line in schema.sql(dialect).split("\n")]
        file = DATA / f"{NEWEST}.{dialect}.sql"
        file.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
