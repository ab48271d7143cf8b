"""No query of the audit trail reads the table, or an index of it, from end to end."""

from __future__ import annotations

import pytest
from django.db import connections

from securelogin.audit import START, ChainHead
from securelogin.django.store import DjangoStore
from securelogin.testing.values import AT, HOUR, TICK, audit_record
from tests.django.databases import served
from tests.stores.test_plans import EXPLAIN, read_whole

CHAINS, RECORDS = 20, 1_000


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def alias(request, tmp_path_factory):
    with served(request.param, tmp_path_factory.mktemp("db")) as alias:
        DjangoStore(using=alias).audit.append(
            [
                audit_record(
                    f"c{chain}",
                    number,
                    account=f"a{number}",
                    subject=f"u{number}",
                    written_at=AT + number * TICK,
                )
                for chain in range(CHAINS)
                for number in range(1, RECORDS + 1)
            ]
        )
        with connections[alias].cursor() as cursor:
            cursor.execute("ANALYZE")
        yield alias


@pytest.fixture
def connection(alias):
    return connections[f"securelogin:{alias}"]


@pytest.fixture
def explained(connection):
    """Return what the database would read from end to end for a query."""

    def explained(text, values=()):
        with connection.cursor() as cursor:
            cursor.execute(EXPLAIN[connection.vendor] + text, values)
            plan = cursor.fetchall()
        return read_whole(connection.vendor, plan, text)

    return explained


@pytest.mark.parametrize(
    "ask",
    [
        lambda audit: audit.page(START, limit=10),
        lambda audit: audit.page(ChainHead(chain="c7", number=70), limit=10),
        lambda audit: audit.page(ChainHead(chain="c7", number=995), limit=10),
        lambda audit: audit.heads(before=AT + HOUR, limit=10),
        lambda audit: audit.heads(before=AT + 9 * TICK, limit=100),
        lambda audit: audit.purge("c1", through=2, limit=10),
        lambda audit: audit.erase("a7", ["u7"]),
    ],
)
def test_every_query_goes_by_an_index(alias, connection, explained, ask):
    heard = []

    def hear(execute, text, values, many, context):
        heard.append((text, values))
        return execute(text, values, many, context)

    audit = DjangoStore(using=alias).audit
    with connection.execute_wrapper(hear):
        ask(audit)

    assert heard
    assert [explained(text, values) for text, values in heard] == [[]] * len(heard)


@pytest.mark.parametrize(
    "query",
    [
        """SELECT * FROM securelogin_storedaudit a WHERE NOT EXISTS (
        SELECT 1 FROM securelogin_storedaudit b
        WHERE b.chain = a.chain AND b.number > a.number)""",
        "SELECT chain, max(number) FROM securelogin_storedaudit GROUP BY chain, kind",
    ],
)
def test_a_query_without_an_index_would_be_seen(explained, query):
    assert explained(query) != []
