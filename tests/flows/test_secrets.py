"""No secret anywhere it should not be: swept with canaries over a whole story."""

from __future__ import annotations

import copy
import dataclasses
import logging
import pickle
import traceback

import pytest

from securelogin import Audience, Client, Unavailable
from securelogin.hidden import Hidden
from securelogin.mail import MailKind
from securelogin.viewers import OPERATOR
from tests.wiring import URL, Wired

CANARY = "canary quartz vessel 93"
SECOND = "canary basalt vessel 41"


class Story:
    """A whole story; every secret it used, and every value it was given."""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self.secrets: set[str] = {CANARY, SECOND}
        self.values: list[object] = []
        token = self._get_in()
        self._change(token)
        self._come_by_a_link()
        self._keep(wired.keys)
        self._keep(wired.auth if wired.colour == "sync" else wired.auth._inner)

    def _keep(self, value):
        self.values.append(value)
        return value

    def _get_in(self) -> Hidden:
        """Let somebody come for the first time; return the token of their session."""
        wired, auth, keep = self.wired, self.wired.auth, self._keep
        keep(
            auth.accounts.register(
                "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
            )
        )
        temporary = wired.mailed_password()
        self.secrets |= {temporary, temporary.replace("-", "")}
        first = keep(wired.check("ann@acme.example", temporary))
        self.secrets.add(first.ticket.reveal())
        keep(auth.passwords.complete(first.ticket, "short"))
        keep(auth.passwords.complete(first.ticket, CANARY))
        keep(auth.passwords.complete(first.ticket, CANARY))
        granted = keep(wired.check("ann@acme.example", CANARY))
        self.secrets.add(granted.session.token.reveal())
        keep(auth.sessions.resolve(granted.session.token))
        keep(wired.check("ann@acme.example", CANARY + "x"))
        keep(wired.check(CANARY, CANARY, url=URL + "?token=" + CANARY))
        return granted.session.token

    def _change(self, token: Hidden) -> None:
        auth, keep = self.wired.auth, self._keep
        for typed in (CANARY, SECOND):
            keep(
                auth.addresses.request(token, current=typed, address="ann@new.example")
            )
        changed = keep(auth.passwords.change(token, current=CANARY, new=SECOND))
        self.secrets.add(changed.session.token.reveal())
        keep(auth.reset.request(address="ann@acme.example", url=URL))

    def _come_by_a_link(self) -> None:
        wired, auth, keep = self.wired, self.wired.auth, self._keep
        keep(
            auth.links.issue(
                recipient="bob@other.example",
                sender="ann@acme.example",
                message="m",
                tenant="acme",
            )
        )
        keep(auth.courier.deliver())
        for mail in wired.inbox.mails:
            keep(mail)
            self.secrets |= {secret.reveal() for secret in mail.secrets.values()}
        link = wired.mailed_token(MailKind.MESSAGE)
        keep(auth.links.open(link, url=URL))
        refused = keep(wired.check("bob@other.example", CANARY, link=link))
        keep(auth.support.find(refused.public.reference, by=OPERATOR))
        keep(wired.attempt("ann@acme.example", CANARY, link=link))


@pytest.fixture
def story(colour, caplog):
    with caplog.at_level(logging.DEBUG):
        return Story(Wired(colour))


def shown_in(text: str, secrets: set[str]) -> list[str]:
    return [secret for secret in secrets if secret in text]


def test_F34_C10_C25_C37_no_value_shows_a_secret(story):
    for value in story.values:
        for shown in (repr(value), str(value), f"{value}", f"{value!r:>10}"):
            assert shown_in(shown, story.secrets) == []


def test_F34_no_value_gives_a_secret_away_as_a_dictionary(story):
    for value in story.values:
        if dataclasses.is_dataclass(value):
            fields = {
                field.name: getattr(value, field.name)
                for field in dataclasses.fields(value)
            }
            assert shown_in(repr(fields), story.secrets) == []
            assert shown_in(repr(copy.copy(value)), story.secrets) == []


