from __future__ import annotations

import re
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import create_engine, inspect, text

from securelogin.errors import Unavailable, WiringError
from securelogin.hidden import Hidden
from securelogin.tour import SMTPServer, take_tour
from securelogin.tour.smtp_server import LoopbackServer
from tests.wiring import cheap_hasher


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def taken(**options: Any) -> tuple[bool, str]:
    screen = StringIO()
    console = Console(file=screen, width=80)
    return take_tour(console, hasher=cheap_hasher(), **options), screen.getvalue()


def tables_of(url: str) -> list[str]:
    engine = create_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_tour_on_sqlite_and_smtp_is_as_expected_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    is_as_expected, screen = taken()

    assert is_as_expected, screen
    assert "SMTP server of the tour, smtp://127.0.0.1:" in screen
    assert list(tmp_path.iterdir()) == []


def test_kept_file_is_where_the_tour_says_and_holds_no_password(
    tmp_path: Path,
) -> None:
    _, screen = taken(keep=True)

    (path,) = tmp_path.glob("*/tour.db")
    assert f"SQLite file {path}" in screen.partition("Kept")[2]
    mailed = re.findall(r"(?m)^ +((?:[0-9A-Z]{4}-){3}[0-9A-Z]) *$", screen)
    assert len(mailed) == 1
    assert mailed[0].encode() not in path.read_bytes()
    assert b"$argon2id$" in path.read_bytes()


def test_given_database_is_left_as_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mine (id INTEGER)"))
    engine.dispose()

    is_as_expected, _ = taken(database=url)

    assert is_as_expected
    assert tables_of(url) == ["mine"]


@pytest.mark.slow
def test_given_database_keeps_the_tables_if_asked_and_takes_a_second_tour(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'portal.db'}"

    ends = [taken(database=url, keep=True) for _ in range(2)]

    assert all(is_as_expected for is_as_expected, _ in ends)
    prefixes = {re.match(r"tour_[0-9a-f]{6}_", name) for name in tables_of(url)}
    names = {found[0] for found in prefixes if found}
    assert len(names) == 2


def test_tables_that_cannot_be_removed_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "portal.db"

    def lost(*_: object, **__: object) -> bool:
        # The folder goes away during the tour.
        path.rename(tmp_path / "moved.db")
        path.mkdir()
        return True

    monkeypatch.setattr("securelogin.tour.play", lost)

    _, screen = taken(database=f"sqlite:///{path}")

    assert "Not removed" in screen
    assert "OperationalError" in screen


def test_mails_go_to_a_given_server_and_are_shown_from_a_copy() -> None:
    with LoopbackServer() as real:
        is_as_expected, screen = taken(server=SMTPServer(url=real.url))

    assert is_as_expected
    assert f"{real.url}; shown are copies of what it has accepted" in screen
    assert any(b"Subject: You have a message" in raw for raw in real.received)


def test_server_that_takes_no_mail_ends_the_story_and_is_named() -> None:
    with LoopbackServer() as gone:
        url = gone.url

    is_as_expected, screen = taken(server=SMTPServer(url=url))

    assert not is_as_expected
    assert "expected ReceivedLetter, saw nothing" in screen
    assert "Why  postponed: connect ConnectionRefusedError" in screen


def test_database_that_does_not_answer_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        taken(database=f"sqlite:///{tmp_path / 'nowhere' / 'portal.db'}")


def test_unfit_settings_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(WiringError):
        taken(server=SMTPServer(url="http://127.0.0.1"))
    with pytest.raises(WiringError):
        taken(database="not a url")

    assert list(tmp_path.iterdir()) == []


def test_password_of_a_mail_server_is_in_no_repr() -> None:
    server = SMTPServer(
        url="smtps://mail.example", user="u", password=Hidden("swordfish")
    )

    assert "swordfish" not in repr(server)
