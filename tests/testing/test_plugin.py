"""The fixtures for tests of a portal."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from securelogin import Attempt, Audience, ChangeRequired, Granted
from securelogin.mail import MailKind
from securelogin.testing import plugin, run
from securelogin.testing.plugin import *  # noqa: F403 -- as `pytest_plugins` would
from tests.testing.pages import reference

pytest_plugins = ["pytester"]
URL = "https://portal.acme.example/secure/"
ANN = "ann@acme.example"


def attempt(password: str) -> Attempt:
    return Attempt(address=ANN, password=password, url=URL)


def test_a_portal_is_wired(auth, mailbox, clock):
    auth.accounts.register(ANN, tenant="acme", audience=Audience.INTERNAL)
    auth.courier.deliver()

    first = auth.login.check(attempt(mailbox.temporary_password(to=ANN)))

    assert isinstance(first, ChangeRequired)
    auth.passwords.complete(first.ticket, "a quiet harbour at six")
    token = auth.login.check(attempt("a quiet harbour at six")).session.token
    assert auth.sessions.resolve(token) is not None
    clock.move(timedelta(days=1))
    assert auth.sessions.resolve(token) is None


def test_an_async_portal_is_wired_over_the_same_store(auth, async_auth, mailbox):
    auth.accounts.register(ANN, tenant="acme", audience=Audience.INTERNAL)
    auth.courier.deliver()
    first = auth.login.check(attempt(mailbox.temporary_password()))
    auth.passwords.complete(first.ticket, "a quiet harbour at six")

    granted = run(async_auth.login.check(attempt("a quiet harbour at six")))

    assert isinstance(granted, Granted)


def test_the_example_of_the_reference_page_holds(auth, mailbox):
    reference.test_somebody_logs_in(auth, mailbox)


def test_links_are_read_from_the_mailbox(auth, mailbox):
    auth.accounts.register(ANN, tenant="acme", audience=Audience.INTERNAL)
    auth.links.issue(
        recipient=ANN, message="m1", sender="bob@acme.example", tenant="acme"
    )
    auth.courier.deliver()

    assert mailbox.link(to=ANN).startswith(URL)
    assert len(mailbox.temporary_password(to=ANN)) > 10
    assert {MailKind.MESSAGE, MailKind.TEMPORARY_PASSWORD} == {
        mail.kind for mail in mailbox.mails
    }


@pytest.mark.parametrize("to", [None, ANN])
def test_a_mail_that_is_not_there_is_told(mailbox, to):
    with pytest.raises(LookupError, match=r"courier\.deliver"):
        mailbox.last(MailKind.MESSAGE, to=to)


def test_a_plain_run_of_pytest_imports_nothing_of_ours(tmp_path):
    (tmp_path / "test_plain.py").write_text(
        "import sys\ndef test_plain(): assert 'securelogin' not in sys.modules\n"
    )

    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    assert told.returncode == 0, told.stdout


def test_the_plugin_is_switched_on_by_name(pytester):
    pytester.makeconftest('pytest_plugins = ["securelogin.testing.plugin"]')
    pytester.makepyfile(
        """
        import pytest
        from securelogin import Portal

        @pytest.fixture
        def portals():
            return [Portal(tenant="mine", name="Mine", url="https://mine.example/",
                           contact="it@mine.example")]

        def test_mine(auth, mailbox):
            auth.reset.request(address="ann@mine.example", url="https://mine.example/")
            auth.courier.deliver()
            assert mailbox.mails == ()
        """
    )

    pytester.runpytest_subprocess("-q", "-W", "error").assert_outcomes(passed=1)


def test_every_fixture_is_public():
    assert set(plugin.__all__) <= set(globals())
