"""What the doctor sees of a live configuration and its database, and tells."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from securelogin import KeyRing
from securelogin.cli import app
from securelogin.configuration import HiddenURL, StoreSettings, read_configuration
from securelogin.doctor import MailFacts, gather
from securelogin.doctor.databases import look_at
from tests.doctor.live import seen
from tests.stores.servers import server

# -- a live configuration --


def test_a_live_configuration_is_looked_at(file):
    facts = seen(file)

    assert (facts.keys, facts.peppered, facts.redis) == (1, False, None)
    assert facts.mail == MailFacts(sender="no-reply@acme.example")
    assert facts.store.kind == "sqlite"
    assert (facts.store.problem, facts.store.differences) == ("", ())
    assert (facts.store.skew, facts.store.encrypted) == (None, True)
    assert facts.machine.run > timedelta()
    assert facts.machine.cores >= 1


def test_a_pepper_is_seen(file, monkeypatch):
    monkeypatch.setenv("SECURELOGIN_HASHER_PEPPER", KeyRing.new_key())

    assert seen(file).peppered is True


def test_where_nothing_is_configured_nothing_is_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    facts = gather(read_configuration())

    assert (facts.store, facts.mail, facts.domain, facts.keys) == (None,) * 3 + (0,)
    assert (facts.redis, facts.files) == (None, ())


@pytest.mark.parametrize(
    ("url", "problem"),
    [("mysql://x/y", "mysql"), ("sqlite:////none/there/x.db", "OperationalError")],
)
def test_a_database_that_cannot_be_asked_is_told(file, monkeypatch, url, problem):
    monkeypatch.setenv("SECURELOGIN_STORE_URL", url)

    assert problem in seen(file).store.problem


def test_tables_that_cannot_be_compared_are_told(file, monkeypatch):
    monkeypatch.setenv("SECURELOGIN_STORE_PREFIX", "1 2")

    assert "prefix" in seen(file).store.problem


def test_tables_that_are_not_there_are_told(file, monkeypatch, tmp_path):
    monkeypatch.setenv("SECURELOGIN_STORE_URL", f"sqlite:///{tmp_path}/empty.db")

    assert len(seen(file).store.differences) > 1


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_tells_its_clock_and_what_survives_a_crash(kind):
    with server(kind) as url:
        told = url.render_as_string(hide_password=False)
        facts = look_at(StoreSettings(url=HiddenURL(told)))

    assert facts.problem == ""
    assert abs(facts.skew) < timedelta(seconds=5)
    assert facts.durable in (True, False)
    assert facts.isolation.lower().replace("-", " ") in (
        "read committed",
        "repeatable read",
    )
    assert facts.encrypted is True


def test_without_a_url_there_is_nothing_to_ask():
    assert look_at(StoreSettings()).problem == "there is no URL."


def test_without_migrations_tables_are_not_compared(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "securelogin.stores.sql.schema", None)
    monkeypatch.delattr("securelogin.stores.sql.schema", raising=False)

    assert seen(file).store.differences is None


def test_without_sqlalchemy_the_extra_is_named(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "securelogin.doctor.databases", None)

    assert "is not installed" in seen(file).store.problem


def test_without_redis_py_the_extra_is_named(file, monkeypatch):
    monkeypatch.setenv("SECURELOGIN_REDIS_URL", "redis://127.0.0.1/0")
    monkeypatch.setitem(sys.modules, "securelogin.doctor.redis_servers", None)

    assert "is not installed" in seen(file).redis.problem


# -- the command --


def run(*arguments):
    return CliRunner().invoke(app, ["doctor", *arguments])


def test_the_command_tells_and_fails_where_something_is_unsafe(file, monkeypatch):
    told = run("--config", str(file))
    assert "pepper: Hashes have no pepper" in told.stdout
    assert "to mend" in told.stdout

    monkeypatch.delenv("SECURELOGIN_KEYS")
    told = run("--config", str(file), "--json")
    assert told.exit_code == 1
    checks = {row["check"]: row for row in json.loads(told.stdout)["findings"]}
    assert checks["keys"]["severity"] == "unsafe"


def test_the_map_is_told_requirement_by_requirement(file):
    told = run("--config", str(file), "--asvs").stdout
    rows = json.loads(run("--config", str(file), "--asvs", "--json").stdout)
    by_id = {row["id"]: row["is"] for row in rows["requirements"]}

    assert "6.3.8    L3  met by the library" in told
    assert by_id["6.3.8"] == "met by the library"
    assert by_id["11.2.3"] == "met by this configuration"
    assert by_id["6.5.5"] == "not met by this configuration"
    assert by_id["6.3.3"] == "yours to do"
    assert by_id["7.5.1"] == "yours to do"
    assert by_id["15.2.1"] == "yours to do"
    assert "not met" not in by_id.values()


def test_without_a_configuration_that_can_be_read_the_exit_code_is_2(file):
    file.write_text("nonsense = 7")

    assert run("--config", str(file)).exit_code == 2