def test_F34_F38_no_pickle_holds_a_secret(story):
    for value in story.values:
        try:
            pickled = pickle.dumps(value)
        except (TypeError, AttributeError, pickle.PicklingError):
            continue
        for secret in story.secrets:
            assert secret.encode() not in pickled


def test_F35_C19_no_log_record_holds_a_secret(story, caplog):
    for record in caplog.records:
        assert shown_in(record.getMessage() + repr(vars(record)), story.secrets) == []


def test_no_stored_row_holds_a_secret(story):
    store = story.wired.store
    rows = [
        *store.accounts._rows.values(),
        *store.credentials._rows.values(),
        *store.links._rows.values(),
        *store.sessions._rows.values(),
        *store.attempts._records,
        *store.outbox._orders.values(),
        *store.counters._totals,
    ]
    for row in rows:
        assert shown_in(repr(_everything(row)), story.secrets) == []


def _everything(row: object) -> object:
    """Return a row with what its repr leaves out."""
    if not dataclasses.is_dataclass(row):
        return row
    return {
        field.name: _everything(getattr(row, field.name))
        for field in dataclasses.fields(row)
    }


class Failing:
    """A store part that fails at its n-th call, as a driver would."""

    def __init__(self, inner, calls: list[int], at: int) -> None:
        self._inner, self._calls, self._at = inner, calls, at

    def __getattr__(self, verb):
        method = getattr(self._inner, verb)
        if verb == "sample":
            # One that fails is no failure of the log-in (test_decoys).
            return method

        def call(*args, **options):
            self._calls.append(1)
            if len(self._calls) == self._at:
                raise Unavailable("down", adapter="Failing", verb=verb)
            return method(*args, **options)

        return call


def prepared(wired: Wired, operation: str):
    """Return a call whose secrets are wrapped already: no frame of ours holds them."""
    right = wired.attempt("ann@acme.example", CANARY)
    wrong = wired.attempt("ann@acme.example", SECOND)
    calls = {
        "login": lambda: wired.auth.login.check(right),
        "wrong": lambda: wired.auth.login.check(wrong),
        "reset": lambda: wired.auth.reset.request(
            address="ann@acme.example", url=URL, client=Client()
        ),
    }
    return calls[operation]


@pytest.mark.parametrize("operation", ["login", "wrong", "reset"])
@pytest.mark.parametrize("at", range(1, 12))
def test_F36_F37_no_traceback_with_locals_shows_a_secret(operation, at):
    calm = Wired("sync")
    calm.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    ticket = calm.check("ann@acme.example", calm.mailed_password()).ticket
    calm.auth.passwords.complete(ticket, CANARY)
    calls: list[int] = []
    failing = Wired(
        "sync",
        store=calm.store,
        keys=calm.keys,
        wrap=lambda name, part: Failing(part, calls, at),
    )
    error = error_of(prepared(failing, operation))

    # Past an operation's last call there is nothing left to fail.
    assert (error is None) == (len(calls) < at)
    assert shown_in(told_with_locals(error), {CANARY, SECOND, ticket.reveal()}) == []


def error_of(call) -> BaseException | None:
    try:
        call()
    except Unavailable as error:
        return error
    return None


def told_with_locals(error: BaseException | None) -> str:
    if error is None:
        return ""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format())


@pytest.mark.parametrize("operation", ["complete", "change", "move", "open", "check"])
def test_F36_E10_a_wrong_type_beside_a_secret_shows_nothing(wired, operation):
    calls = {
        "complete": lambda: wired.auth.passwords.complete(CANARY.encode(), CANARY),
        "change": lambda: wired.auth.passwords.change(
            CANARY.encode(), current=CANARY, new=CANARY
        ),
        "move": lambda: wired.auth.addresses.request(
            CANARY.encode(), current=CANARY, address="ann@new.example"
        ),
        "open": lambda: wired.auth.links.open(CANARY.encode(), url=URL),
        "check": lambda: wired.check(CANARY, CANARY.encode()),
    }
    with pytest.raises(TypeError) as caught:
        calls[operation]()

    assert CANARY not in str(caught.value)
