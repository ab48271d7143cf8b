"""What a project has of the store: migrations, requests, the admin site."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connections

from securelogin import Attempt, Audience, ChangeRequired, KeyRing, SecureLogin
from securelogin.django import DjangoPortal, stored
from securelogin.django.store import DjangoStore
from securelogin.django.stored import StoredAttempt
from securelogin.mailers.memory import MemoryMailer
from securelogin.testing.frameworks import WSGITransport
from securelogin.testing.frameworks.browser import Browser
from securelogin.testing.frameworks.world import ANN, PASSWORD, PORTAL
from tests.wiring import POOL, cheap_hasher


@pytest.fixture
def auth(database):
    mailer = MemoryMailer()
    auth = SecureLogin(
        portals=[PORTAL],
        keys=KeyRing(KeyRing.new_key()),
        store=DjangoStore(),
        mailer=mailer,
        hasher=cheap_hasher(),
        pool=POOL,
    )
    auth.accounts.register(ANN, tenant=PORTAL.tenant, audience=Audience.INTERNAL)
    auth.courier.deliver()
    mailed = mailer.mails[-1].secrets["password"]
    first = auth.login.check(Attempt(address=ANN, password=mailed, url=PORTAL.base))
    assert isinstance(first, ChangeRequired)
    auth.passwords.complete(first.ticket, PASSWORD)
    return auth


@pytest.fixture
def browser(auth, wire):
    wire(DjangoPortal(auth))
    return Browser(WSGITransport(WSGIHandler()), PORTAL)


def test_every_model_is_as_the_migrations_make_it(database):
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_pages_are_in_no_transaction_that_takes_counts_back(browser, monkeypatch):
    # On SQLite the store would wait for the view, and the view for the store.
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", 1)

    browser.fill("login", address=ANN, password=PASSWORD)

    assert browser.cookie("session")


def test_staff_find_an_attempt_by_its_reference_and_change_nothing(browser):
    browser.fill("login", address=ANN, password="no harbour at all")
    browser.fill("login", address=ANN, password=PASSWORD)
    browser.get("/whoami/")
    get_user_model().objects.update(is_staff=True, is_superuser=True)
    refused = StoredAttempt.objects.exclude(causes="[]").get()
    at = "/admin/securelogin/storedattempt/"

    found = browser.get(f"{at}?q={refused.reference.lower().replace('-', '+')}")
    shown = browser.get(f"{at}{refused.pk}/change/")

    assert str(refused) in found.body.decode()
    assert "wrong_password" in found.body.decode()
    assert "1 attempt" in found.body.decode()
    assert shown.status == 200
    assert browser.get(f"{at}add/").status == 403
    assert browser.get(f"{at}{refused.pk}/delete/").status == 403


@pytest.mark.parametrize("name", stored.__all__[:-1])
def test_F36_a_row_is_named_by_no_secret_and_no_address(name):
    model = getattr(stored, name)
    row = model(
        **{column: column for column in stored.columns_of(model)}, **numbered(model)
    )

    named = str(row)

    assert named
    assert not {"address", "digest", "password_hash", "typed"} & set(named.split(": "))


def numbered(model) -> dict[str, int]:
    return {"seq": 7} if "seq" in str(model._meta.pk) else {}
