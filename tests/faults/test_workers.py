"""Four worker processes on one PostgreSQL under load; one is killed in the middle."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from securelogin import Audience, ChangeRequired, Granted, KeyRing
from securelogin.accounts import AccountId
from securelogin.attempts import Attempt, Client
from securelogin.credentials import KEPT_MARKS, Credential
from securelogin.hidden import Hidden
from securelogin.mail import MailKind, OrderState
from securelogin.passwords import Match
from securelogin.sessions import session_digest
from securelogin.temporary import fingerprints
from tests.faults.seen import seen_in_database
from tests.faults.working import ALWAYS, HITS, wired
from tests.wiring import PASSWORD, URL, Inbox, cheap_hasher

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 100
LATER = timedelta(minutes=16)
WORKERS = 4
PEOPLE = [f"person.{n}@acme.example" for n in range(6)]
CLIENT = Client(ip="198.51.100.9", user_agent="Firefox/140")


class Crew:
    """Four workers; what each told stands in a file of its own."""

    def __init__(self, folder: Path, task: dict[str, object]) -> None:
        self.files = [folder / f"{who}.jsonl" for who in range(WORKERS)]
        self.processes = []
        for who, file in enumerate(self.files):
            with file.open("w", encoding="utf-8") as told:
                process = subprocess.Popen(
                    [sys.executable, "-m", "tests.faults.working"],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=told,
                    text=True,
                )
            self.processes.append(process)
            with process.stdin:
                # The last one would go on: it is to be killed, however slow all are.
                rounds = 100 * ROUNDS if who == WORKERS - 1 else ROUNDS
                told = {**task, "who": who, "rounds": rounds}
                process.stdin.write(json.dumps(told) + "\n")

    def kill_one(self) -> None:
        """Kill the last one once it has done a good part of its work."""
        end = time.monotonic() + 60
        while len(self.told(WORKERS - 1)) < 40 and time.monotonic() < end:
            time.sleep(0.05)
        self.processes[-1].send_signal(signal.SIGKILL)

    def told(self, who: int) -> list[dict[str, str]]:
        lines = self.files[who].read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def ends(self) -> list[int]:
        return [process.wait(120) for process in self.processes]


@pytest.mark.slow
def test_four_workers_of_whom_one_is_killed_lose_nothing(databases, tmp_path):
    store, place = databases.store("psycopg"), databases.place("psycopg")
    place.empty()
    key, hasher = KeyRing.new_key(), cheap_hasher()
    inbox = Inbox()
    auth, own = wired(place.text, key, inbox)
    accounts = settled(auth, store, hasher)

    order = {"url": place.text, "key": key, "people": PEOPLE, "password": PASSWORD}
    crew = Crew(tmp_path, order)
    crew.kill_one()
    ends = crew.ends()

    told = [one for who in range(WORKERS) for one in crew.told(who)]
    assert ends == [0, 0, 0, -signal.SIGKILL]
    assert [one for one in told if one["kind"] == "unavailable"] == []
    seen = seen_in_database(place.plain)
    counters_are_exact(store, told)
    for address, account in accounts.items():
        mine = [one for one in told if address in (one.get("of"), one.get("to"))]
        credential = seen.credentials[account]
        mailed_ones_live_or_were_superseded(mine, credential, seen, KeyRing(key))
        one_password_opens(mine, credential, hasher)
        no_session_survives(auth, mine, credential, seen)
    own.close()
    # When every lease has ended.
    later, own = wired(place.text, key, inbox, lambda: datetime.now(UTC) + LATER)
    everybody_gets_in(later, inbox)
    own.close()


def settled(auth, store, hasher) -> dict[str, AccountId]:
    """Register everybody, each with PASSWORD; return their ids by address."""
    accounts: dict[str, AccountId] = {}
    for address in PEOPLE:
        stored = auth.accounts.register(
            address, tenant="acme", audience=Audience.INTERNAL
        )
        accounts[address] = account = stored.account.id
        hashed = hasher.hash(Hidden(PASSWORD), account=account)
        store.credentials.add(Credential(account=account, password_hash=hashed))
    return accounts


def counters_are_exact(store, told) -> None:
    hits = sum(one["kind"] == "hit" for one in told)
    assert hits > 100
    total = store.counters.hit({HITS: ALWAYS}, at=datetime.now(UTC))[HITS] - 1
    # Who was killed may have counted and not yet told of it.
    assert total in (hits, hits + 1)


def mailed_ones_live_or_were_superseded(told, credential, seen, keys) -> None:
    mailed = [
        fingerprints(Hidden(one["secret"]), account=credential.account, keys=keys)[0]
        for one in told
        if one["kind"] == "mailed"
    ]
    dead = [one.fingerprint for one in credential.dead]
    live = "" if credential.temporary is None else credential.temporary.fingerprint
    # Only the last few that died are remembered.
    assert len(dead) == KEPT_MARKS or set(mailed) <= {*dead, live}
    assert mailed.count(live) <= 1
    # Stored by the one that was killed, and not mailed: then its order is still there.
    waiting = [
        order
        for order in seen.orders.values()
        if order.kind is MailKind.TEMPORARY_PASSWORD
        and order.state is OrderState.WAITING
    ]
    assert not live or live in mailed or waiting


def one_password_opens(told, credential, hasher) -> None:
    tried = {PASSWORD, *(one["password"] for one in told if one["kind"] == "trying")}
    opening = [
        typed
        for typed in tried
        if hasher.check(
            Hidden(typed), stored=credential.password_hash, account=credential.account
        )
        is Match.RIGHT
    ]
    assert len(opening) == 1


def no_session_survives(auth, told, credential, seen) -> None:
    tokens = [one["token"] for one in told if one["kind"] == "session"]
    for token in tokens:
        row = seen.sessions[session_digest(token)]
        is_live = auth.sessions.resolve(token) is not None
        assert is_live is (row.generation == credential.generation)


def everybody_gets_in(auth, inbox) -> None:
    """Take up what was left, and let each person in by the newest mail."""
    for address in PEOPLE:
        auth.reset.request(address=address, url=URL, client=CLIENT)
    while auth.courier.deliver().sent:
        pass
    newest = {
        mail.to.text: mail.secrets["password"].reveal()
        for mail in inbox.mails
        if mail.kind is MailKind.TEMPORARY_PASSWORD
    }
    for address in PEOPLE:
        required = check(auth, address, newest[address])
        assert isinstance(required, ChangeRequired)
        chosen = "the last harbour of the evening"
        auth.passwords.complete(required.ticket, chosen, client=CLIENT)
        assert isinstance(check(auth, address, chosen), Granted)


def check(auth, address, password):
    return auth.login.check(
        Attempt(address=address, password=password, url=URL, client=CLIENT)
    )
