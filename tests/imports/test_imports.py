"""Accounts of another portal are taken over once, and nothing of them is lost."""

from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from securelogin import Attempt, Granted, SecureLogin
from securelogin.accounts import Audience, Status
from securelogin.addresses import parse_address
from securelogin.credentials import Credential
from securelogin.errors import Unavailable
from securelogin.imported_hashes import ImportedHashes
from securelogin.imports import (
    DJANGO,
    FLASK_SECURITY,
    Moved,
    Rejected,
    read_record,
    read_table,
)
from securelogin.imports import read as reading
from securelogin.keyring import KeyRing
from securelogin.mailers.memory import MemoryMailer
from securelogin.stores.memory import MemoryStore
from tests.imported import PASSWORD, SALT
from tests.imports.moves import HASH, HOME, PORTALS, kept, moved, record
from tests.wiring import ACME, cheap_hasher

# -- what a record says --


@pytest.mark.parametrize(
    ("found", "name", "code"),
    [
        ({"address": "no address"}, "address", "address_malformed"),
        ({"address": None}, "address", "address_malformed"),
        ({"address": 7}, "address", "text_expected"),
        ({"tenant": "elsewhere"}, "tenant", "tenant_unknown"),
        ({"tenant": "NO!"}, "tenant", "tenant_malformed"),
        ({"audience": "both"}, "audience", "audience_unknown"),
        ({"language": "English"}, "language", "language_malformed"),
        ({"active": "perhaps"}, "active", "active_malformed"),
        ({"password_hash": ["x"]}, "password_hash", "text_expected"),
    ],
)
def test_what_cannot_be_used_is_named(found, name, code):
    person = read_record(record(**found), home=HOME, portals=PORTALS)

    assert isinstance(person, Rejected)
    assert (person.name, person.code) == (name, code)


def test_a_record_goes_before_the_home_of_all():
    person = read_record(
        record(tenant="globex", audience="External", language="de", active="f"),
        home=HOME,
        portals=PORTALS,
    )

    assert (person.tenant, person.audience, person.language, person.status) == (
        "globex",
        Audience.EXTERNAL,
        "de",
        Status.DISABLED,
    )


@pytest.mark.parametrize("active", [None, "", 1, True, "t", " Yes "])
def test_who_is_not_said_to_be_inactive_is_active(active):
    person = read_record(record(active=active), home=HOME, portals=PORTALS)

    assert person.status is Status.ACTIVE


# -- what becomes of it --


def test_somebody_moves_with_their_password_once():
    store = MemoryStore()

    first = moved(store, record(password_hash=HASH))
    account = kept(store)
    second = moved(store, record(password_hash=HASH))

    assert (first, second) == ([Moved.WITH_PASSWORD], [Moved.ALREADY_THERE])
    assert kept(store) == account
    assert store.credentials.get(account.id).password_hash == HASH


def test_the_same_address_in_two_tenants_is_two_people():
    store = MemoryStore()

    done = moved(store, record(), record(tenant="globex"))

    assert done == [Moved.WITHOUT_PASSWORD] * 2
    assert kept(store).id != kept(store, tenant="globex").id


def test_a_run_that_was_cut_short_is_made_whole_by_the_next():
    store = MemoryStore()
    moved(store, record())
    account = kept(store).id

    assert moved(store, record(password_hash=HASH)) == [Moved.WITH_PASSWORD]
    assert store.credentials.get(account).password_hash == HASH


def test_who_has_a_password_here_keeps_it():
    store = MemoryStore()
    moved(store, record())
    store.credentials.add(Credential(account=kept(store).id, password_hash="theirs"))

    assert moved(store, record(password_hash=HASH)) == [Moved.ALREADY_THERE]
    assert store.credentials.get(kept(store).id).password_hash == "theirs"


def test_nobody_gets_a_password_by_an_alias():
    store = MemoryStore()
    moved(store, record())
    old = kept(store)
    store.accounts.replace(old, old.with_alias(parse_address("bob@acme.example")))
    bob = record(address="bob@acme.example", password_hash=HASH)

    assert moved(store, bob) == [Moved.ALREADY_THERE]
    assert moved(store, bob, dry_run=True) == [Moved.ALREADY_THERE]
    assert store.credentials.get(old.id) is None


def test_a_hash_that_cannot_be_checked_is_rejected_and_can_be_imported_later():
    store = MemoryStore()
    plain = cheap_hasher()

    done, rejected = moved(store, record(password_hash=HASH), hasher=plain)

    assert done is Moved.WITHOUT_PASSWORD
    assert (rejected.name, rejected.code) == ("password_hash", "hash_unusable")
    assert rejected.record.found["password_hash"] == HASH
    assert moved(store, record(password_hash=HASH)) == [Moved.WITH_PASSWORD]


@pytest.mark.parametrize("stored", ["", None, "!", "!xyz", "  "])
def test_who_has_no_password_there_has_none_here(stored):
    store = MemoryStore()

    assert moved(store, record(password_hash=stored)) == [Moved.WITHOUT_PASSWORD]
    assert moved(store, record(password_hash=stored)) == [Moved.ALREADY_THERE]
    assert store.credentials.get(kept(store).id) is None


def test_a_dry_run_says_the_same_and_stores_nothing():
    store = MemoryStore()
    ann = record(password_hash=HASH)
    bob = record(address="bob@acme.example")
    cut = record(address="cut@acme.example", password_hash=HASH)
    moved(store, record(address="cut@acme.example"))
    records = (ann, bob, cut, ann, record(address="x"))

    tried = moved(store, *records, dry_run=True)

    assert kept(store) is None
    assert store.credentials.get(kept(store, "cut@acme.example").id) is None
    assert [getattr(one, "code", one) for one in tried] == [
        getattr(one, "code", one) for one in moved(store, *records)
    ]


# -- tables --

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
    add(email="ann@acme.example", password=hash_password(typed))
    add(email="ben@acme.example", password=None, active=False)
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
        (MAKE_FLASK, FLASK_SECURITY, [Moved.WITH_PASSWORD, Moved.WITHOUT_PASSWORD]),
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


def test_a_table_that_is_not_there_is_told_with_its_columns(tmp_path):
    own = dataclasses.replace(DJANGO, name="accounts_user")

    with pytest.raises(Unavailable, match=r"accounts_user.*is_active"):
        list(read_table(f"sqlite:///{tmp_path}/none.db", own))


def test_hashes_are_not_shown():
    assert HASH not in repr(record(password_hash=HASH))
    assert HASH not in repr(
        read_record(record(password_hash=HASH), home=HOME, portals=PORTALS)
    )
