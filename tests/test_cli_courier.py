"""`securelogin courier` as a process: what it sends, how it stops, what it survives."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from securelogin import Audience, KeyRing, cli
from securelogin.addresses import parse_address
from securelogin.configuration import (
    Configuration,
    open_secure_login,
    open_store,
    read_configuration,
)
from securelogin.mail import OrderState
from securelogin.stores.sql import SQLStore

TEXT = """
keys_file = "keys"
[[portals]]
tenant = "acme"
name = "Acme Secure Messaging"
url = "https://portal.acme.example/secure/"
contact = "it@acme.example"
[store]
url = "sqlite:///{folder}/portal.db"
[smtp]
url = "smtp://127.0.0.1:{port}"
sender = "portal@acme.example"
[hasher]
memory = 7168
passes = 5
[pool]
size = 1
"""
PATIENCE = 30
PEOPLE = ("ann", "bob")


class SlowServer:
    """An SMTP server that answers the content of a mail only when it is let."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.has_content = threading.Event()
        self.may_answer = threading.Event()
        self.recipients: list[str] = []
        self.mails: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as line:
                self._talk(line)

    def _talk(self, line) -> None:
        def say(text: str) -> None:
            line.write(f"{text}\r\n".encode())
            line.flush()

        say("220 slow.example")
        while heard := line.readline().decode().strip():
            verb = heard.upper()
            if verb == "DATA":
                say("354 go on")
                mail = b"".join(iter(line.readline, b".\r\n")).decode()
                self.has_content.set()
                self.may_answer.wait(PATIENCE)
                self.mails.append(mail)
            if verb.startswith("RCPT"):
                self.recipients.append(heard)
            say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return

    def close(self) -> None:
        self.may_answer.set()
        self._listener.close()


@pytest.fixture
def server() -> Iterator[SlowServer]:
    server = SlowServer()
    yield server
    server.close()


@pytest.fixture
def file(tmp_path: Path, server: SlowServer) -> Path:
    """Return a configuration whose outbox holds a mail each for ann and bob."""
    (tmp_path / "keys").write_text(KeyRing.new_key())
    file = tmp_path / "securelogin.toml"
    file.write_text(TEXT.format(folder=tmp_path, port=server.port))
    with open_store(configuration(file)) as store:
        assert isinstance(store, SQLStore)
        store.create()
    order_for(file, *PEOPLE)
    return file


def order_for(file: Path, *names: str) -> None:
    """Register people: a mail is ordered for each."""
    with open_secure_login(configuration(file)) as auth:
        for name in names:
            auth.accounts.register(
                f"{name}@acme.example", tenant="acme", audience=Audience.INTERNAL
            )


def configuration(file: Path) -> Configuration:
    return read_configuration(file, environment={})


def states(file: Path) -> list[OrderState]:
    keys = [parse_address(f"{name}@acme.example").key("acme") for name in PEOPLE]
    with open_store(configuration(file)) as store:
        accounts = [account for key in keys if (account := store.accounts.find(key))]
        return [
            order.state
            for account in accounts
            for order in store.outbox.about(account.id, None)
        ]


def start(file: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if "SECURELOGIN" not in k}
    return subprocess.Popen(
        [Path(sys.executable).with_name("securelogin"), "courier", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment, "SECURELOGIN_CONFIG": str(file)},
    )


