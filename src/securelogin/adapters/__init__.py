"""Every interface one may implement, sync beside async, and what each must promise.

Five verbs carry everything, and mean the same in every store::

    get(key) → V or None        reads your own writes; exact match, never folded by a
                                collation; expired records come back, the rules judge
    add(value) → bool           stores if the key is free; exactly one of many
                                concurrent callers gets True
    replace(old, new) → bool    stores *new* if the stored version is still that of
                                *old*; exactly one of many gets True; never inserts
    hit(windows, at) → totals   adds one to each key and returns its new total: n
                                callers get 1…n; bounded in the number of keys
    record(value) → None        appended and durable on return

Answers are real `bool` and `int`: True, not a row count. Spending is `replace`, never
delete: support must tell "used" from "never existed". An adapter that cannot do its
work raises `Unavailable`. Objects are handed over as constructor arguments; a store is
an object that carries several of them as attributes (`store.credentials`). Times are
aware and UTC.

All of them are here; the text of each is in the modules of this package.
"""

from __future__ import annotations

from securelogin.adapters.auditing import (
    AsyncAuditLog,
    AsyncAuditRetention,
    AuditLog,
    AuditRetention,
)
from securelogin.adapters.authorities import (
    AsyncBreachCheck,
    AsyncMailer,
    AsyncPasswordCheck,
    AsyncPermissions,
    BreachCheck,
    Mailer,
    PasswordCheck,
    Permissions,
)
from securelogin.adapters.reads import (
    AsyncLoginReads,
    AsyncSessionReads,
    LoginReads,
    SessionReads,
)
from securelogin.adapters.retention import (
    AsyncErasure,
    AsyncPurge,
    Erasure,
    Purge,
)
from securelogin.adapters.storage import (
    AccountRegistry,
    Accounts,
    AsyncAccountRegistry,
    AsyncAccounts,
    AsyncAttemptErasure,
    AsyncAttemptLog,
    AsyncAttemptSearch,
    AsyncCounters,
    AsyncCredentials,
    AsyncDeadLetters,
    AsyncHashSample,
    AsyncLinks,
    AsyncOutbox,
    AsyncOutboxQueue,
    AsyncSessions,
    AttemptErasure,
    AttemptLog,
    AttemptSearch,
    Counters,
    Credentials,
    DeadLetters,
    HashSample,
    Links,
    Outbox,
    OutboxQueue,
    Sessions,
)

__all__ = [
    "AccountRegistry",
    "Accounts",
    "AsyncAccountRegistry",
    "AsyncAccounts",
    "AsyncAttemptErasure",
    "AsyncAttemptLog",
    "AsyncAttemptSearch",
    "AsyncAuditLog",
    "AsyncAuditRetention",
    "AsyncBreachCheck",
    "AsyncCounters",
    "AsyncCredentials",
    "AsyncDeadLetters",
    "AsyncErasure",
    "AsyncHashSample",
    "AsyncLinks",
    "AsyncLoginReads",
    "AsyncMailer",
    "AsyncOutbox",
    "AsyncOutboxQueue",
    "AsyncPasswordCheck",
    "AsyncPermissions",
    "AsyncPurge",
    "AsyncSessionReads",
    "AsyncSessions",
    "AttemptErasure",
    "AttemptLog",
    "AttemptSearch",
    "AuditLog",
    "AuditRetention",
    "BreachCheck",
    "Counters",
    "Credentials",
    "DeadLetters",
    "Erasure",
    "HashSample",
    "Links",
    "LoginReads",
    "Mailer",
    "Outbox",
    "OutboxQueue",
    "PasswordCheck",
    "Permissions",
    "Purge",
    "SessionReads",
    "Sessions",
]
