"""The question about known weaknesses, asked of a database of our own over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scripts.known_weaknesses import NONE, NOT_ASKED, SOME, faults, main
from scripts.weaknesses import Judgement

pytest.importorskip("pip_audit")


def weakness_of(name: str) -> dict[str, object]:
    span = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}
    package = {"name": name, "ecosystem": "PyPI"}
    affected = [{"package": package, "ranges": [span]}]
    return {"id": "PYSEC-0000-1", "summary": "weak", "affected": affected}


class Database(ThreadingHTTPServer):
    """Answers as OSV does: which of the names it is asked about are weak."""

    weak: frozenset[str] = frozenset()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1/query"


class Answering(BaseHTTPRequestHandler):
    server: Database

    def do_POST(self) -> None:
        size = int(self.headers["content-length"])
        name = json.loads(self.rfile.read(size))["package"]["name"]
        answer = {"vulns": [weakness_of(name)]} if name in self.server.weak else {}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def database() -> Iterator[Database]:
    with Database(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("weak", "expected"),
    [
        ({"jinja2"}, (NONE, "no known weakness")),
        ({"jinja2", "typer"}, (SOME, "typer 0.29.2: PYSEC-0000-1, mended in 99")),
        # It answers, and knows nothing: so would a mirror.
        (set(), (NOT_ASKED, "NOT ASKED")),
    ],
    ids=["none", "one", "knows nothing"],
)
def test_only_a_database_that_knows_a_weakness_is_believed(
    database, tmp_path, capsys, weak, expected
):
    database.weak = frozenset(weak)
    pins = tmp_path / "pins.txt"
    pins.write_text("typer==0.29.2\nitsdangerous==2.2.0\n", "utf-8")

    ended = main(["-s", "osv", "--osv-url", database.url], pins=pins)

    code, said = expected
    assert ended == code
    assert said in capsys.readouterr().out


def test_where_no_database_can_be_reached_that_is_said(tmp_path, capsys):
    pins = tmp_path / "pins.txt"
    pins.write_text("typer==0.29.2\n", "utf-8")

    # A port on which nobody may listen.
    ended = main(["-s", "osv", "--osv-url", "http://127.0.0.1:1/"], pins=pins)

    assert ended == NOT_ASKED
    assert "NOT ASKED" in capsys.readouterr().out


def test_a_version_that_was_not_looked_up_is_a_fault_and_a_judged_advisory_is_none():
    report = {
        "dependencies": [
            {"name": "own", "skip_reason": "Dependency not found"},
            {
                "name": "typer",
                "version": "1",
                "vulns": [
                    {"id": "A", "fix_versions": ["2"]},
                    {"id": "B", "fix_versions": []},
                ],
            },
        ]
    }

    judged = {"A": Judgement("we call none of it")}
    assert [*faults(report, today=date(2026, 11, 29), judged=judged)] == [
        "own: not looked up: Dependency not found",
        "typer 1: B, mended in no version",
    ]


def test_an_advisory_that_was_judged_by_another_of_its_numbers_is_no_fault():
    weakness = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": []}
    report = {"dependencies": [{"name": "a", "version": "1", "vulns": [weakness]}]}
    judged = {"CVE-1": Judgement("may wait", until=date(2026, 12, 1))}

    assert not [*faults(report, today=date(2026, 12, 1), judged=judged)]
    assert [*faults(report, today=date(2026, 12, 2), judged=judged)]
