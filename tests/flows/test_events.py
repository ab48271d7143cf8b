"""Every operation tells what happened, once, and nothing that is secret."""

from __future__ import annotations

import logging
from datetime import UTC

import pytest

from securelogin import Audience, Limits, Policy, WiringError
from securelogin.events import EventKind
from securelogin.outcomes import Cause
from securelogin.sinks import LOGGER_NAME, EventLog, ShownAddress, ShownClient
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.flows.test_secrets import Story
from tests.wiring import PASSWORD, URL, Wired

NEW = "another quiet harbour at six"


class Heard(list):
    """A sink that keeps what it is told."""

    def __call__(self, event):
        self.append(event)

    def kinds(self):
        told = [event.kind for event in self]
        self.clear()
        return told


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def wired(colour, heard):
    return Wired(colour, sinks=[heard])


ADMINISTRATION = {
    "send_temporary_password": EventKind.AUTHZ_ADMIN,
    "force_change": EventKind.AUTHZ_ADMIN,
    "revoke_password": EventKind.AUTHZ_ADMIN,
    "disable": EventKind.USER_UPDATED,
    "enable": EventKind.USER_UPDATED,
    "erase": EventKind.USER_DELETED,
}


def test_16_3_1_every_operation_tells_what_happened(wired, heard):
    auth, kind = wired.auth, EventKind
    ann = auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    ).account.id
    assert heard.kinds() == [kind.USER_CREATED]
    temporary = wired.mailed_password()
    assert heard.kinds() == [kind.MAIL_SETTLED]
    ticket = wired.check("ann@acme.example", temporary).ticket
    assert heard.kinds() == [kind.TOKEN_CREATED]
    auth.passwords.complete(ticket, PASSWORD)
    auth.passwords.complete(ticket, PASSWORD)
    assert heard.kinds() == [kind.PASSWORD_CHANGE, kind.PASSWORD_CHANGE_FAIL]
    token = wired.check("ann@acme.example", PASSWORD).session.token
    assert heard.kinds() == [kind.LOGIN_SUCCESS, kind.SESSION_CREATED]
    renewed = auth.passwords.change(token, current=PASSWORD, new=NEW).session
    assert heard.kinds() == [kind.PASSWORD_CHANGE, kind.SESSION_RENEWED]
    assert auth.sessions.resolve(renewed.token) is not None
    assert auth.sessions.resolve("x" * 43) is None
    assert heard.kinds() == []
    assert auth.sessions.resolve(token) is None
    auth.sessions.end(renewed.token)
    auth.sessions.end(renewed.token)
    assert heard.kinds() == [kind.SESSION_USE_AFTER_EXPIRE, kind.SESSION_EXPIRED]
    wired.check("ann@acme.example", "wrong")
    wired.check("nobody@acme.example", "wrong")
    assert heard.kinds() == [kind.LOGIN_FAIL, kind.LOGIN_FAIL]
    auth.reset.request(address="ann@acme.example", url=URL)
    auth.reset.request(address="no address", url=URL)
    assert heard.kinds() == [kind.RESET_REQUESTED, kind.INPUT_FAIL]
    auth.support.search(by=OPERATOR, tenant="acme", address="ann@acme.example")
    auth.support.find("what is none", by=OPERATOR)
    auth.support.dead_letters(by=OPERATOR)
    assert heard.kinds() == [kind.SENSITIVE_READ] * 3
    for act, wanted in ADMINISTRATION.items():
        getattr(auth.accounts, act)(ann)
        assert heard.kinds() == [wanted]


def test_16_3_1_links_and_addresses_tell_what_happened(wired, heard):
    ann = register(wired)
    auth, kind = wired.auth, EventKind
    heard.clear()
    link = auth.links.issue(
        recipient="bob@other.example",
        sender="ann@acme.example",
        message="m-1",
        tenant="acme",
    )
    assert heard.kinds() == [kind.USER_CREATED, kind.TOKEN_CREATED]
    token = wired.mailed_token()
    heard.clear()
    auth.links.open(token, url=URL)
    auth.links.open("none", url=URL)
    auth.links.recall(link.id)
    auth.links.recall(link.id)
    auth.links.open(token, url=URL)
    assert heard.kinds() == [
        kind.LINK_OPENED,
        kind.AUTHZ_FAIL,
        kind.TOKEN_REVOKED,
        kind.TOKEN_REUSE,
    ]
    auth.addresses.add_alias(ann, "ann@home.example")
    auth.addresses.request_for(ann, "ann@new.example")
    auth.addresses.confirm("none")
    assert heard.kinds() == [kind.USER_UPDATED, kind.USER_UPDATED, kind.AUTHZ_FAIL]
    session = wired.check("ann@acme.example", PASSWORD).session.token
    heard.clear()
    for typed in (PASSWORD, "wrong"):
        auth.addresses.request(session, current=typed, address="ann@new.example")
    assert heard.kinds() == [kind.USER_UPDATED, kind.AUTHZ_FAIL]


def test_surplus_sessions_are_told(colour, heard):
    wired = Wired(colour, policy=Policy(limits=Limits(sessions=1)), sinks=[heard])
    register(wired)
    wired.check("ann@acme.example", PASSWORD)
    heard.clear()
    wired.check("ann@acme.example", PASSWORD)

    assert heard.kinds() == [
        EventKind.LOGIN_SUCCESS,
        EventKind.SESSION_CREATED,
        EventKind.SESSION_EXPIRED,
    ]


