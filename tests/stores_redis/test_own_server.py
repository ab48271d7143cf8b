"""What can only be tried on a server of one's own: a restart, a cluster, no room."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.asyncio

from securelogin import KeyRing
from securelogin.addresses import parse_address
from securelogin.attempts import Client, Form
from securelogin.errors import Unavailable
from securelogin.evidence import Windows
from securelogin.policy import Limits
from securelogin.rules.throttle import login_counts, windows_of
from securelogin.testing.values import AT, HOUR, session
from tests.stores_redis.servers import RedisBackend
from tests.wiring import LOOP, total

ROOT = Path(__file__).parents[2]
# For a process to be ready there is nothing to wait for but time.
PAUSE = threading.Event()
KEYS = [f"key {n}" for n in range(20)]
PAGE = ROOT / "docs/how-to/count-and-keep-sessions-in-redis.md"
RING = KeyRing(KeyRing.new_key())


class OwnServer:
    """A server that keeps nothing, with a port and a process of its own."""

    def __init__(self, command: str, folder: Path, *options: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        where = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder))
        self._command = [command, *where, "--save", "", *options]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        self.client: Any = redis.Redis(port=self.port)
        self.await_word(self._pings, word=True)

    def await_word(self, ask: Callable[[], Any], /, word: object) -> None:
        """Ask until this is the answer; a server that is never ready is ended."""
        for _ in range(400):
            if ask() == word:
                return
            PAUSE.wait(0.05)
        self.kill()
        pytest.fail(f"{self._command[0]} is not ready")

    def _pings(self) -> Any:
        with suppress(redis.ConnectionError):
            return self.client.ping()
        return False

    def kill(self) -> None:
        self.client.close()
        self._process.kill()
        self._process.wait()


@pytest.fixture(params=["redis-server", "valkey-server"])
def command(request) -> str:
    found = shutil.which(request.param)
    if found is None:
        pytest.skip(f"there is no {request.param} in the PATH")
    return found


@pytest.fixture
def own(command, tmp_path) -> Iterator[OwnServer]:
    server = OwnServer(command, tmp_path)
    yield server
    server.kill()


@pytest.fixture
def cluster(command, tmp_path) -> Iterator[OwnServer]:
    """Return a cluster of one: it refuses scripts that reach into several slots."""
    server = OwnServer(command, tmp_path, "--cluster-enabled", "yes")
    server.client.execute_command("CLUSTER ADDSLOTS", *range(16384))
    info = server.client.execute_command
    server.await_word(lambda: info("CLUSTER INFO")["cluster_state"], "ok")
    yield server
    server.kill()


def named_in_docs(words: str) -> str:
    """Return what the page tells operators to write after these words."""
    (rest,) = re.findall(f"^{words} (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    return str(rest)


def tried(address: str, source: str) -> Windows:
    """Return what a log-in at this address from this source is counted by."""
    key = parse_address(address).key("acme")
    client, limits = Client(ip=source), Limits()
    return windows_of(
        login_counts(
            client=client, key=key, form=Form.LASTING, limits=limits, keys=RING
        )
    )


@pytest.mark.slow
def test_a_killed_server_is_unavailable_and_empty_when_it_is_back(own, colour):
    store = RedisBackend(own.url, colour=colour)
    store.sessions.add(session())
    for _ in range(3):
        total(store.counters, "key", at=AT, window=HOUR)

    own.kill()
    with pytest.raises(Unavailable):
        store.sessions.get("one")
    with pytest.raises(Unavailable):
        total(store.counters, "key", at=AT, window=HOUR)
    own.start()

    assert store.sessions.get("one") is None
    assert store.sessions.replace(session(), session(version=2)) is False
    assert total(store.counters, "key", at=AT, window=HOUR) == 1
    assert store.sessions.add(session()) is True
    store.close()


@pytest.mark.slow
def test_a_server_without_room_is_unavailable(own, colour):
    store = RedisBackend(own.url, colour=colour)
    store.sessions.add(session())
    own.client.config_set("maxmemory", "100kb")

    with pytest.raises(Unavailable):
        store.sessions.add(session("two"))
    with pytest.raises(Unavailable):
        total(store.counters, "key", at=AT, window=HOUR)

    assert store.sessions.get("two") is None
    assert [session()] == list(store.sessions.held_by("ann"))
    store.close()


@pytest.mark.slow
def test_a_flood_of_new_addresses_takes_no_session_in_use_and_no_count(own):
    own.client.config_set("maxmemory", "3mb")
    own.client.config_set("maxmemory-policy", named_in_docs("maxmemory-policy"))
    store = RedisBackend(own.url, colour="sync")
    guess = tried("ben@acme.example", "203.0.113.10")
    names = [f"session {n}" for n in range(50)]
    for name in names:
        store.sessions.add(session(name))

    for n in range(60):
        flood: dict[Any, Any] = {}
        for m in range(150):
            flood |= tried(f"{n}.{m}@acme.example", "198.51.100.7")
        store.counters.hit(flood, at=AT)
        hits = store.counters.hit(guess, at=AT)
        assert list(hits.values()) == [n + 1] * 3
        assert [store.sessions.get(name) is not None for name in names] == [True] * 50
        # The server's clock of what was used last goes by the second.
        PAUSE.wait(0.1)

    assert own.client.info("stats")["evicted_keys"] > 5_000
    store.close()


@pytest.mark.slow
def test_every_verb_works_in_a_cluster(cluster, colour):
    kind: Any = redis if colour == "sync" else redis.asyncio
    client = kind.RedisCluster(host="127.0.0.1", port=cluster.port)
    store = RedisBackend(client, colour=colour)

    for expected in (1, 2):
        for key in KEYS:
            assert total(store.counters, key, at=AT, window=HOUR) == expected
    together = store.counters.hit(dict.fromkeys(KEYS, HOUR), at=AT)
    assert together == dict.fromkeys(KEYS, 3)
    store.counters.reset(KEYS)
    assert {1} == {total(store.counters, key, at=AT, window=HOUR) for key in KEYS}
    for name in ("one", "two", "{three}"):
        assert store.sessions.add(session(name)) is True
    assert store.sessions.replace(session(), session(version=2)) is True
    assert store.sessions.get("one") == session(version=2)
    assert [session("{three}"), session("two"), session(version=2)] == list(
        store.sessions.held_by("ann")
    )
    if colour == "sync":
        client.close()
    else:
        LOOP.run(client.aclose())


@pytest.mark.slow
def test_the_rights_that_the_docs_name_are_enough(own, colour):
    rights = named_in_docs("ACL SETUSER portal on").replace(">…", ">geheim").split()
    own.client.execute_command("ACL SETUSER", "portal", "on", *rights)
    url = own.url.replace("//", "//portal:geheim@")
    store = RedisBackend(url, colour=colour)

    for _ in range(2):
        assert total(store.counters, "key", at=AT, window=HOUR) == 1
        store.counters.reset(["key"])
    assert store.sessions.add(session()) is True
    assert store.sessions.replace(session(), session(version=2)) is True
    assert [store.sessions.get("one")] == list(store.sessions.held_by("ann"))
    store.close()
    elsewhere = RedisBackend(url, colour=colour, prefix="other")
    with pytest.raises(Unavailable):
        elsewhere.sessions.get("one")
    elsewhere.close()
