"""Databases for the project, made by its own migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

from tests.stores.servers import own_database

__all__ = ["dumped", "emptied", "migrated", "opened", "served"]


@contextmanager
def migrated(path: Path, /) -> Iterator[None]:
    """Let a new SQLite file be the project's database meanwhile."""
    from django.core.management import call_command  # noqa: PLC0415 -- needs the apps
    from django.db import connections  # noqa: PLC0415 -- the same

    settings = connections.settings["default"]
    before = settings["NAME"]
    connections.close_all()
    settings["NAME"] = str(path)
    forgotten("securelogin:default")
    call_command("migrate", verbosity=0)
    try:
        yield
    finally:
        connections.close_all()
        settings["NAME"] = before
        forgotten("securelogin:default")


def forgotten(*aliases: str) -> None:
    """Take aliases away that were added to the settings."""
    from django.db import connections  # noqa: PLC0415 -- needs the apps

    for alias in aliases:
        connections.settings.pop(alias, None)
        if hasattr(connections._connections, alias):
            del connections[alias]


@contextmanager
def served(kind: str, folder: Path, /) -> Iterator[str]:
    """Give the alias of a database of this run's own, with the app's tables in it."""
    if kind == "sqlite":
        with _connected(kind, NAME=str(folder / "portal.db"), OPTIONS={}) as alias:
            yield alias
        return
    with own_database(kind) as url:
        # Either a port, or the folder of a socket in the query.
        host = url.host or dict(url.query).get("host", "")
        place = {"NAME": url.database, "USER": url.username, "HOST": host}
        with _connected(
            kind,
            **place,
            PORT=url.port or "",
            PASSWORD=url.password or "",
            ENGINE="django.db.backends.postgresql",
            OPTIONS={},
        ) as alias:
            yield alias


@contextmanager
def _connected(kind: str, **settings: Any) -> Iterator[str]:
    from django.core.management import call_command  # noqa: PLC0415 -- needs the apps
    from django.db import connections  # noqa: PLC0415 -- the same

    alias = f"stored {kind}"
    connections.settings[alias] = {**connections.settings["default"], **settings}
    try:
        call_command("migrate", database=alias, verbosity=0)
        yield alias
    finally:
        connections.close_all()
        forgotten(alias, f"securelogin:{alias}")


def opened(alias: str, settings: dict[str, Any], /) -> Any:
    """Open a store over a database, in whatever process this is."""
    django.setup()
    from django.db import connections  # noqa: PLC0415 -- needs the apps

    from securelogin.django.store import DjangoStore  # noqa: PLC0415 -- the same

    connections.settings.setdefault(alias, settings)
    return DjangoStore(using=alias)


def tables(alias: str, /) -> list[str]:
    """Return the store's tables, each before those it refers to."""
    from django.db import connections  # noqa: PLC0415 -- needs the apps

    names = connections[alias].introspection.table_names()
    found = [name for name in names if name.startswith("securelogin_stored")]
    return sorted(found, reverse=True, key=lambda name: name.endswith("address"))


def emptied(alias: str, /) -> None:
    """Delete every row."""
    from django.db import connections  # noqa: PLC0415 -- needs the apps

    with connections[alias].cursor() as cursor:
        for table in tables(alias):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 -- a name of ours


def dumped(alias: str, /) -> str:
    """Return every row of every table, as the database gives it."""
    from django.db import connections  # noqa: PLC0415 -- needs the apps

    with connections[alias].cursor() as cursor:
        found = []
        for table in tables(alias):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 -- a name of ours
            found += map(repr, cursor.fetchall())
    return "\n".join(found)
