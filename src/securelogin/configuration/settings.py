"""What can be set beside the policy: one dataclass for each table of the file.

The reference page of the documentation is made from these docstrings, and from those
of `Policy` and its parts. Not in here: how a text becomes a value (`values`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from securelogin.hidden import Hidden
from securelogin.phc import RECOMMENDED

__all__ = [
    "HasherSettings",
    "HiddenURL",
    "ImportedHashesAre",
    "InstallationSettings",
    "PoolSettings",
    "RedisSettings",
    "SMTPSettings",
    "StoreSettings",
    "holds_password",
]


class HiddenURL(Hidden):
    """A URL that may hold a password, and so does not show itself."""

    __slots__ = ()


_USER_INFORMATION = re.compile("://[^:/]*:[^@]*@")


def holds_password(url: str, /) -> bool:
    """Tell whether a URL carries a password: as user information or in its query.

    As the most generous of those who read it: for SQLAlchemy a password ends at the
    last `@` and may have a `/`, `?`, `#` or `[` in it, where a URL's user information
    would have ended long before.
    """
    return "password=" in url.lower() or _USER_INFORMATION.search(url) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationSettings:
    """What stands at the top of the file, before any table.

    Attributes:
        keys: sign links and tickets. One key as `securelogin keys new` prints it; or
            several, parted by blanks or line ends, one as `current:KEY` and the others
            as `older:KEY`.
    """

    keys: Hidden | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """The database that keeps everything (extra `sql`).

    Attributes:
        url: such as `sqlite:///portal.db`.
        prefix: what the names of the tables begin with.
        schema: the database schema that the tables are in; the default one if left out.
    """

    url: HiddenURL | None = None
    prefix: str = "securelogin_"
    schema: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisSettings:
    """Redis or Valkey for counters and sessions; left out, the database keeps them.

    Attributes:
        url: such as `redis://127.0.0.1:6379/0` (extra `redis`).
        prefix: what every key begins with.
        retention: so long a session is kept after it is over.
        timeout: so long a connection waits for the server.
    """

    url: HiddenURL | None = None
    prefix: str = "securelogin"
    retention: timedelta = timedelta(days=30)
    timeout: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SMTPSettings:
    """The mail server that mails are handed to.

    Attributes:
        url: such as `smtp://mail.acme.example:587` or `smtps://mail.acme.example`; it
            never holds a user or a password.
        sender: the address that mails come from.
        user: for servers that ask for a log-in.
        password: goes with `user`.
        timeout: how long one try to send may take.
    """

    url: str | None = None
    sender: str | None = None
    user: str | None = None
    password: Hidden | None = None
    timeout: timedelta = timedelta(seconds=10)


class ImportedHashesAre(StrEnum):
    """Whether hashes of other libraries are checked."""

    REFUSED = "refused"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class HasherSettings:
    """What a password hash costs: Argon2id, with 64 MiB and three passes by default.

    Attributes:
        memory: KiB for one run.
        passes: iterations.
        lanes: degree of parallelism.
        pepper: keys applied before Argon2, written as `keys` are. Losing one loses
            every password hashed with it.
        imported: whether hashes of other libraries are taken until their owners log in.
        flask_security_salt: `SECURITY_PASSWORD_SALT` of the portal that they come from.
    """

    memory: int = RECOMMENDED.memory
    passes: int = RECOMMENDED.passes
    lanes: int = RECOMMENDED.lanes
    pepper: Hidden | None = None
    imported: ImportedHashesAre = ImportedHashesAre.REFUSED
    flask_security_salt: Hidden | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSettings:
    """The threads that hash, in each process.

    Attributes:
        size: threads, and so hashes at once; as many as cores if left out.
        queue: how many may wait.
        wait: how long one waits before it is turned away.
        memory_budget: KiB that all hashes together may take; no bound if left out.
    """

    size: int | None = None
    queue: int = 64
    wait: timedelta = timedelta(seconds=5)
    memory_budget: int | None = None
