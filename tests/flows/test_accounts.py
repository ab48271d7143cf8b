"""Administering accounts: what an administrator may do, and never sees."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest

from securelogin import (
    Account,
    Audience,
    ChangeRequired,
    Client,
    Granted,
    InvalidInput,
    Refused,
    Unavailable,
)
from securelogin.accounts import AccountId, Status
from securelogin.addresses import ERASED, parse_address
from securelogin.aio.accounts import AsyncAccountAdministration
from securelogin.outcomes import AccountStored, AddressTaken, Cause
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.flows.overtaking import AsyncOvertaking, Overtaking
from tests.wiring import ACME, GLOBEX_URL, PASSWORD, URL, Wired


def test_an_address_belongs_to_one_account_of_a_tenant(wired, ann):
    again = wired.auth.accounts.register(
        "ANN@acme.example", tenant="acme", audience=Audience.EXTERNAL
    )
    elsewhere = wired.auth.accounts.register(
        "ann@acme.example", tenant="globex", audience=Audience.INTERNAL
    )

    assert again == AddressTaken()
    assert isinstance(elsewhere, AccountStored)


def test_F31_plus_tags_and_dots_are_other_people(wired, ann):
    for address in ("ann+x@acme.example", "a.nn@acme.example"):
        stored = wired.auth.accounts.register(
            address, tenant="acme", audience=Audience.INTERNAL
        )
        assert isinstance(stored, AccountStored)


def test_C74_6_4_6_F74_no_administrative_call_takes_or_returns_a_password():
    for name, method in inspect.getmembers(
        AsyncAccountAdministration, inspect.iscoroutinefunction
    ):
        if name.startswith("_"):
            continue
        signature = inspect.signature(method)
        assert not {"password", "secret", "new", "current"} & set(signature.parameters)
        assert "Hidden" not in str(signature.return_annotation)


def test_enabling_lets_the_person_in_again(wired, ann):
    wired.auth.accounts.disable(ann)
    wired.auth.accounts.enable(ann)

    assert isinstance(wired.check("ann@acme.example", PASSWORD), Granted)


def test_enabling_an_account_that_is_open_ends_nothing(wired, ann):
    token = wired.check("ann@acme.example", PASSWORD).session.token

    wired.auth.accounts.enable(ann)

    assert wired.auth.sessions.resolve(token) is not None


def test_F73_C46_what_was_issued_before_a_disabling_is_dead_after_it(wired, ann):
    wired.auth.accounts.send_temporary_password(ann)
    temporary = wired.mailed_password()
    wired.auth.accounts.disable(ann)
    wired.auth.accounts.enable(ann)

    assert isinstance(wired.check("ann@acme.example", temporary), Refused)


def test_erasing_leaves_records_without_a_person(wired, ann):
    reference = wired.check("ann@acme.example", "wrong wrong wrong").public.reference

    blanked = wired.auth.accounts.erase(ann)

    record = wired.store.attempts.by_reference(reference)
    assert blanked >= 3
    assert "ann" not in repr(record).replace(ann, "")
    assert record.causes == (Cause.WRONG_PASSWORD,)
    assert record.ip == record.user_agent == ""
    assert wired.store.credentials.get(AccountId(ann)).password_hash is None
    assert wired.store.accounts.get(AccountId(ann)).status is Status.ERASED


def test_erase_takes_the_person_out_of_what_came_to_a_wrong_url(wired, ann):
    client = Client(ip="203.0.113.9", user_agent="Firefox/140.0")
    outcome = wired.check(
        "ann@acme.example", PASSWORD, url="https://acme.invalid/", client=client
    )

    wired.auth.accounts.erase(ann)

    left = wired.store.attempts.by_reference(outcome.public.reference)
    assert (left.lookup, left.typed, left.ip, left.user_agent) == ("", "", "", "")


def test_erase_takes_the_sender_out_of_links_that_go_on_leading_to_their_message(
    wired, ann, invited
):
    issued = wired.auth.links.issue(
        recipient="carl@other.example",
        sender="Ann@acme.example",
        message="m-2",
        tenant="acme",
    )

    wired.auth.accounts.erase(ann)

    assert wired.store.links.get(issued.id).sender == ERASED
    outcome = wired.check("bob@other.example", "wrong wrong wrong", link=invited)
    found = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    # Whom to turn to now, if not to her.
    assert found.contact == ACME.contact
    assert type(wired.check("bob@other.example", PASSWORD, link=invited)) is Granted


def test_a_link_whose_sender_was_erased_is_not_recalled_for_a_new_one(
    wired, ann, invited
):
    wired.clock.move(timedelta(days=15))
    outcome = wired.check("bob@other.example", PASSWORD, link=invited)
    wired.auth.accounts.erase(ann)
    found = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    record = wired.store.attempts.by_reference(outcome.public.reference)

    with pytest.raises(InvalidInput) as caught:
        wired.auth.links.reissue(record.link)

    assert caught.value.code == "sender_erased"
    assert "links.reissue" not in {action.call for action in found.actions}
    assert wired.store.links.get(record.link).recalled_at is None


def test_an_erased_address_is_free_again(wired, ann):
    wired.auth.accounts.erase(ann)

    stored = wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    assert stored.account.id != ann


@pytest.mark.parametrize(
    "act",
    [
        "send_temporary_password",
        "force_change",
        "revoke_password",
        "disable",
        "enable",
        "erase",
    ],
)
def test_an_unknown_or_erased_account_is_named_as_such(wired, ann, act):
    wired.auth.accounts.erase(ann)
    for account in (ann, "nobody"):
        with pytest.raises(InvalidInput, match="no account has this id"):
            getattr(wired.auth.accounts, act)(account)
    with pytest.raises(InvalidInput, match="no account has this id"):
        wired.auth.addresses.add_alias(ann, "x@acme.example")


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"address": "ann@acme.example\n"}, "address"),
        ({"address": "Ann <ann@acme.example>"}, "address"),
        ({"tenant": "initech"}, "tenant"),
        ({"tenant": ""}, "tenant"),
        ({"language": ""}, "language"),
    ],
)
def test_bad_input_names_its_field_and_stores_nothing(wired, options, field):
    values = {
        "address": "ann@acme.example",
        "tenant": "acme",
        "audience": Audience.INTERNAL,
        "language": "en",
        **options,
    }
    with pytest.raises(InvalidInput) as caught:
        wired.auth.accounts.register(values.pop("address"), **values)

    assert caught.value.field == field
    assert wired.store.accounts._rows == {}


@pytest.mark.parametrize("wrong", [None, 7, b"ann@acme.example", ["ann@acme.example"]])
def test_C64_F64_an_address_of_another_type_is_a_type_error(wired, wrong):
    with pytest.raises(TypeError, match="address must be a str"):
        wired.auth.accounts.register(wrong, tenant="acme", audience=Audience.INTERNAL)


def test_a_register_that_is_overtaken_says_that_the_address_is_taken(colour):
    losing = NeverStores() if colour == "sync" else AsyncNeverStores()
    wired = Wired(
        colour, wrap=lambda name, part: losing if name == "accounts" else part
    )

    stored = wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    assert stored == AddressTaken()


class NeverStores:
    def find(self, key, /):
        return None

    def get(self, account, /):
        return None

    def add(self, account, /):
        return False

    def replace(self, old, new, /):
        return False


class AsyncNeverStores:
    async def find(self, key, /):
        return None

    async def get(self, account, /):
        return None

    async def add(self, account, /):
        return False

    async def replace(self, old, new, /):
        return False


@pytest.mark.parametrize(
    ("part", "act"),
    [
        ("credentials", "force_change"),
        ("credentials", "revoke_password"),
        ("accounts", "disable"),
    ],
)
def test_who_never_wins_a_race_is_told(wired, ann, part, act):
    losing = Overtaking if wired.colour == "sync" else AsyncOvertaking
    racing = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, inner: losing(inner) if name == part else inner,
    )

    with pytest.raises(Unavailable, match="written to all the time"):
        getattr(racing.auth.accounts, act)(ann)


class Blind(Overtaking):
    """Credentials of a replica that has not heard of what was added."""

    def get(self, account, /):
        return None


class AsyncBlind(AsyncOvertaking):
    async def get(self, account, /):
        return None


@pytest.mark.parametrize("act", ["force_change", "revoke_password", "disable"])
def test_a_credential_that_cannot_be_found_is_not_taken_for_a_done_thing(
    wired, ann, act
):
    blind = Blind if wired.colour == "sync" else AsyncBlind
    beside = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, inner: blind(inner) if name == "credentials" else inner,
    )

    with pytest.raises(Unavailable, match="is not found"):
        getattr(beside.auth.accounts, act)(ann)


class OwnTable:
    """A portal's own user table, read only."""

    def __init__(self) -> None:
        self.account = Account(
            id=AccountId("user-17"),
            tenant="acme",
            audience=Audience.INTERNAL,
            primary=parse_address("own@acme.example"),
        )

    def find(self, key, /):
        return self.account if key == self.account.key else None

    def get(self, account, /):
        return self.account if account == self.account.id else None


