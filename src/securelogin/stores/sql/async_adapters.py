"""The store over SQLAlchemy: one statement for each verb, whatever the colour.

The sync form of this file is made from the async one by `scripts/twins.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from securelogin.accounts import Account, AccountId
from securelogin.addresses import AddressKey, Tenant
from securelogin.attempts import AttemptRecord, Span
from securelogin.credentials import Credential
from securelogin.evidence import CounterKey, Windows
from securelogin.links import LinkId, RecipientLink
from securelogin.sessions import Session, SessionDigest
from securelogin.stand_ins import NO_ACCOUNT, NO_CREDENTIAL
from securelogin.stores.relational.clearing import (
    MOST_COUNTERS,
    clears_ended,
    clears_surplus,
)
from securelogin.stores.relational.columns import (
    Caller,
    Values,
    microseconds,
    read_rows,
)
from securelogin.stores.relational.credential_rows import (
    credential_of,
    credential_row,
)
from securelogin.stores.relational.rows import (
    account_of,
    account_row,
    attempt_of,
    attempt_row,
    link_of,
    link_row,
    session_of,
    session_row,
)
from securelogin.stores.sql.async_audit import AsyncSQLAudit
from securelogin.stores.sql.async_database import AsyncRows
from securelogin.stores.sql.async_login_reads import AsyncSQLLoginReads
from securelogin.stores.sql.async_outbox import AsyncSQLOutbox
from securelogin.stores.sql.async_retention import AsyncSQLRetention
from securelogin.stores.sql.async_session_reads import AsyncSQLSessionReads
from securelogin.stores.sql.databases import AsyncDatabase, Step
from securelogin.stores.sql.engines import async_engine
from securelogin.stores.sql.joined import Joined, joined
from securelogin.stores.sql.opening import async_database
from securelogin.stores.sql.statements import (
    HIT_AT_ONCE,
    RESET_AT_ONCE,
    Statements,
)
from securelogin.stores.sql.tables import make_tables
from securelogin.stores.sql.versions import require_newest

__all__ = ["AsyncSQLStore"]


class AsyncSQLAccounts(AsyncRows[AccountId, Account]):
    """`AsyncAccounts` and `AsyncAccountRegistry`."""

    def __init__(self, database: AsyncDatabase, statements: Statements, /) -> None:
        super().__init__(
            database,
            statements.accounts,
            key="id",
            write=account_row,
            read=account_of,
            stand_in=NO_ACCOUNT,
        )
        self._statements = statements

    async def find(self, key: AddressKey, /) -> Account | None:
        """Return the account whose primary address or alias has this key."""
        by = Caller(self._name, "find")
        return self._first(
            await self._database.rows(
                self._statements.holder, {"tenant": key.tenant, "key": key.value}, by=by
            ),
            by=by,
        )

    async def add(self, account: Account, /) -> bool:
        """Store a new account if its id and every one of its keys are free."""
        return await self._database.all_or_nothing(
            [(self._keyed.add, self._write(account), 1), *self._taking(account)],
            by=Caller(self._name, "add"),
        )

    async def replace(self, old: Account, new: Account, /) -> bool:
        """Store *new* if *old* is current and no key of *new* is another account's."""
        return await self._database.all_or_nothing(
            [
                (self._keyed.replace, self._replacement(old, new), 1),
                (self._statements.free_addresses, {"holder": old.id}, None),
                *self._taking(new),
            ],
            by=Caller(self._name, "replace"),
        )

    def _taking(self, account: Account) -> list[Step]:
        # Always in one order: two after each other's addresses do not wait for ever.
        return [
            (
                self._statements.take_address,
                {"tenant": tenant, "key": value, "account": account.id},
                1,
            )
            for tenant, value in sorted((key.tenant, key.value) for key in account.keys)
        ]


class AsyncSQLCredentials(AsyncRows[AccountId, Credential]):
    """`AsyncCredentials`."""

    def __init__(self, database: AsyncDatabase, statements: Statements, /) -> None:
        super().__init__(
            database,
            statements.credentials,
            key="account",
            write=credential_row,
            read=credential_of,
            stand_in=NO_CREDENTIAL,
        )
        self._sample = statements.sample

    async def sample(self, *, limit: int) -> Sequence[str]:
        """Return the lasting hashes of the first *limit* accounts by id that have one.

        For `PasswordHasher.follow`. Ids are random, so it is a fair sample for the
        price of its rows, and every host gets the same one.
        """
        by = Caller(self._name, "sample")
        rows = await self._database.rows(self._sample, {"most": limit}, by=by)
        return tuple(row[0] for row in rows)


