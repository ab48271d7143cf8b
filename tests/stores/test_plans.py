"""No query reads a table, or an index, from end to end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.stores.filled import fill
from tests.stores.listening import listening
from tests.stores.places import Place
from tests.stores.verbs import every_statement, use_every_verb

SYNC = ["sqlite", "psycopg", "pymysql"]
ENDS_EARLY = {
    "Statements.sample": "goes along the key, and ends when it has enough",
    "Statements.edge": "goes along the index to its millionth row; one hit in 16,384",
}
EXPLAIN = {
    "sqlite": "EXPLAIN QUERY PLAN ",
    "postgresql": "EXPLAIN (FORMAT JSON) ",
    "mariadb": "EXPLAIN FORMAT=JSON ",
}


def read_whole(kind: str, plan: Any, text: str) -> list[Any]:
    """Name what a plan reads from end to end: tables, and indexes."""
    if kind == "sqlite":
        made = re.findall(r"(\w+)(?:\(\w+\))? AS\s*\(|\) AS (\w+)", text)
        own = {name for pair in made for name in pair}
        scanned = (re.match(r"SCAN (\w+)", row[-1]) for row in plan)
        names = [found[1] for found in scanned if found]
        return [name for name in names if name not in {*own, "CONSTANT"}]
    told = plan[0][0]
    told = json.loads(told) if isinstance(told, str) else told
    if kind == "postgresql":
        return [node for node in nodes(told, "Node Type") if is_whole_in_postgres(node)]
    # What it has made itself stands in angle brackets.
    return [
        node
        for node in nodes(told, "table_name")
        if node["table_name"][0] != "<" and node["access_type"] in {"ALL", "index"}
    ]


def is_whole_in_postgres(node: dict[str, Any]) -> bool:
    by_index = node["Node Type"] in {"Index Scan", "Index Only Scan"}
    return node["Node Type"] == "Seq Scan" or (by_index and "Index Cond" not in node)


def nodes(plan: Any, has: str) -> Iterator[dict[str, Any]]:
    """Return every part of a plan that has a word."""
    if isinstance(plan, dict):
        if has in plan:
            yield plan
        plan = [*plan.values()]
    if isinstance(plan, list):
        for part in plan:
            yield from nodes(part, has)


def explained(place: Place, text: str, values: Any = ()) -> list[Any]:
    """Return what the database would read from end to end for a query."""
    with place.plain.connect() as connection:
        plan = connection.exec_driver_sql(EXPLAIN[place.kind] + text, values).all()
    return read_whole(place.kind, plan, text)


@pytest.fixture(scope="module", params=SYNC)
def filled(request, databases) -> Place:
    """Return a database with rows in it, which stay for the next test."""
    databases.store(request.param)
    place = databases.place(request.param)
    place.empty()
    fill(place)
    return place


@pytest.fixture(scope="module")
def used(databases, filled):
    """Return the statements of a store, and what it sent when each verb was used."""
    store = databases.store(filled.name)
    with listening(store) as heard:
        use_every_verb(store)
    return every_statement(store), heard


def test_every_query_goes_by_an_index(filled, used):
    known, heard = used
    names = {id(statement): name for name, statement in known.items()}

    read = {
        names[id(made_of)]: found
        for made_of, text, values in heard
        if not re.match(r"INSERT(?!.*SELECT)", text, re.DOTALL)
        and (found := explained(filled, text, values))
    }

    assert {name: read[name] for name in read if name not in ENDS_EARLY} == {}


def test_every_statement_a_store_has_was_looked_at(used):
    known, heard = used
    sent = {id(one.made_of) for one in heard}

    assert [
        name for name, statement in known.items() if id(statement) not in sent
    ] == []
    assert len(known) > 60


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM securelogin_attempts WHERE note = 'x' AND typed = 'y'",
        "SELECT chain, max(number) FROM securelogin_audit GROUP BY chain, written_at",
        "SELECT a.* FROM securelogin_audit AS a WHERE a.seal > 'x' ORDER BY a.chain",
    ],
)
def test_a_query_without_an_index_would_be_seen(filled, query):
    assert explained(filled, query) != []