def test_16_2_1_an_event_says_when_where_who_and_what(wired, heard):
    ann = register(wired)
    heard.clear()
    reference = wired.check("ann@acme.example", "wrong").public.reference
    (event,) = heard

    assert event.at == wired.clock.at
    assert (event.portal, event.tenant) == (
        "https://portal.acme.example/secure/",
        "acme",
    )
    assert (event.account, event.who) == (ann, ann)
    assert (event.ip, event.user_agent) == ("192.0.2.7", "Firefox/140")
    assert (event.operation, event.causes) == ("login", (Cause.WRONG_PASSWORD,))
    assert event.reference == reference


def test_16_2_2_times_are_in_utc(wired, heard):
    register(wired)

    assert {event.at.tzinfo for event in heard} == {UTC}


def test_6_3_5_a_success_after_failures_is_an_event_of_its_own(wired, heard):
    register(wired)
    for _ in range(3):
        wired.check("ann@acme.example", "wrong")
    heard.clear()
    wired.check("ann@acme.example", PASSWORD)

    assert heard[0].kind is EventKind.LOGIN_SUCCESS_AFTER_FAIL
    assert heard[0].facts == {"retries": 3}


def test_every_refusal_is_told_in_the_same_form(wired, heard, ann):
    heard.clear()
    for address in ("ann@acme.example", "nobody@acme.example"):
        wired.check(address, "wrong")
    known, unknown = (event.without_person() for event in heard)

    assert known.keys() == unknown.keys()
    assert known["event"] == unknown["event"] == "authn_login_fail"


def logged(colour, caplog, **options):
    wired = Wired(colour, sinks=[EventLog(**options)])
    with caplog.at_level(logging.INFO, logger=LOGGER_NAME):
        wired.check("ann@acme.example", "wrong")
    (record,) = [one for one in caplog.records if one.name == LOGGER_NAME]
    return record


def test_16_2_4_a_log_record_has_one_form(colour, caplog):
    record = logged(colour, caplog)

    assert record.levelno == logging.WARNING
    assert record.getMessage() == f"authn_login_fail:{record.address}"
    assert (record.event, record.operation) == ("authn_login_fail", "login")
    assert record.causes == ["unknown_address"]
    assert record.event_at == "2026-03-02T09:30:00+00:00"
    assert (record.ip, record.user_agent) == ("192.0.2.7", "Firefox/140")
    assert len(record.address) == 22
    assert "ann" not in repr(vars(record))


def test_a_log_shows_what_it_is_told_to(colour, caplog):
    record = logged(
        colour, caplog, address=ShownAddress.TYPED, client=ShownClient.NOTHING
    )

    assert record.address == "ann@acme.example"
    assert (record.ip, record.user_agent) == ("", "")


def test_a_log_may_show_nobody(colour, caplog):
    assert logged(colour, caplog, address=ShownAddress.NOTHING).address == ""


def test_a_good_end_is_info_and_costs_nothing_where_nobody_listens(colour, caplog):
    wired = Wired(colour, sinks=[EventLog()])
    with caplog.at_level(logging.WARNING, logger=LOGGER_NAME):
        register(wired)

    assert [one for one in caplog.records if one.name == LOGGER_NAME] == []


def never(*_):
    raise AssertionError


def test_without_a_sink_no_event_is_made(colour):
    Wired(colour, sinks=[]).auth.installation.tell(never)


def silent(name, **changes):
    logger = logging.Logger(name)  # noqa: LOG001 -- that no other test sees
    for attribute, value in changes.items():
        setattr(logger, attribute, value)
    return logger


@pytest.mark.parametrize(
    "logger",
    [
        silent("off", level=logging.CRITICAL, handlers=[logging.StreamHandler()]),
        silent("none", propagate=False),
        silent("null", handlers=[logging.NullHandler()]),
        silent("above", parent=silent("root", handlers=[logging.NullHandler()])),
    ],
    ids=lambda logger: logger.name,
)
def test_where_logging_leads_nowhere_no_event_is_made(colour, logger):
    wired = Wired(colour, sinks=[EventLog(logger)])
    wired.auth.installation.tell(never)

    assert wired.auth.installation.sinks.failures == 0


def test_a_sink_that_listens_is_told_and_one_that_does_not_is_silent(
    colour, heard, capsys
):
    wired = Wired(colour, sinks=[EventLog(silent("none")), heard])
    wired.check("ann@acme.example", "wrong")

    assert heard.kinds() == [EventKind.LOGIN_FAIL]
    # Not even by Python's handler of last resort.
    assert capsys.readouterr().err == ""


def test_16_3_4_a_sink_that_fails_is_counted(colour, heard):
    def broken(event):
        raise OSError(event.typed)

    wired = Wired(colour, sinks=[broken, heard])
    register(wired)

    assert wired.auth.installation.sinks.failures == len(heard) > 0


@pytest.mark.parametrize("sink", [None, "log"])
def test_what_is_no_sink_is_refused_when_wired(colour, sink):
    with pytest.raises(WiringError, match="sinks"):
        Wired(colour, sinks=[sink])


def test_16_2_5_no_event_holds_a_secret(wired, heard):
    story = Story(wired)
    told = "".join(
        f"{event!r}{event.typed}{event.ip}{event.user_agent}{event.without_person()}"
        for event in heard
    )

    assert [secret for secret in story.secrets if secret in told] == []


def test_16_4_1_nobody_forges_a_line(wired, heard):
    forged = "x\r\nauthn_login_success:admin\u2028\u202e\x1b[2J"
    client = wired.attempt("a@b.example", "x").client
    wired.auth.login.check(
        wired.attempt(
            forged, forged, url=forged, client=type(client)(user_agent=forged)
        )
    )
    (event,) = heard

    assert (f"{event.who}{event.user_agent}{event.portal}{event.typed}").isprintable()