class AsyncSQLLinks(AsyncRows[LinkId, RecipientLink]):
    """`AsyncLinks`."""

    def __init__(self, database: AsyncDatabase, statements: Statements, /) -> None:
        super().__init__(
            database, statements.links, key="id", write=link_row, read=link_of
        )


class AsyncSQLSessions(AsyncRows[SessionDigest, Session]):
    """`AsyncSessions`."""

    def __init__(self, database: AsyncDatabase, statements: Statements, /) -> None:
        super().__init__(
            database,
            statements.sessions,
            key="digest",
            write=session_row,
            read=session_of,
        )
        self._held_by = statements.held_by

    async def held_by(self, account: AccountId, /) -> Sequence[Session]:
        """Return the newest 100 of the account's sessions that have not ended."""
        by = Caller(self._name, "held_by")
        return read_rows(
            self._read,
            await self._database.rows(self._held_by, {"holder": account}, by=by),
            by=by,
        )


class AsyncSQLCounters:
    """`AsyncCounters`. Bounded: see `MOST_COUNTERS`."""

    def __init__(self, database: AsyncDatabase, statements: Statements, /) -> None:
        self._database = database
        self._statements = statements
        self._name = type(self).__name__

    async def hit(
        self, windows: Windows, /, *, at: datetime
    ) -> Mapping[CounterKey, int]:
        """Add one to each key; return the new totals: n callers get 1…n."""
        by = Caller(self._name, "hit")
        now = microseconds(at)
        totals: dict[CounterKey, int] = {}
        # Sorted: two who wait for one another's keys wait once, not for ever.
        keys = sorted(windows)
        for start in range(0, len(keys), HIT_AT_ONCE):
            some = keys[start : start + HIT_AT_ONCE]
            values: Values = {"now": now}
            for n, key in enumerate(some):
                values[f"key_{n}"] = key
                values[f"end_{n}"] = microseconds(at + windows[key])
            rows = await self._database.rows(
                self._statements.hits[len(some)], values, by=by
            )
            totals.update((key, total) for key, total in rows)
        for key, total in totals.items():
            if total == 1:
                await self._make_room(key, now, by)
        return totals

    async def _make_room(self, key: CounterKey, now: int, by: Caller) -> None:
        if clears_ended(key):
            await self._database.changed(
                self._statements.clear_ended, {"now": now}, by=by
            )
        if clears_surplus(key):
            edge = await self._database.rows(
                self._statements.edge, {"most": MOST_COUNTERS}, by=by
            )
            for (until,) in edge:
                await self._database.changed(
                    self._statements.clear_surplus, {"now": until}, by=by
                )

    async def reset(self, keys: Sequence[CounterKey], /) -> None:
        """Forget these keys."""
        by = Caller(self._name, "reset")
        for start in range(0, len(keys), RESET_AT_ONCE):
            some = keys[start : start + RESET_AT_ONCE]
            # Filled up with the last one, so that one statement serves any number.
            values: Values = {
                f"key_{n}": some[min(n, len(some) - 1)] for n in range(RESET_AT_ONCE)
            }
            await self._database.changed(self._statements.reset, values, by=by)


