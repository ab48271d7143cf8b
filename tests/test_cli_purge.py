"""`securelogin purge` deletes what is overdue, and only counts it if told so."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from securelogin import cli
from securelogin.stores.sql import SQLStore
from securelogin.testing.values import attempt, session

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of a database with three attempts and an old session."""
    monkeypatch.chdir(tmp_path)
    Path("securelogin.toml").write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/portal.db"\n'
        '[retention]\nattempts = "30 days"\n'
    )
    url = f"sqlite:///{tmp_path}/portal.db"
    store = SQLStore(url)
    store.create()
    for days in (1, 40, 50):
        store.attempts.record(attempt(f"R{days}", at=NOW - days * DAY))
    store.sessions.add(session(until=NOW - 91 * DAY))
    store.close()
    return url


def run(*arguments: str) -> list[str]:
    result = CliRunner().invoke(cli.app, ["purge", *arguments])
    assert result.exit_code == 0, result.output
    lines = (line.split() for line in result.stdout.splitlines())
    return [f"{name} {count}" for name, count in lines if count != "0"]


def test_dry_run_counts_and_deletes_nothing(url):
    expected = ["kept overdue", "sessions 1", "attempts 2"]

    assert run("--dry-run") == expected
    assert run("--dry-run") == expected


def test_purge_deletes_once(url):
    assert run() == ["kept deleted", "sessions 1", "attempts 2"]
    assert run("--url", url) == ["kept deleted"]


@pytest.mark.parametrize(
    ("options", "name"), [(["--dry-run"], "overdue"), ([], "deleted")]
)
def test_counts_are_told_in_json(url, options, name):
    result = CliRunner().invoke(cli.app, ["purge", "--json", *options])

    counts = json.loads(result.stdout)[name]
    assert {kind: n for kind, n in counts.items() if n} == {
        "sessions": 1,
        "attempts": 2,
    }


def test_limit_bounds_each_kind(url):
    assert run("--limit", "1") == ["kept deleted", "sessions 1", "attempts 1"]


def test_store_that_is_away_gives_exit_code_2(url, tmp_path):
    away = f"sqlite:///{tmp_path}/none/x.db"

    result = CliRunner().invoke(cli.app, ["purge", "--url", away])

    assert result.exit_code == 2
    assert "SQLRetention.purge: the database failed" in result.stderr
    assert result.stderr.endswith(". `securelogin doctor` looks at the store.\n")
