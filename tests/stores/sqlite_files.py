"""The file beneath a store: what lies in it, and what is said of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from securelogin.accounts import AccountId
from securelogin.testing import values
from tests.stores.backends import SQLBackend

CANARY = "canary-hash-9f1c"


def file_of(backend: SQLBackend) -> Path:
    return Path(backend.url.removeprefix("sqlite:///"))


def run(backend: SQLBackend, *statements: str) -> list[Any]:
    """Run statements past the store, each of which may be anything."""
    with closing(sqlite3.connect(file_of(backend), isolation_level=None)) as raw:
        raw.execute("PRAGMA busy_timeout = 5000")
        return [raw.execute(statement).fetchall() for statement in statements][-1]


def locals_of(error: BaseException, *, files: str = "_database.py") -> str:
    """Return what a crash report would show of the frames that handle rows."""
    shown, step = [], error.__traceback__
    while step is not None:
        if files in step.tb_frame.f_code.co_filename:
            # The values' own repr is tested where they are defined.
            shown += [
                repr(value)
                for value in step.tb_frame.f_locals.values()
                if isinstance(value, (dict, list, tuple, partial, sa.Row))
            ]
        step = step.tb_next
    return " ".join(shown)


READS = {
    "accounts": ("add", values.ACCOUNTS[1], "get", values.ACCOUNTS[1].id),
    "credentials": ("add", values.CREDENTIALS[1], "get", AccountId("full")),
    "links": ("add", values.LINKS[1], "get", values.LINKS[1].id),
    "sessions": ("add", values.SESSIONS[1], "get", values.SESSIONS[1].digest),
    "attempts": ("record", values.ATTEMPTS[1], "by_reference", "full"),
    "outbox": ("record", values.ORDERS[1], "get", "full"),
}