def until(is_so, *, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_mail_in_hand_is_sent_once_and_settled_when_told_to_stop(file, server, number):
    with start(file) as worker:
        assert server.has_content.wait(PATIENCE)
        worker.send_signal(number)
        time.sleep(0.2)
        was_running = worker.poll() is None
        server.may_answer.set()
        said, log = worker.communicate(timeout=PATIENCE)

    assert was_running
    assert (worker.returncode, said.splitlines()) == (
        0,
        ["sent 1, postponed 0, refused 0, dropped 0"],
    ), log
    assert len(server.mails) == 1
    assert sorted(states(file)) == [OrderState.SENT, OrderState.WAITING]
    # Nobody else is given what was in hand.
    with open_secure_login(configuration(file)) as auth:
        assert auth.courier.deliver().sent == 1
    assert sorted(server.recipients) == [
        "RCPT TO:<ann@acme.example>",
        "RCPT TO:<bob@acme.example>",
    ]


def test_idle_worker_ends_at_once_when_told(file, server):
    server.may_answer.set()
    with start(file) as worker:
        until(lambda: len(server.mails) == 2)
        worker.send_signal(signal.SIGTERM)
        said, log = worker.communicate(timeout=5)

    assert (worker.returncode, said.strip()) == (
        0,
        "sent 2, postponed 0, refused 0, dropped 0",
    ), log
    assert "@" not in said + log


def test_worker_survives_a_store_that_is_away(file, server, tmp_path):
    server.may_answer.set()
    database = tmp_path / "portal.db"
    hidden = database.rename(tmp_path / "away.db")
    # SQLite would make an empty file: a folder of that name is no database.
    database.mkdir()
    with start(file) as worker:
        assert worker.stderr is not None
        first = worker.stderr.readline()
        database.rmdir()
        hidden.rename(database)
        until(lambda: len(server.mails) == 2)
        worker.send_signal(signal.SIGTERM)
        _, log = worker.communicate(timeout=PATIENCE)

    assert "courier is held up: SQLOutbox.lease: the database failed" in first
    assert log.count("courier goes on") == 1
    assert worker.returncode == 0


def run(file: Path, *arguments: str, **environment: str | None):
    return CliRunner().invoke(
        cli.app,
        ["courier", "--config", str(file), *arguments],
        env=environment,
    )


def test_once_ends_when_nothing_is_due(file, server):
    server.may_answer.set()

    result = run(file, "--once")

    assert (result.exit_code, result.stdout) == (
        0,
        "sent 2, postponed 0, refused 0, dropped 0\n",
    )


def test_what_was_done_is_told_in_json(file, server):
    server.may_answer.set()

    result = run(file, "--once", "--json")

    told = json.loads(result.stdout)
    assert (told["sent"], told["refused"]) == (len(PEOPLE), 0)


def test_limit_ends_after_so_many(file, server):
    server.may_answer.set()

    assert run(file, "--limit", "1").stdout.startswith("sent 1,")


def test_signal_ends_the_worker_in_this_very_process(file, server):
    server.may_answer.set()

    def tell() -> None:
        until(lambda: len(server.mails) == 2)
        os.kill(os.getpid(), signal.SIGTERM)

    teller = threading.Thread(target=tell)
    teller.start()
    result = run(file)
    teller.join()

    assert (result.exit_code, result.stdout) == (
        0,
        "sent 2, postponed 0, refused 0, dropped 0\n",
    )


def test_options_go_before_the_file(file, tmp_path):
    empty = f"sqlite:///{tmp_path}/empty.db"
    store = SQLStore(empty)
    store.create()
    store.close()

    result = run(file, "--once", "--url", empty, "--smtp", "smtp://127.0.0.1:1")

    assert result.stdout == "sent 0, postponed 0, refused 0, dropped 0\n"


def test_once_with_an_outage_gives_exit_code_1(file, tmp_path):
    result = run(file, "--once", "--url", f"sqlite:///{tmp_path}/none/x.db")

    assert result.exit_code == 1


def test_once_ends_where_it_would_wait_for_the_mail_server(file):
    order_for(file, "carol", "dan", "eve")

    result = run(file, "--once", "--smtp", "smtp://127.0.0.1:1")

    assert (result.exit_code, result.stdout) == (
        1,
        "sent 0, postponed 3, refused 0, dropped 0\n",
    )


@pytest.mark.parametrize(
    ("option", "url", "variable"),
    [
        ("--url", "postgresql://u:swordfish@db/x", "SECURELOGIN_STORE_URL"),
        ("--smtp", "smtp://u:swordfish@mail", "SECURELOGIN_SMTP_PASSWORD"),
    ],
)
def test_password_in_an_argument_is_refused(file, option, url, variable):
    result = run(file, option, url)

    assert result.exit_code == 2
    assert variable in result.stderr
    assert "swordfish" not in result.output


def test_unfit_configuration_gives_exit_code_2(tmp_path):
    result = run(tmp_path / "none.toml")

    assert result.exit_code == 2
    assert "none.toml" in result.stderr


def test_signal_handlers_are_put_back(file, server):
    server.may_answer.set()
    before = [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)]

    run(file, "--once")

    assert [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)] == before
