"""What another library keeps is read from its own table."""

from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from securelogin import Attempt, Granted, SecureLogin
from securelogin.accounts import Status
from securelogin.errors import Unavailable, WiringError
from securelogin.imported_hashes import ImportedHashes
from securelogin.imports import (
    DJANGO,
    FLASK_SECURITY,
    Moved,
    read_table,
)
from securelogin.imports import read as reading
from securelogin.keyring import KeyRing
from securelogin.mailers.memory import MemoryMailer
from securelogin.stores.memory import MemoryStore
from tests.imported import PASSWORD, SALT
from tests.imports.moves import HASH, kept, moved
from tests.wiring import ACME, cheap_hasher

MAKE_DJANGO = """
import sys, django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
call_command("migrate", verbosity=0)
User.objects.create_user("ann", "ann@acme.example", sys.argv[2])
User.objects.create_user("ben", "ben@acme.example", None, is_active=False)
User.objects.create_user("cat", "", sys.argv[2])
"""

MAKE_FLASK = """
import sys, unicodedata
from datetime import datetime, timezone
from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore, hash_password
from flask_security.models import fsqla_v3 as fsqla
from flask_sqlalchemy import SQLAlchemy
app = Flask("old")
app.config.update(
    SECRET_KEY="k" * 40, SECURITY_PASSWORD_SALT=sys.argv[3],
    SECURITY_PASSWORD_HASH="pbkdf2_sha512",
    SECURITY_PASSWORD_SCHEMES=["pbkdf2_sha512", "plaintext"],
    SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
    SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={"pbkdf2_sha512__rounds": 10_000},
    SQLALCHEMY_DATABASE_URI="sqlite:///" + sys.argv[1],
)
db = SQLAlchemy(app)
fsqla.FsModels.set_db_info(db)
class Role(db.Model, fsqla.FsRoleMixin): pass
class User(db.Model, fsqla.FsUserMixin): pass
app.security = Security(app, SQLAlchemyUserDatastore(db, User, Role))
with app.app_context():
    db.create_all()
    add = app.security.datastore.create_user
    # As its forms do before they hash (SECURITY_PASSWORD_NORMALIZE_FORM).
    typed = unicodedata.normalize("NFKD", sys.argv[2])
    now = datetime.now(timezone.utc)
    add(email="ann@acme.example", password=hash_password(typed), confirmed_at=now)
    add(email="ben@acme.example", password=None, active=False)
    add(email="eve@acme.example", password=hash_password(typed))
    db.session.commit()
"""


def made_by(script: str, path: Path) -> str:
    """Let the real library make its own table, in a process of its own."""
    arguments = [sys.executable, "-c", script, str(path), PASSWORD, SALT.reveal()]
    subprocess.run(arguments, check=True)
    return f"sqlite:///{path}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "table", "done"),
    [
        (
            MAKE_DJANGO,
            DJANGO,
            [Moved.WITH_PASSWORD, Moved.WITHOUT_PASSWORD, "address_malformed"],
        ),
        (
            MAKE_FLASK,
            FLASK_SECURITY,
            [
                Moved.WITH_PASSWORD,
                Moved.WITHOUT_PASSWORD,
                Moved.WITHOUT_PASSWORD,
                "address_unconfirmed",
            ],
        ),
    ],
    ids=["Django", "Flask-Security"],
)
def test_people_of_a_real_table_log_in_with_the_password_they_have(
    tmp_path, script, table, done
):
    url = made_by(script, tmp_path / "old.db")
    store = MemoryStore()
    hasher = cheap_hasher(imported=ImportedHashes(flask_security_salt=SALT))

    found = moved(store, *read_table(url, table), hasher=hasher)

    auth = SecureLogin(
        portals=[ACME],
        keys=KeyRing(KeyRing.new_key()),
        store=store,
        mailer=MemoryMailer(),
        hasher=hasher,
    )
    outcome = auth.login.check(
        Attempt(address="ann@acme.example", password=PASSWORD, url=ACME.url)
    )
    assert [getattr(one, "code", one) for one in found] == done
    assert isinstance(outcome, Granted)
    assert kept(store, "ben@acme.example").status is Status.DISABLED


def test_a_table_is_read_to_its_end_batch_by_batch(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_BATCH", 2)
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE user (id INTEGER, email, password, active)")
        raw.executemany(
            "INSERT INTO user VALUES (?, ?, ?, 1)",
            [
                (5, "e@x.example", "$2b$12$abc"),
                (1, "a@x.example", "pbkdf2_sha256$1$a$b"),
                (3, "c@x.example", None),
                (9, "i@x.example", b"\xff"),
            ],
        )
    raw.close()

    records = list(read_table(f"sqlite:///{path}", FLASK_SECURITY))

    assert [(one.place, one.found["password_hash"]) for one in records] == [
        ("id 1", "pbkdf2_sha256$1$a$b"),
        ("id 3", None),
        ("id 5", "flask-security:$2b$12$abc"),
        ("id 9", b"\xff"),
    ]


def table_of_flask(path: Path, *rows: tuple[object, ...]) -> str:
    with sqlite3.connect(path) as raw:
        raw.execute(
            "CREATE TABLE user "
            "(id INTEGER PRIMARY KEY, email, password, active, confirmed_at)"
        )
        raw.executemany(
            "INSERT INTO user (email, password, active, confirmed_at) "
            "VALUES (?, ?, ?, ?)",
            rows,
        )
    raw.close()
    return f"sqlite:///{path}"


def test_whom_flask_security_keeps_out_is_kept_out_here(tmp_path):
    url = table_of_flask(
        tmp_path / "old.db",
        ("ann@acme.example", HASH, 1, "2020-01-01 00:00:00.000000"),
        ("null@acme.example", HASH, None, "2020-01-01 00:00:00.000000"),
        ("victim@acme.example", HASH, 1, None),
    )
    store = MemoryStore()

    done = moved(store, *read_table(url, FLASK_SECURITY))

    assert [getattr(one, "code", one) for one in done] == [
        Moved.WITH_PASSWORD,
        Moved.WITH_PASSWORD,
        Moved.WITHOUT_PASSWORD,
        "address_unconfirmed",
    ]
    assert kept(store, "null@acme.example").status is Status.DISABLED
    victim = kept(store, "victim@acme.example")
    assert victim.status is Status.ACTIVE
    assert store.credentials.get(victim.id) is None


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "nonsense://",
        "postgresql://h:port/db",
        "postgresql+nonsense://h/db",
        "sqlite+aiosqlite:///old.db",
        "mariadb://127.0.0.1:1/db?no_such_option=1",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_and_not_repeated(url):
    with pytest.raises(WiringError) as refused:
        list(read_table(url, DJANGO))

    assert url not in str(refused.value)


def test_a_driver_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg2", None)

    with pytest.raises(WiringError, match="psycopg2"):
        list(read_table("postgresql+psycopg2://h/db", DJANGO))


@pytest.mark.parametrize("kind", ["postgresql", "mariadb", "mysql"])
def test_a_url_without_a_driver_means_that_of_the_store(kind):
    # Nobody listens there: what is asked for is a driver.
    with pytest.raises(Unavailable, match="OperationalError"):
        list(read_table(f"{kind}://nobody@127.0.0.1:1/none", DJANGO))


def test_a_table_that_is_not_there_is_told_with_its_columns(tmp_path):
    own = dataclasses.replace(DJANGO, name="accounts_user")

    with pytest.raises(Unavailable, match=r"accounts_user.*is_active"):
        list(read_table(f"sqlite:///{tmp_path}/none.db", own))