class AsyncSQLAttempts:
    """`AsyncAttemptLog`, `AsyncAttemptSearch` and `AsyncAttemptErasure`."""

    def __init__(self, database: AsyncDatabase, statements: Statements, /) -> None:
        self._database = database
        self._statements = statements
        self._name = type(self).__name__

    async def record(self, record: AttemptRecord, /) -> None:
        """Append."""
        await self._database.changed(
            self._statements.record_attempt,
            attempt_row(record),
            by=Caller(self._name, "record"),
        )

    async def by_reference(self, reference: str, /) -> AttemptRecord | None:
        """Return the attempt that was answered with this reference."""
        by = Caller(self._name, "by_reference")
        found = read_rows(
            attempt_of,
            await self._database.rows(
                self._statements.by_reference, {"wanted": reference}, by=by
            ),
            by=by,
        )
        return found[0] if found else None

    async def near(self, span: Span, /) -> Sequence[AttemptRecord]:
        """Return the newest 100 attempts that the span holds, newest first."""
        by = Caller(self._name, "near")
        asked: Values = {
            "wanted": span.lookup,
            "source": span.ip,
            "in_tenant": span.tenant,
            "after": microseconds(span.after),
            "before": microseconds(span.before),
        }
        statement = self._statements.near[span.lookup is not None, span.ip is not None]
        rows = await self._database.rows(
            statement,
            {name: value for name, value in asked.items() if value is not None},
            by=by,
        )
        return read_rows(attempt_of, rows, by=by)

    async def erase(
        self, account: AccountId, lookups: Sequence[str], /, *, tenant: Tenant
    ) -> int:
        """Blank typed address, key, IP and browser; return the number of records."""
        return await self._database.changed(
            self._statements.erase,
            {"whose": account, "lookups": list(lookups), "of_tenant": tenant},
            by=Caller(self._name, "erase"),
        )


class AsyncSQLStore:
    """All storage interfaces over one database.

    Safe for any number of concurrent callers and processes: every verb is one
    statement, committed when it returns, whatever transaction the caller is in.

    Args:
        source: a database URL such as "sqlite:///portal.db", or an engine of the
            application's own, which stays its own: see `close`.
        prefix: what the tables' names begin with.
        schema: the database schema they are in; None: the default one.

    Raises:
        WiringError: the source is no such URL or engine, is of the other colour, or a
            kind of database there are no statements for.
    """

    def __init__(
        self,
        source: str | URL | AsyncEngine,
        /,
        *,
        prefix: str = "securelogin_",
        schema: str | None = None,
    ) -> None:
        self._engine = async_engine(source)
        self._is_own = self._engine is not source
        tables = make_tables(prefix=prefix, schema=schema)
        statements = Statements(tables, dialect=self._engine.dialect.name)
        database = async_database(self._engine, is_own=self._is_own)
        self._create = statements.create
        self._version = statements.version
        self._database = database
        self.accounts: AsyncSQLAccounts = AsyncSQLAccounts(database, statements)
        self.credentials: AsyncSQLCredentials = AsyncSQLCredentials(
            database, statements
        )
        self.links: AsyncSQLLinks = AsyncSQLLinks(database, statements)
        self.login_reads: AsyncSQLLoginReads = AsyncSQLLoginReads(
            database, statements, joins=(self.accounts, self.credentials, self.links)
        )
        self.sessions: AsyncSQLSessions = AsyncSQLSessions(database, statements)
        self.session_reads: AsyncSQLSessionReads = AsyncSQLSessionReads(
            database, statements, joins=(self.sessions, self.accounts, self.credentials)
        )
        self.counters: AsyncSQLCounters = AsyncSQLCounters(database, statements)
        self.attempts: AsyncSQLAttempts = AsyncSQLAttempts(database, statements)
        self.outbox: AsyncSQLOutbox = AsyncSQLOutbox(database, statements)
        self.together: Joined | None = joined(
            database, self.login_reads, self.sessions, self.counters, self.attempts
        )
        self.retention: AsyncSQLRetention = AsyncSQLRetention(database, tables)
        self.audit: AsyncSQLAudit = AsyncSQLAudit(
            database, tables, dialect=self._engine.dialect.name
        )

    async def create(self) -> None:
        """Make the tables where there are none. Doing it twice is as good as once.

        Raises:
            WiringError: there are some, of another version than this package's.
            Unavailable: the database could not do it.
        """
        by = Caller(type(self).__name__, "create")
        if not await self._database.versions(self._version, by=by):
            await self._database.all_or_nothing(
                [(statement, {}, None) for statement in self._create], by=by
            )
        require_newest(await self._database.versions(self._version, by=by))

    async def check(self) -> None:
        """Ask once, at start, whether the tables are of this package's version.

        For where `create` is not called, because `securelogin schema` made them.

        Raises:
            WiringError: they are older or newer, or not there; says what to do.
            Unavailable: the database could not be asked.
        """
        by = Caller(type(self).__name__, "check")
        require_newest(await self._database.versions(self._version, by=by))

    async def close(self) -> None:
        """Close the connections, unless the engine is the application's own."""
        if self._is_own:
            await self._database.close()
