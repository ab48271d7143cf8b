"""`securelogin support`: what an operator finds out for somebody."""

from __future__ import annotations

import getpass
import inspect
import json
import re
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from securelogin import Audience, cli
from securelogin.accounts import AccountId
from securelogin.attempts import Span
from securelogin.cli.support import COMMANDS
from securelogin.mail import Delivery, DeliveryState
from securelogin.outcomes import Cause
from securelogin.rules import advice
from securelogin.rules.causes import MEANINGS
from tests.house import ANN, House, open_house
from tests.wiring import URL


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as made:
        yield made


def test_a_reference_is_explained_in_lines_and_in_json(house):
    reference = house.refused()

    told = house.told("support", "find", reference.lower())
    text = house.run("support", "find", reference).stdout
    assert [one["cause"] for one in told["obstacles"]] == ["wrong_password"]
    assert text.startswith(f"Reference  {reference}\n")
    assert "(wrong_password)" in text


def test_what_would_help_is_named_by_the_command_that_does_it(house):
    text = house.run("support", "find", house.refused()).stdout

    assert f": securelogin accounts send-temporary {house.ann}\n" in text


def test_every_call_of_a_diagnosis_has_a_command(house):
    calls = re.findall(r'call="([^"]+)"', inspect.getsource(advice))

    assert set(COMMANDS) == set(calls)
    for words in COMMANDS.values():
        assert house.run(*words.split(), "--help").exit_code == 0


def test_a_reference_nobody_was_given_gives_exit_code_1(house):
    result = house.run("support", "find", "000-000-000")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing is found" in result.stderr
    assert "`securelogin support search`" in result.stderr


def test_an_attempt_is_found_by_what_the_person_remembers(house):
    reference = house.refused()

    told = house.told(
        *("support", "search", "--tenant", "acme", "--address", ANN),
        *("--page", URL, "--browser", "Firefox 140", "--within", "5"),
    )
    assert reference in {one["reference"] for one in told["attempts"]}
    assert told["attempts"][0]["score"] == 100


def test_a_time_is_told_with_its_zone_or_beside_it(house):
    reference = house.refused()
    record = house.store.attempts.by_reference(reference)

    for around in (
        ("--around", record.at.isoformat()),
        ("--around", f"{record.at:%Y-%m-%dT%H:%M:%S}", "--zone", "Etc/UTC"),
    ):
        told = house.told("support", "search", "--tenant", "acme", *around)
        assert reference in {one["reference"] for one in told["attempts"]}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--around", "yesterday"), 2, "--around: expected a time"),
        (("--around", "2026-03-02T10:30"), 2, "a time needs its zone"),
        ((), 2, "give an address, a time, a URL or a browser"),
        (("--browser", "Lynx 2.8"), 1, "no attempt fits"),
    ],
)
def test_a_search_that_finds_nothing_says_why(house, arguments, code, said):
    house.refused()

    result = house.run("support", "search", "--tenant", "acme", *arguments)

    assert result.exit_code == code
    assert said in result.stderr


@pytest.mark.parametrize("named", [True, False], ids=["named", "by default"])
def test_a_look_up_is_recorded_with_whoever_ran_it(house, monkeypatch, named):
    monkeypatch.setattr(getpass, "getuser", lambda: "root-of-this-host")
    by = ("--by", "carol of the desk") if named else ()

    house.run("support", "find", house.refused(), *by)

    now = house.auth.installation.now()
    span = Span(tenant="acme", after=now.replace(year=2020), before=now, lookup=ANN)
    note = house.store.attempts.near(span)[0].note
    who = "carol of the desk" if named else "root-of-this-host"
    assert note.startswith(f"operator {who} looked for ")


def test_a_user_without_a_name_is_recorded_by_number(house, monkeypatch):
    def nameless() -> str:
        raise KeyError(4242)

    monkeypatch.setattr(getpass, "getuser", nameless)

    assert house.run("support", "find", house.refused()).exit_code == 0


@pytest.mark.parametrize("cause", list(Cause), ids=lambda cause: cause.value)
def test_every_cause_is_explained_with_its_remedies(cause):
    words = ["support", "explain", cause.value.upper().replace("_", "-")]

    text = CliRunner().invoke(cli.app, words).stdout
    told = json.loads(CliRunner().invoke(cli.app, [*words, "--json"]).stdout)

    meaning = MEANINGS[cause]
    assert meaning.summary in text
    assert [step for step in meaning.remedies if f"- {step}" not in text] == []
    assert told["remedies"] == list(meaning.remedies)


def test_all_causes_are_listed_in_the_order_in_which_they_are_met(house):
    told = house.told("support", "explain")

    assert [one["cause"] for one in told["causes"]] == [cause.value for cause in Cause]


def test_a_cause_that_is_misspelt_is_guessed(house):
    result = house.run("support", "explain", "alias-usd")

    assert result.exit_code == 1
    assert "Did you mean alias_used?" in result.stderr


@pytest.fixture(scope="module")
def dora(house) -> AccountId:
    """Register somebody who gets mail in nobody else's tests."""
    stored = house.auth.accounts.register(
        "dora@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    return stored.account.id


@pytest.fixture
def dead_letter(house, dora) -> Iterator[str]:
    """Let the mail server refuse a mail; return its order."""
    house.auth.courier.deliver()
    house.auth.accounts.send_temporary_password(dora)
    house.inbox.answer = Delivery(state=DeliveryState.REFUSED, detail="550 5.1.1")
    house.auth.courier.deliver()
    house.inbox.answer = Delivery(state=DeliveryState.ACCEPTED)
    (order,) = [one.id for one in house.store.outbox.about(dora, None) if one.is_dead]
    yield order
    house.auth.courier.requeue(order)
    house.auth.courier.deliver()


def test_a_dead_letter_is_listed_and_carried_again(house, dead_letter):
    (listed,) = house.told("support", "dead-letters")["dead_letters"]
    again = house.told("support", "requeue", dead_letter)

    assert (listed["order"], listed["person"]) == (dead_letter, "dora@acme.example")
    assert (listed["why"], listed["can_be_requeued"]) == ("550 5.1.1", True)
    assert again == {"order": dead_letter, "state": "waiting"}
    assert house.told("support", "dead-letters") == {"dead_letters": []}
    assert house.auth.courier.deliver().sent == 1
    assert house.run("support", "requeue", dead_letter).exit_code == 1


def test_dead_letters_are_listed_by_tenant_and_time(house, dead_letter):
    before = ("--before", "2026-01-01T00:00+00:00")
    words = ("support", "dead-letters")

    assert house.told(*words, "--tenant", "globex")["dead_letters"] == []
    assert house.told(*words, *before)["dead_letters"] == []
    assert dead_letter in house.run(*words, "--tenant", "acme").stdout
    wrong = house.run(*words, "--before", "yesterday")
    assert (wrong.exit_code, "--before: expected a time" in wrong.stderr) == (2, True)
