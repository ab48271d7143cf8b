"""Whether what is said to a server can be heard beyond this machine."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy.engine import URL

from securelogin.configuration import HiddenURL, StoreSettings
from securelogin.doctor.databases import _ENCRYPTED, look_at
from securelogin.doctor.ways import stays_here
from tests.doctor.live import own_address
from tests.stores.proxy import proxied
from tests.stores.servers import server

FORMS = {
    "host of the URL": ("postgresql", lambda url: url),
    "host of the query": (
        "postgresql",
        lambda url: url.set(host="127.0.0.1", query={"host": url.host}),
    ),
    "host of the query alone": (
        "postgresql",
        lambda url: URL.create(
            url.drivername,
            username=url.username,
            password=url.password,
            database=url.database,
            query={"host": url.host, "port": str(url.port)},
        ),
    ),
    "address beside a name": (
        "postgresql",
        lambda url: url.set(host="127.0.0.1", query={"hostaddr": url.host}),
    ),
    "host of MariaDB's URL": ("mariadb", lambda url: url),
    "host of MariaDB's query": (
        "mariadb",
        lambda url: url.set(host="127.0.0.1", query={"host": url.host}),
    ),
}


def asked(url):
    return look_at(
        StoreSettings(url=HiddenURL(url.render_as_string(hide_password=False)))
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_clear_connection_that_leaves_is_seen_however_its_host_is_written(form):
    kind, written = FORMS[form]
    with server(kind) as url, proxied(url, address=own_address()) as proxy:
        facts = asked(written(proxy.url()))

    assert (facts.problem, facts.encrypted) == ("", False)


def test_a_name_in_the_url_counts_for_nothing_beside_the_address():
    with server("postgresql") as url, proxied(url) as proxy:
        there = proxy.url()
        away = there.set(host="db.acme.example", query={"hostaddr": there.host})
        facts = asked(away)

    assert (facts.problem, facts.encrypted) == ("", True)


def connected(driver, answer):
    """Return what SQLAlchemy makes of a driver's connection, as far as it is asked."""
    return SimpleNamespace(
        connection=SimpleNamespace(driver_connection=driver), scalar=lambda _: answer
    )


@pytest.mark.parametrize(
    ("address", "host", "tls", "kerberos", "encrypted"),
    [
        ("192.0.2.7", "localhost", False, False, False),
        ("192.0.2.7", "db", True, False, True),
        ("192.0.2.7", "db", False, True, True),
        ("", "/run/postgresql", False, False, True),
    ],
)
def test_postgresql_is_told_by_its_driver(address, host, tls, kerberos, encrypted):
    driver = SimpleNamespace(
        info=SimpleNamespace(hostaddr=address, host=host),
        pgconn=SimpleNamespace(ssl_in_use=tls),
    )

    assert _ENCRYPTED["postgresql"](connected(driver, kerberos)) is encrypted


@pytest.mark.parametrize(
    ("path", "host", "tls", "encrypted"),
    [
        (None, "db", 0, False),
        (None, "db", 1, True),
        ("/run/mysqld/mysqld.sock", "db", 0, True),
    ],
)
def test_mariadb_is_told_by_its_driver(path, host, tls, encrypted):
    driver = SimpleNamespace(unix_socket=path, host=host)

    assert _ENCRYPTED["mariadb"](connected(driver, tls)) is encrypted


@pytest.mark.parametrize(
    "host",
    ["", "localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "::1", "/run/x", "@x"],
)
def test_what_stays_on_this_machine(host):
    assert stays_here(host)


@pytest.mark.parametrize(
    "host", ["192.0.2.7", "fe80::1%eth0", "db", "localhost.acme.example"]
)
def test_what_leaves_this_machine(host):
    assert not stays_here(host)
