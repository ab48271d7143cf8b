"""Log-in, from the outside: what each kind of person gets."""

from __future__ import annotations

import dataclasses

import pytest

from securelogin import AliasLogin, ChangeRequired, Client, Granted, Policy, Refused
from securelogin.accounts import AccountId, Audience, Status
from securelogin.attempts import RequestFault
from securelogin.mail import MailKind
from securelogin.outcomes import Cause, Problem
from securelogin.viewers import OPERATOR
from tests.flows.conftest import cause_of, register
from tests.wiring import GLOBEX_URL, PASSWORD, Wired


def test_the_right_password_logs_in(wired, ann):
    outcome = wired.check("ann@acme.example", PASSWORD)

    assert isinstance(outcome, Granted)
    assert wired.auth.sessions.resolve(outcome.session.token).account.id == ann


def test_case_of_the_address_does_not_matter(wired, ann):
    assert isinstance(wired.check("ANN@Acme.Example", PASSWORD), Granted)


def test_case_of_the_password_does(wired, ann):
    outcome = wired.check("ann@acme.example", PASSWORD.upper())

    assert cause_of(wired, outcome) is Cause.WRONG_PASSWORD


def test_a_temporary_password_opens_nothing_but_a_change(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    outcome = wired.check("ann@acme.example", wired.mailed_password())

    assert isinstance(outcome, ChangeRequired)
    assert wired.auth.sessions.resolve(outcome.ticket) is None


def test_C21_a_completed_change_logs_nobody_in(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    outcome = wired.check("ann@acme.example", wired.mailed_password())

    changed = wired.auth.passwords.complete(outcome.ticket, PASSWORD)

    assert changed.session is None


def test_a_temporary_password_is_forgiven_what_people_do_to_it(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    typed = wired.mailed_password().lower().replace("-", " \u00a0").replace("0", "o")

    assert isinstance(wired.check("ann@acme.example", f" {typed} "), ChangeRequired)


def test_F51_the_lasting_password_works_while_a_temporary_one_is_pending(wired, ann):
    wired.auth.accounts.send_temporary_password(ann)
    temporary = wired.mailed_password()

    assert isinstance(wired.check("ann@acme.example", PASSWORD), Granted)

    # It was not needed: it is cancelled.
    assert isinstance(wired.check("ann@acme.example", temporary), Refused)


def test_a_forced_change_asks_for_a_new_password(wired, ann):
    wired.auth.accounts.force_change(ann)

    assert isinstance(wired.check("ann@acme.example", PASSWORD), ChangeRequired)


def test_an_external_recipient_enters_with_link_and_password(wired, invited):
    outcome = wired.check("bob@other.example", PASSWORD, link=invited)

    assert isinstance(outcome, Granted)


def test_a_mangled_link_still_leads_in(wired, invited):
    mangled = (
        f"<https://portal.acme.example/secure/link?t=3D{invited[:40]}=\n{invited[40:]}>"
    )

    assert isinstance(wired.check("bob@other.example", PASSWORD, link=mangled), Granted)


def test_an_alias_is_refused_by_default(wired, ann):
    wired.auth.addresses.add_alias(ann, "a.nobody@acme.example")

    outcome = wired.check("a.nobody@acme.example", PASSWORD)

    assert cause_of(wired, outcome) is Cause.ALIAS_USED


def test_an_alias_is_taken_where_the_policy_says_so(colour):
    wired = Wired(colour, policy=Policy(aliases=AliasLogin.ACCEPTED))
    account = register(wired)
    wired.auth.addresses.add_alias(account, "a.nobody@acme.example")

    assert isinstance(wired.check("a.nobody@acme.example", PASSWORD), Granted)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (RequestFault.CSRF, Cause.CSRF),
        (RequestFault.COOKIES_BLOCKED, Cause.COOKIES_BLOCKED),
    ],
)
def test_a_faulty_request_is_refused_with_the_right_password(wired, ann, fault, cause):
    outcome = wired.check("ann@acme.example", PASSWORD, faults=frozenset({fault}))

    assert cause_of(wired, outcome) is cause


def test_a_log_in_from_a_new_browser_is_told_by_mail(wired, ann):
    wired.check("ann@acme.example", PASSWORD)
    wired.check("ann@acme.example", PASSWORD)
    wired.auth.courier.deliver()
    before = len([m for m in wired.inbox.mails if m.kind is MailKind.NEW_BROWSER])
    wired.check("ann@acme.example", PASSWORD, client=Client(user_agent="Other/1"))
    wired.auth.courier.deliver()

    notices = [m for m in wired.inbox.mails if m.kind is MailKind.NEW_BROWSER]
    assert (before, len(notices)) == (0, 1)


def test_the_new_browser_notice_can_be_left_out(colour):
    wired = Wired(colour, policy=Policy(optional_notices=frozenset()))
    register(wired)
    wired.check("ann@acme.example", PASSWORD)
    wired.check("ann@acme.example", PASSWORD, client=Client(user_agent="Other/1"))
    wired.auth.courier.deliver()

    assert MailKind.NEW_BROWSER not in {mail.kind for mail in wired.inbox.mails}


def test_a_disabled_account_is_refused(wired, ann):
    wired.auth.accounts.disable(ann)

    outcome = wired.check("ann@acme.example", PASSWORD)

    assert cause_of(wired, outcome) is Cause.DISABLED
    assert wired.store.accounts.get(AccountId(ann)).status is Status.DISABLED


def test_an_account_of_one_tenant_is_none_of_another(wired, ann):
    outcome = wired.check("ann@acme.example", PASSWORD, url=GLOBEX_URL)

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes == (Cause.WRONG_TENANT, Cause.UNKNOWN_ADDRESS)


def test_C34_C06_an_empty_stored_hash_matches_no_password(wired, ann):
    old = wired.store.credentials.get(AccountId(ann))
    wired.store.credentials.replace(
        old, dataclasses.replace(old, password_hash="", version=old.version + 1)
    )

    for typed in ("", PASSWORD):
        outcome = wired.check("ann@acme.example", typed)
        assert cause_of(wired, outcome) is Cause.HASH_UNUSABLE


def test_C34_an_empty_password_cannot_be_set(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    ticket = wired.check("ann@acme.example", wired.mailed_password()).ticket

    assert wired.auth.passwords.complete(ticket, "").problems == (Problem.TOO_SHORT,)


def test_C55_who_registers_an_address_has_no_way_into_its_account(wired):
    stored = wired.auth.accounts.register(
        "victim@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    before = wired.store.credentials.get(stored.account.id)

    ticket = wired.check("victim@acme.example", wired.mailed_password()).ticket
    wired.auth.passwords.complete(ticket, PASSWORD)

    # Nothing could be typed before the owner read the mail.
    assert before is None
    assert isinstance(wired.check("victim@acme.example", PASSWORD), Granted)
