"""`securelogin import` takes accounts over, and says what became of each record."""

from __future__ import annotations

import json
import sqlite3
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from securelogin import cli
from securelogin.addresses import parse_address
from securelogin.stores.sql import SQLStore
from tests.imported import HASHES

HASH = HASHES["django pbkdf2_sha256"]
OTHER = HASHES["Flask-Security bcrypt"]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of an empty store, for an installation that takes such hashes."""
    monkeypatch.chdir(tmp_path)
    Path("securelogin.toml").write_text(
        f"""
        [store]
        url = "sqlite:///{tmp_path}/portal.db"
        [hasher]
        imported = "accepted"
        [[portals]]
        tenant = "acme"
        name = "Acme"
        url = "https://portal.acme.example/"
        contact = "it@acme.example"
        """,
        "utf-8",
    )
    url = f"sqlite:///{tmp_path}/portal.db"
    store = SQLStore(url)
    store.create()
    store.close()
    return url


def run(*arguments: str, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(cli.app, ["import", *arguments])
    assert result.exit_code == code, result.output
    return result.stdout.strip(), result.stderr


def stored(url: str, address: str) -> str | None:
    store = SQLStore(url)
    account = store.accounts.find(parse_address(address).key("acme"))
    credential = None if account is None else store.credentials.get(account.id)
    store.close()
    return None if credential is None else credential.password_hash


def test_a_file_is_taken_over_once_and_its_rejected_records_once_they_are_mended(url):
    Path("people.csv").write_bytes(
        b"\xef\xbb\xbfaddress,password_hash\n"
        + f"ann@acme.example,{HASH}\n".encode()
        + b"B\xf6b,x\n"
        + f"cat@acme.example,{OTHER}\n".encode()
    )

    said, told = run("file", "people.csv", "--rejected", "rejected.jsonl", code=1)

    assert said == (
        "moved 1 with their password, 1 without one; there already 0; rejected 2"
    )
    assert [line.partition(": ")[0] for line in told.splitlines()] == [
        "line 3",
        "line 4",
    ]
    assert OTHER not in told
    assert stored(url, "ann@acme.example") == HASH
    assert stat.S_IMODE(Path("rejected.jsonl").stat().st_mode) == 0o600
    bob, cat = map(json.loads, Path("rejected.jsonl").read_text().splitlines())
    assert bob["rejected"]["code"] == "address_malformed"
    assert (cat["password_hash"], cat["rejected"]["code"]) == (OTHER, "hash_unusable")

    mended = [{**bob, "address": "bob@acme.example"}, {**cat, "password_hash": HASH}]
    Path("mended.jsonl").write_text("\n".join(map(json.dumps, mended)))
    said, _ = run("file", "mended.jsonl", code=1)

    assert stored(url, "cat@acme.example") == HASH
    assert said == (
        "moved 1 with their password, 1 without one; there already 0; rejected 1"
    )


def test_a_dry_run_stores_nothing(url):
    Path("people").write_text(f"address,password_hash\nann@acme.example,{HASH}\n")

    said, _ = run("file", "people", "--format", "csv", "--dry-run")

    assert said.startswith("would move 1 with their password")
    assert stored(url, "ann@acme.example") is None


def test_the_counts_are_told_to_another_program(url):
    Path("people.csv").write_text(
        f"address,password_hash\nann@acme.example,{HASH}\n,\n"
    )

    said, told = run("file", "people.csv", "--json", code=1)

    assert json.loads(said) == {
        "with_password": 1,
        "without_password": 0,
        "already_there": 0,
        "rejected": 1,
    }
    assert "rejected" not in told


@pytest.mark.parametrize(
    ("kind", "table", "active"),
    [("django", "auth_user", "is_active"), ("flask-security", "user", "active")],
)
def test_a_table_is_taken_over(url, tmp_path, kind, table, active):
    for name in (table, "members"):
        with sqlite3.connect(tmp_path / "old.db") as raw:
            raw.execute(f"CREATE TABLE {name} (id INTEGER, email, password, {active})")
            raw.execute(
                f"INSERT INTO {name} VALUES (1, 'ann@{name[:4]}.example', ?, 1)",  # noqa: S608 -- our own names
                (HASH,),
            )
        raw.close()
    old = f"sqlite:///{tmp_path}/old.db"

    first, _ = run(kind, "--from", old)
    second, _ = run(kind, "--from", old, "--table", "members", "--tenant", "acme")

    assert first == second
    assert stored(url, f"ann@{table[:4]}.example") == HASH
    assert stored(url, "ann@memb.example") == HASH


def test_a_table_that_is_not_there_says_what_was_looked_for(url, tmp_path):
    _, told = run("django", "--from", f"sqlite:///{tmp_path}/none.db", code=2)

    assert "auth_user" in told
    assert "Before that: moved 0" in told


def test_who_never_confirmed_is_told_and_trusted_by_an_option_only(url, tmp_path):
    with sqlite3.connect(tmp_path / "old.db") as raw:
        raw.execute("CREATE TABLE user (id, email, password, active, confirmed_at)")
        raw.execute(
            "INSERT INTO user VALUES (1, 'ann@acme.example', ?, 1, NULL)", (HASH,)
        )
    raw.close()
    old = ("flask-security", "--from", f"sqlite:///{tmp_path}/old.db")

    _, told = run(*old, "--rejected", "rejected.jsonl", code=1)

    assert "address_unconfirmed" in told
    assert stored(url, "ann@acme.example") is None
    # As it stands there, the file changes nothing.
    _, told = run("file", "rejected.jsonl", code=1)
    assert "address_unconfirmed" in told

    run(*old, "--trust-unconfirmed")

    assert stored(url, "ann@acme.example") == HASH


def test_the_rejected_lines_of_a_broken_file_are_kept_whole(url):
    Path("people.csv").write_text(
        'address,language\nann@acme.example,"en\nbob@acme.example,\n'
    )

    said, told = run("file", "people.csv", "--rejected", "rejected.jsonl", code=1)

    assert said.startswith("moved 0 with their password, 1 without one")
    assert told.startswith("line 2: no CSV")
    [kept] = map(json.loads, Path("rejected.jsonl").read_text().splitlines())
    assert kept[""] == 'ann@acme.example,"en'


def test_a_first_line_that_is_no_csv_is_told(url):
    Path("people.csv").write_text('address,"language\nann@acme.example,\n')

    _, told = run("file", "people.csv", code=2)

    assert "first line" in told


def test_a_url_of_no_database_is_told(url):
    _, told = run("django", "--from", "nonsense", code=2)

    assert "no URL of a database" in told


def test_the_file_that_is_read_is_never_written_over(url):
    Path("people.csv").write_text("address\nann@acme.example\n")

    _, told = run("file", "people.csv", "--rejected", "people.csv", code=2)

    assert "cannot be written" in told
    assert Path("people.csv").read_text() == "address\nann@acme.example\n"


def test_a_password_of_the_old_database_is_no_argument(url):
    _, told = run("django", "--from", "postgresql://u:secret@h/db", code=2)

    assert "SECURELOGIN_IMPORT_URL" in told
    assert "secret" not in told.replace("securelogin", "")
