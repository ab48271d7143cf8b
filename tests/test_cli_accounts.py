"""`securelogin accounts`, `links` and `sessions`: what an operator does for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from securelogin import Granted, KeyRing, cli
from securelogin.accounts import AccountId
from tests.house import ALIAS, ANN, BOB, CONFIGURATION, NOBODY, House, open_house
from tests.wiring import PASSWORD


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as made:
        yield made


# -- accounts --


def test_an_account_is_shown_by_its_id_or_an_address(house):
    by_id = house.told("accounts", "show", house.ann)
    by_address = house.told("accounts", "show", "Ann@acme.example", "--tenant", "acme")

    assert by_id == by_address
    assert (by_id["address"], by_id["has_password"]) == (ANN, True)
    assert {mail["state"] for mail in by_id["mails"]} <= {"sent", "waiting"}


def test_people_are_shown_lines_and_no_secret(house):
    text = house.run("accounts", "show", house.ann).stdout

    assert f"address              {ANN}" in text.splitlines()
    assert "$argon2" not in text
    stored = house.store.credentials.get(AccountId(house.ann))
    assert stored.password_hash not in text


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (("nobody",), "no such account"),
        ((NOBODY, "--tenant", "acme"), "no such account"),
        ((ANN, "--tenant", "globex"), "no such account"),
    ],
)
def test_whom_there_is_not_gives_exit_code_1(house, who, said):
    result = house.run("accounts", "show", *who)

    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ((ANN,), "say which --tenant: acme, globex."),
        ((ANN, "--tenant", "initech"), "tenant: no portal has it"),
        (("no@address@here", "--tenant", "acme"), "address: "),
    ],
)
def test_what_cannot_be_used_gives_exit_code_2(house, who, said):
    result = house.run("accounts", "show", *who)

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def registered(house: House, address: str, tenant: str = "acme") -> Any:
    where = ("--tenant", tenant, "--audience", "internal")
    return house.told("accounts", "register", address, *where, "--language", "de")


def test_a_registered_person_gets_a_temporary_password_and_their_language(house):
    told = registered(house, "new@acme.example")

    shown = house.told("accounts", "show", told["id"])
    assert (told["status"], told["language"]) == ("active", "de")
    assert [mail["kind"] for mail in told["mails"]] == ["temporary_password"]
    assert shown["mails"] == told["mails"]
    assert shown["has_password"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        ("register", ANN, "--tenant", "acme", "--audience", "external"),
        ("add-alias", BOB, ANN, "--tenant", "acme"),
    ],
    ids=["register", "add-alias"],
)
def test_an_address_that_is_taken_gives_exit_code_1(house, arguments):
    result = house.run("accounts", *arguments)

    assert result.exit_code == 1
    assert "another account of the tenant has this address" in result.stderr


def test_an_account_goes_through_all_that_an_administrator_may_do(house):
    who = registered(house, "dan@acme.example")["id"]

    assert house.told("accounts", "disable", who)["status"] == "disabled"
    assert house.told("accounts", "enable", who)["status"] == "active"
    assert house.told("accounts", "force-change", who)["must_change"] is True
    revoked = house.told("accounts", "revoke-password", who)
    assert (revoked["has_password"], revoked["must_change"]) == (False, False)
    aliases = house.told("accounts", "add-alias", who, ALIAS)["aliases"]
    assert aliases == [ALIAS]
    told = house.told("accounts", "change-address", who, "daniel@acme.example")
    assert told["new_address"] == "daniel@acme.example"
    mails = house.told("accounts", "send-temporary", who)["mails"]
    assert [one["kind"] for one in mails].count("temporary_password") == 2


def test_erasing_asks_first_and_says_how_much_was_blanked(house):
    who = registered(house, "erik@acme.example")["id"]
    house.refused("erik@acme.example")

    unsure = house.run("accounts", "erase", who, input="n\n")
    assert unsure.exit_code == 1
    assert house.run("accounts", "erase", who, "--json").exit_code == 2
    assert "Erase erik@acme.example of acme for good?" in unsure.stderr
    assert house.told("accounts", "show", who)["status"] == "active"

    assert house.told("accounts", "erase", who, "--yes")["records_blanked"] >= 1
    assert house.told("accounts", "show", who)["status"] == "erased"


# -- links --


def test_a_link_is_issued_shown_recalled_and_issued_anew(house):
    issued = house.told(
        *("links", "issue", "--recipient", "eve@other.example", "--sender", ANN),
        *("--message", "m-2", "--tenant", "acme", "--language", "de"),
    )
    new = house.told("links", "reissue", issued["id"])

    old = house.told("links", "show", issued["id"])
    assert (issued["state"], old["state"], new["state"]) == ("good", "recalled", "good")
    assert (new["message"], new["address"]) == ("m-2", "eve@other.example")
    assert house.told("links", "recall", new["id"])["state"] == "recalled"


def test_the_links_mailed_to_a_person_are_listed(house):
    told = house.told("links", "list", BOB, "--tenant", "acme")["links"]

    assert [link["id"] for link in told] == [house.bobs_link]
    assert house.run("links", "list", house.ann).stdout == "No links.\n"


@pytest.mark.parametrize("verb", ["show", "recall", "reissue"])
def test_a_link_that_there_is_not_gives_exit_code_1(house, verb):
    result = house.run("links", verb, "none")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "securelogin: no link has this id.\n"


# -- sessions --


def test_sessions_are_listed_without_a_token_and_ended(house):
    granted = [house.check(ANN, PASSWORD) for _ in range(3)]
    assert [type(one) for one in granted] == [Granted] * 3

    live = house.told("sessions", "list", house.ann)["sessions"]
    text = house.run("sessions", "list", house.ann).stdout
    assert [one["source"] for one in live] == ["192.0.2.7"] * 3
    assert [g for g in granted if g.session.token.reveal() in text] == []

    ended = house.told("sessions", "end", house.ann, live[0]["digest"][:12])
    assert ended == {"account": house.ann, "ended": 1}
    assert house.told("sessions", "end-all", house.ann)["ended"] == 2
    assert house.told("sessions", "list", house.ann) == {"sessions": []}


def test_a_session_of_nobody_or_of_several_is_not_ended(house):
    for _ in range(2):
        house.check(ANN, PASSWORD)

    for digest in ("", "no digest"):
        assert house.run("sessions", "end", house.ann, digest).exit_code == 1
    assert len(house.told("sessions", "list", house.ann)["sessions"]) == 2


# -- the configuration --


@pytest.mark.parametrize("missing", ["keys", "portals", "store"])
def test_what_is_not_configured_is_named(tmp_path, monkeypatch, missing):
    monkeypatch.chdir(tmp_path)
    lines = {
        "keys": f'keys_file = "{tmp_path}/keys"',
        "store": f'[store]\nurl = "sqlite:///{tmp_path}/x.db"',
        "portals": '[[portals]]\ntenant = "acme"\nname = "Acme"\n'
        'url = "https://a.example/"\ncontact = "it@a.example"',
    }
    (tmp_path / "keys").write_text(KeyRing.new_key())
    (tmp_path / "securelogin.toml").write_text(
        "\n".join(text for name, text in lines.items() if name != missing)
    )

    result = CliRunner().invoke(cli.app, ["accounts", "show", "x"])

    assert result.exit_code == 2
    assert missing in result.stderr


def test_the_only_tenant_need_not_be_named(house, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = CONFIGURATION.format(folder=house.folder).rpartition("[[portals]]")[0]
    (tmp_path / "keys").write_text((house.folder / "keys").read_text())
    (tmp_path / "securelogin.toml").write_text(text)

    result = CliRunner().invoke(cli.app, ["accounts", "show", ANN])

    assert result.exit_code == 0, result.output
