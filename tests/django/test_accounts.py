"""Django's users as accounts: the contract of `Accounts`, and what enrolling does."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError

from securelogin import Attempt, Granted, KeyRing, Portal, SecureLogin
from securelogin.accounts import AccountId, Audience, Status
from securelogin.addresses import AddressKey, Tenant
from securelogin.django.accounts import UserAccounts
from securelogin.django.backends import SecureLoginBackend
from securelogin.django.models import PortalAccount
from securelogin.errors import InvalidInput
from securelogin.mailers.memory import MemoryMailer
from securelogin.outcomes import ChangeRequired
from securelogin.stores.memory import MemoryStore
from securelogin.testing import AccountsContract
from tests.wiring import PASSWORD, cheap_hasher

ACME, GLOBEX = Tenant("acme"), Tenant("globex")


def user(name: str, email: str, **more):
    return get_user_model().objects.create_user(name, email, **more)


def key(value: str, tenant: Tenant = ACME) -> AddressKey:
    return AddressKey(tenant=tenant, value=value)


class TestUserAccounts(AccountsContract):
    @pytest.fixture
    def known(self, database):
        ann, both = user("ann", "Ann@acme.example"), user("both", "both@acme.example")
        ids = [
            PortalAccount.objects.enroll(one, tenant=tenant).id
            for one, tenant in ((ann, ACME), (both, ACME), (both, GLOBEX))
        ]
        return [UserAccounts().get(AccountId(one)) for one in ids]

    @pytest.fixture
    def accounts(self, known):
        return UserAccounts()

    @pytest.fixture
    def unreachable(self, database):
        return UserAccounts(using="away")


@pytest.fixture
def ann(database):
    return user("ann", "Ann.Ash@acme.example")


def test_a_user_who_was_not_enrolled_has_no_account(ann):
    assert UserAccounts().find(key("ann.ash@acme.example")) is None


def test_what_an_account_says_is_what_the_user_is(ann):
    row = PortalAccount.objects.enroll(
        ann, tenant="acme", audience=Audience.EXTERNAL, language="de"
    )

    found = UserAccounts().find(key("ann.ash@acme.example"))

    assert found.id == row.id != str(ann.pk)
    assert (found.primary.text, found.tenant) == ("Ann.Ash@acme.example", "acme")
    assert (found.audience, found.language) == (Audience.EXTERNAL, "de")
    assert found.status is Status.ACTIVE
    assert str(row) == f"acme: {row.id}"


def test_enrolling_twice_is_as_good_as_once(ann):
    first = PortalAccount.objects.enroll(ann, tenant="acme")
    second = PortalAccount.objects.enroll(ann, tenant="acme")

    assert first == second
    assert PortalAccount.objects.count() == 1


def test_a_user_without_an_address_is_not_enrolled(database):
    with pytest.raises(InvalidInput):
        PortalAccount.objects.enroll(user("ann", ""), tenant="acme")


def test_an_address_is_one_user_s_in_a_tenant(ann):
    PortalAccount.objects.enroll(ann, tenant="acme")
    other = user("other", "ann.ash@ACME.example")

    with pytest.raises(IntegrityError):
        PortalAccount.objects.enroll(other, tenant="acme")


def test_an_inactive_user_s_account_is_disabled(ann):
    row = PortalAccount.objects.enroll(ann, tenant="acme")
    ann.is_active = False
    ann.save()

    assert UserAccounts().get(AccountId(row.id)).status is Status.DISABLED


def test_an_address_is_followed_when_the_user_is_saved(ann):
    row = PortalAccount.objects.enroll(ann, tenant="acme")
    ann.email = "ann.birch@acme.example"
    ann.save()

    assert UserAccounts().find(key("ann.birch@acme.example")).id == row.id
    assert UserAccounts().find(key("ann.ash@acme.example")) is None


def test_an_address_changed_past_save_opens_neither_the_old_nor_the_new(ann):
    PortalAccount.objects.enroll(ann, tenant="acme")
    get_user_model().objects.update(email="ann.birch@acme.example")

    assert UserAccounts().find(key("ann.ash@acme.example")) is None
    assert UserAccounts().find(key("ann.birch@acme.example")) is None


def test_a_user_who_has_lost_the_address_has_no_account(ann):
    row = PortalAccount.objects.enroll(ann, tenant="acme")
    ann.email = ""
    ann.save()

    assert UserAccounts().get(AccountId(row.id)) is None
    assert UserAccounts().find(key("ann.ash@acme.example")) is None


def test_whom_the_library_s_store_keeps_is_not_among_the_users(ann):
    PortalAccount.objects.create(id="kept", user=ann, tenant="acme")

    assert UserAccounts().get(AccountId("kept")) is None


def test_a_user_logs_in_and_is_that_user(ann):
    row = PortalAccount.objects.enroll(ann, tenant="acme")
    mailer = MemoryMailer()
    auth = SecureLogin(
        portals=[
            Portal(
                tenant="acme",
                name="Acme",
                url="https://portal.acme.example/secure/",
                contact="it@acme.example",
            )
        ],
        keys=KeyRing(KeyRing.new_key()),
        store=MemoryStore(),
        mailer=mailer,
        hasher=cheap_hasher(),
        own_accounts=UserAccounts(),
    )
    url = "https://portal.acme.example/secure/"

    auth.accounts.send_temporary_password(AccountId(row.id))
    auth.courier.deliver()
    mailed = mailer.mails[-1].secrets["password"]
    attempt = Attempt(address="ann.ash@acme.example", password=mailed, url=url)
    outcome = auth.login.check(attempt)
    assert isinstance(outcome, ChangeRequired)
    auth.passwords.complete(outcome.ticket, PASSWORD)
    attempt = Attempt(address="ann.ash@acme.example", password=PASSWORD, url=url)
    granted = auth.login.check(attempt)

    assert isinstance(granted, Granted)
    found = auth.sessions.resolve(granted.session.token)
    assert SecureLoginBackend().authenticate(None, logged_in=found) == ann