class AsyncOwnTable(OwnTable):
    async def find(self, key, /):
        return super().find(key)

    async def get(self, account, /):
        return super().get(account)


@pytest.fixture
def own(colour):
    return Wired(
        colour, own_accounts=OwnTable() if colour == "sync" else AsyncOwnTable()
    )


def test_a_portals_own_users_log_in(own):
    own.auth.accounts.send_temporary_password("user-17")
    ticket = own.check("own@acme.example", own.mailed_password()).ticket
    own.auth.passwords.complete(ticket, PASSWORD)

    outcome = own.check("own@acme.example", PASSWORD)

    assert own.auth.sessions.resolve(outcome.session.token).account.id == "user-17"


def test_a_portals_own_users_and_invited_recipients_live_side_by_side(own):
    own.auth.links.issue(
        recipient="bob@other.example",
        sender="own@acme.example",
        message="m",
        tenant="acme",
    )
    temporary = own.mailed_password()
    link = own.mailed_token()

    assert isinstance(
        own.check("bob@other.example", temporary, link=link), ChangeRequired
    )
    assert own.auth.links.open(link, url=URL).message == "m"


def test_a_portals_own_address_cannot_be_registered_again(own):
    taken = own.auth.accounts.register(
        "own@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    assert taken == AddressTaken()


def test_a_portals_own_user_cannot_be_disabled_here(own):
    with pytest.raises(Unavailable, match="not kept here"):
        own.auth.accounts.disable("user-17")


def test_erasing_a_person_leaves_a_namesake_of_another_tenant_alone(wired, ann):
    elsewhere = register(wired, "ann@acme.example", tenant="globex", url=GLOBEX_URL)
    reference = wired.check(
        "ann@acme.example", "wrong wrong wrong", url=GLOBEX_URL
    ).public.reference

    wired.auth.accounts.erase(ann)

    record = wired.store.attempts.by_reference(reference)
    assert record.typed == "ann@acme.example"
    assert record.account == elsewhere
