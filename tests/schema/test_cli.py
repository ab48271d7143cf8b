"""`securelogin schema`, as it is typed."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from securelogin import cli
from securelogin.stores.sql import schema
from securelogin.stores.sql.versions import NEWEST

VARIABLE = "SECURELOGIN_STORE_URL"


def run(*arguments: str, url: object = None) -> Any:
    environment = {} if url is None else {VARIABLE: url}
    if hasattr(url, "render_as_string"):
        environment = {VARIABLE: url.render_as_string(hide_password=False)}
    return CliRunner().invoke(cli.app, ["schema", *arguments], env=environment)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("create", "The tables are there, at the newest version.\n"),
        ("upgrade", f"Brought to version {NEWEST}.\n"),
    ],
)
def test_tables_are_made_and_checked(database, command, said):
    made = run(command, url=database.url)
    checked = run("check", url=database.url)

    assert (made.exit_code, made.stdout) == (0, said)
    assert (checked.exit_code, checked.stdout) == (
        0,
        "The tables are as this version expects them.\n",
    )


def test_the_second_upgrade_says_that_there_is_nothing_to_do(file):
    run("upgrade", "--url", str(file.url))

    again = run("upgrade", "--url", str(file.url))

    assert again.stdout == "Nothing to do: the tables are at the newest version.\n"


def test_differences_are_listed_and_the_exit_code_is_1(file):
    schema.upgrade(file.url)
    file.run("DROP TABLE securelogin_outbox")
    index = "securelogin_sessions_by_account"
    file.run(f"DROP INDEX {index}")

    result = run("check", url=file.url)

    assert (result.exit_code, result.stdout.splitlines()) == (
        1,
        [
            f"securelogin_sessions: there is no index {index} on (account, began_at)",
            "securelogin_outbox: the table is missing",
        ],
    )


def test_options_name_the_tables(file):
    run("create", "--prefix", "login_", "--schema", "main", url=file.url)

    assert "id" in file.columns("login_accounts")
    assert run("check", "--prefix", "login_", url=file.url).exit_code == 0
    assert run("check", url=file.url).exit_code == 1


@pytest.mark.parametrize("dialect", schema.DIALECTS)
def test_statements_are_printed_and_nothing_else(dialect):
    result = run("sql", "--dialect", dialect)

    assert (result.exit_code, result.stdout) == (0, schema.sql(dialect))
    later = run("sql", "--dialect", dialect, "--after", NEWEST)
    assert "CREATE" not in later.stdout


def test_all_of_it_is_told_in_json(file):
    told = {
        command: json.loads(run(command, "--json", url=file.url).stdout)
        for command in ("upgrade", "create", "check")
    }

    assert told == {
        "upgrade": {"brought_to": [NEWEST]},
        "create": {"created": True},
        "check": {"differences": []},
    }
    (text,) = json.loads(run("sql", "--dialect", "sqlite", "--json").stdout).values()
    assert text == schema.sql("sqlite")


def test_differences_in_json_give_exit_code_1_too(file):
    result = run("check", "--json", url=file.url)

    assert result.exit_code == 1
    assert json.loads(result.stdout)["differences"]


@pytest.mark.parametrize("command", ["create", "upgrade", "check"])
def test_a_password_in_an_argument_is_refused_and_not_repeated(command):
    result = run(command, "--url", "postgresql://u:swordfish@127.0.0.1:1/x")

    assert result.exit_code == 2
    assert f"put the URL into {VARIABLE}" in result.stderr
    assert "swordfish" not in result.output


def test_what_cannot_be_done_is_said_in_one_sentence(tmp_path):
    result = run("upgrade", url=f"sqlite:///{tmp_path}/no/such/folder/x.db")

    assert (result.exit_code, result.stderr) == (
        2,
        "securelogin: schema.upgrade: the database failed with OperationalError.\n",
    )


def test_without_alembic_the_extra_is_named(file, monkeypatch):
    monkeypatch.delitem(sys.modules, "securelogin.stores.sql.migrations.history")
    monkeypatch.setitem(sys.modules, "alembic.operations", None)

    result = run("upgrade", url=file.url)

    assert result.exit_code == 2
    assert "pip install 'securelogin[migrations]'" in result.stderr
    # These two do without.
    assert run("create", url=file.url).exit_code == 0
    assert run("check", url=file.url).exit_code == 0


def test_without_sqlalchemy_the_extra_is_named(monkeypatch):
    monkeypatch.delitem(sys.modules, "securelogin.stores.sql.schema")
    monkeypatch.delattr("securelogin.stores.sql.schema")
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)

    result = run("check", url="sqlite://")

    assert result.exit_code == 2
    assert "pip install 'securelogin[migrations]'" in result.stderr


def test_without_a_database_the_variable_is_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    result = run("upgrade")

    assert (result.exit_code, VARIABLE in result.stderr) == (2, True)


def test_the_configuration_names_the_tables_too(file, tmp_path):
    config = tmp_path / "portal.toml"
    config.write_text(
        f'[store]\nurl = "{file.url}"\nprefix = "login_"\n', encoding="utf-8"
    )

    made = run("create", "--config", str(config))

    assert made.exit_code == 0
    assert "id" in file.columns("login_accounts")
    other = run("check", "--config", str(config), "--prefix", "other_")
    assert "other_accounts: the table is missing" in other.stdout
