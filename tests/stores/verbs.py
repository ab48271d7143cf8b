"""Every verb of a store with SQL behind it, and every statement it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from sqlalchemy import Executable

from securelogin.accounts import AccountId
from securelogin.attempts import Span
from securelogin.audit import START
from securelogin.retention import Kept
from securelogin.testing.values import (
    ACME,
    AT,
    HOUR,
    account,
    attempt,
    audit_record,
    credential,
    link,
    order,
    session,
)
from tests.stores.filled import ROWS

OLD = AT - 2_950 * HOUR
NO_QUERIES = {
    "create": "makes the tables",
    "version": "reads a table of one row",
}


def every_statement(store: Any) -> dict[str, Executable]:
    """Return all statements a store can send, each with a name to find it by."""
    found = {}
    for part in (store.counters, store.audit, store.retention):
        kind = type(part._statements).__name__
        for name, value in vars(part._statements).items():
            if name not in NO_QUERIES and not name.startswith("_"):
                found.update(statements_in(f"{kind}.{name}", value))
    return found


def statements_in(name: str, value: Any) -> Iterator[tuple[str, Executable]]:
    """Look for statements in what holds some."""
    parts: dict[Any, Any]
    if isinstance(value, Executable):
        yield name, value
        return
    if is_dataclass(value):
        parts = {one.name: getattr(value, one.name) for one in fields(value)}
    else:
        parts = value if isinstance(value, dict) else dict(enumerate(value))
    for key, part in parts.items():
        yield from statements_in(f"{name}[{key}]", part)


def use_every_verb(store: Any) -> None:
    """Let the store send each of its statements."""
    use_accounts(store)
    use_credentials(store)
    use_links(store)
    use_sessions(store)
    use_counters(store)
    use_attempts(store)
    use_outbox(store)
    use_audit(store.audit)
    use_retention(store.retention)


def use_accounts(store: Any) -> None:
    store.accounts.find(account("a7").key)
    store.accounts.get(account("a7").id)
    store.accounts.add(account("new"))
    store.accounts.replace(account("new"), account("new", version=2))
    store.login_reads.read(account("a7").key, "nobody", "l7")
    store.login_reads.read(account("nobody").key, "nobody", "none")


def use_credentials(store: Any) -> None:
    store.credentials.get(AccountId("a7"))
    store.credentials.add(credential("new"))
    store.credentials.replace(credential("a7"), credential("a7", version=2))
    store.credentials.sample(limit=5)


def use_links(store: Any) -> None:
    store.links.get("l7")
    store.links.add(link("new"))
    store.links.replace(link("l7"), link("l7", version=2))


def use_sessions(store: Any) -> None:
    store.sessions.get("s7")
    store.sessions.add(session("new"))
    store.sessions.replace(session("s7"), session("s7", version=2))
    store.sessions.held_by(AccountId("a7"))
    store.session_reads.read("s7")
    store.session_reads.read("none")


def use_counters(store: Any) -> None:
    for count in store.counters._statements.hits:
        store.counters.hit({f"k{n}": HOUR for n in range(count)}, at=AT)
    store.counters.reset(["k7", "k8", "k9"])
    # Sent by one hit in many only; so not by a verb.
    statements, database = store.counters._statements, store._database
    by: Any = ("", "")
    database.changed(statements.clear_ended, {"now": 0}, by=by)
    ((until,),) = database.rows(statements.edge, {"most": ROWS - 10}, by=by)
    database.changed(statements.clear_surplus, {"now": until}, by=by)


def use_attempts(store: Any) -> None:
    store.attempts.record(attempt("new"))
    store.attempts.by_reference("r7")
    for asked in (
        {},
        {"lookup": "a7"},
        {"ip": "192.0.2.7"},
        {"lookup": "a7", "ip": "192.0.2.7"},
    ):
        store.attempts.near(Span(tenant=ACME, after=AT, before=AT + HOUR, **asked))
    store.attempts.erase(AccountId("a7"), ["a8"], tenant=ACME)


def use_outbox(store: Any) -> None:
    store.outbox.record(order("new"))
    store.outbox.lease(at=AT, until=AT + HOUR, limit=1)
    store.outbox.replace(order("o7"), order("o7", version=2))
    store.outbox.about(AccountId("a7"), account("a8").key)
    store.outbox.get("o7")
    store.outbox.dead(ACME, before=AT)
    store.outbox.dead(None, before=AT)


def use_audit(audit: Any) -> None:
    audit.append([audit_record("new")])
    audit.page(START, limit=5)
    audit.page(audit_record("c7", 3).head, limit=5)
    audit.heads(before=AT + HOUR, limit=5)
    audit.purge("c7", through=2, limit=5)
    audit.erase(AccountId("a7"), ["u8"])


def use_retention(retention: Any) -> None:
    for kept in Kept:
        retention.overdue(kept, before=OLD)
        retention.purge(kept, before=OLD, limit=5)
    retention.erase(AccountId("a7"), ["a8"], tenant=ACME)
