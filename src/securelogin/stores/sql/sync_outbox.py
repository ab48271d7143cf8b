"""The outbox over SQLAlchemy: what is to be mailed, and what became of it.

The sync form of this file is made from the async one by `scripts/twins.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey, Tenant
from securelogin.mail import MailOrder
from securelogin.stores.relational.columns import (
    Caller,
    Values,
    microseconds,
    read_rows,
)
from securelogin.stores.relational.rows import oldest_first, order_of, order_row
from securelogin.stores.sql.databases import Database
from securelogin.stores.sql.statements import Statements
from securelogin.stores.sql.sync_database import Rows

__all__ = ["SQLOutbox"]


class SQLOutbox(Rows[str, MailOrder]):
    """`Outbox`, `OutboxQueue` and `DeadLetters`."""

    def __init__(self, database: Database, statements: Statements, /) -> None:
        super().__init__(
            database, statements.orders, key="id", write=order_row, read=order_of
        )
        self._statements = statements

    def record(self, order: MailOrder, /) -> None:
        """Append; an order that is there already stays as it is, however far it is."""
        self._database.changed(
            self._keyed.add, self._write(order), by=Caller(self._name, "record")
        )

    def lease(
        self, *, at: datetime, until: datetime, limit: int
    ) -> Sequence[MailOrder]:
        """Take up to *limit* waiting orders that are due and not leased."""
        by = Caller(self._name, "lease")
        rows = self._database.leased(
            self._statements.lease,
            {
                "now": microseconds(at),
                "end": microseconds(until),
                # To SQLite a negative limit is none at all.
                "most": max(limit, 0),
            },
            by=by,
        )
        # No database says in which order it returns what it has written.
        return read_rows(self._read, sorted(rows, key=oldest_first), by=by)

    def about(
        self, account: AccountId | None, lookup: AddressKey | None, /
    ) -> Sequence[MailOrder]:
        """Return the newest 20 orders for an account or a look-up key."""
        by = Caller(self._name, "about")
        return read_rows(
            self._read,
            self._database.rows(
                self._statements.about,
                {
                    "whose": account,
                    "in_tenant": None if lookup is None else lookup.tenant,
                    "key": None if lookup is None else lookup.value,
                },
                by=by,
            ),
            by=by,
        )

    def dead(
        self, tenant: Tenant | None, /, *, before: datetime
    ) -> Sequence[MailOrder]:
        """Return the newest 20 orders that were refused or given up before a moment."""
        by = Caller(self._name, "dead")
        asked: Values = {"before": microseconds(before)}
        if tenant is not None:
            asked["of_tenant"] = tenant
        return read_rows(
            self._read,
            self._database.rows(
                self._statements.dead[tenant is not None], asked, by=by
            ),
            by=by,
        )
