"""`securelogin audit verify` reads the trail that a configured portal has written."""

from __future__ import annotations

import json
import sqlite3

import pytest
from typer.testing import CliRunner

from securelogin import Attempt, KeyRing
from securelogin.audit import START
from securelogin.cli import app
from securelogin.configuration import (
    open_async_secure_login,
    open_secure_login,
    read_configuration,
)
from securelogin.events import EventKind
from securelogin.stores.sql import SQLStore
from tests.house import open_house
from tests.wiring import LOOP, URL


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECURELOGIN_KEYS", KeyRing.new_key())
    path = tmp_path / "portal.toml"
    path.write_text(
        '[[portals]]\ntenant = "acme"\nname = "Acme"\n'
        'url = "https://portal.acme.example/secure/"\ncontact = "it@acme.example"\n'
        f'[store]\nurl = "sqlite:///{tmp_path}/portal.db"\n'
        '[smtp]\nurl = "smtp://127.0.0.1:25"\nsender = "no-reply@acme.example"\n'
        "[hasher]\nmemory = 19456\npasses = 2\n"
    )
    store = SQLStore(f"sqlite:///{tmp_path}/portal.db")
    store.create()
    store.close()
    with open_secure_login(read_configuration(path)) as auth:
        auth.login.check(Attempt(address="ann@acme.example", password="x", url=URL))
    return path


def change(file, statement):
    with sqlite3.connect(file.parent / "portal.db") as connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


def run(file, *arguments):
    return CliRunner().invoke(
        app, ["audit", "verify", "--config", str(file), *arguments]
    )


def test_a_whole_trail_gives_exit_code_0(file):
    told = run(file)

    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "3 records in 1 chains; 0 of them without a person.",
        "Nothing is forged or missing.",
    ]


def test_an_async_portal_keeps_its_trail_too(file):
    async def serve():
        async with open_async_secure_login(read_configuration(file)) as auth:
            await auth.login.check(
                Attempt(address="ann@acme.example", password="x", url=URL)
            )

    LOOP.run(serve())

    assert run(file).stdout.startswith("6 records in 2 chains")


def test_a_changed_row_gives_exit_code_1(file):
    change(file, "UPDATE securelogin_audit SET kind = 'x' WHERE number = 2")
    told = run(file)

    assert told.exit_code == 1
    assert "forged" in told.stdout
    assert " 2: changed or put in" in told.stdout
    assert "The trail is not whole." in told.stdout


def test_rows_that_are_gone_are_told_by_their_numbers(file):
    change(file, "DELETE FROM securelogin_audit WHERE number = 2")
    told = json.loads(run(file, "--json").stdout)

    assert not told["is_whole"]
    assert [(f["flaw"], f["first"], f["last"]) for f in told["discrepancies"]] == [
        ("missing", 2, 2)
    ]


def test_what_was_cut_off_is_found_with_what_was_kept(file, tmp_path):
    kept = tmp_path / "kept.json"
    kept.write_text(run(file, "--json").stdout)
    change(file, "DELETE FROM securelogin_audit WHERE number = 3")

    without = run(file)
    assert without.exit_code == 0
    assert "open" in without.stdout
    assert run(file, "--kept", str(kept)).exit_code == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"heads": [{"x": 1}]}',
        '{"heads": [{"chain": "x", "number": "5", "seal": ""}]}',
        '{"heads": [{"chain": "x", "number": true, "seal": ""}]}',
        '{"heads": [{"chain": "x", "number": 5, "seal": null}]}',
        None,
    ],
)
def test_a_file_that_was_not_printed_by_it_gives_exit_code_2(file, tmp_path, text):
    kept = tmp_path / "kept.json"
    if text is not None:
        kept.write_text(text)
    told = run(file, "--kept", str(kept))

    assert told.exit_code == 2
    assert "--kept" in told.stderr


def test_without_keys_nothing_can_be_verified(file, monkeypatch):
    monkeypatch.delenv("SECURELOGIN_KEYS")
    told = run(file)

    assert told.exit_code == 2
    assert "SECURELOGIN_KEYS" in told.stderr


def test_purge_shortens_the_trail_and_leaves_it_whole(file):
    told = CliRunner().invoke(app, ["purge", "--config", str(file)])
    in_json = CliRunner().invoke(app, ["purge", "--config", str(file), "--json"])

    assert told.stdout.splitlines()[-1].split() == ["audit", "0"]
    assert json.loads(in_json.stdout)["deleted"]["audit"] == 0
    assert run(file).exit_code == 0


def test_what_an_operator_does_by_command_is_in_the_trail(tmp_path):
    with open_house(tmp_path) as house:
        house.run("accounts", "disable", house.ann)
        house.run("accounts", "erase", house.ann, "--yes")
        kinds = [row.kind for row in house.store.audit.page(START, limit=100)]
        told = house.run("audit", "verify")

    assert {EventKind.USER_UPDATED, EventKind.USER_DELETED} <= set(kinds)
    assert (told.exit_code, "no closing record" in told.stdout) == (0, False)


def test_a_command_that_does_nothing_begins_no_chain(tmp_path):
    with open_house(tmp_path) as house:
        house.run("accounts", "show", house.ann)

        assert house.store.audit.page(START, limit=1) == ()
