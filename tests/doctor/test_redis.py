"""What the doctor sees of Redis, where sessions and counters are in it."""

from __future__ import annotations

import shutil

import pytest
import redis
from sqlalchemy.engine import make_url

from securelogin.configuration import HiddenURL, RedisSettings
from securelogin.doctor import RedisFacts
from securelogin.doctor.redis_servers import _is_encrypted, look_at
from tests.doctor.live import closed_port, own_address, seen
from tests.stores.proxy import proxied
from tests.stores_redis.servers import URL, require_redis
from tests.stores_redis.test_own_server import OwnServer


@pytest.fixture(scope="module", params=["redis-server", "valkey-server"])
def own(request, tmp_path_factory):
    """Run a server that may be set up as a test needs it."""
    command = shutil.which(request.param)
    if command is None:
        pytest.skip(f"there is no {request.param} in the PATH")
    server = OwnServer(command, tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


def asked(url: str) -> RedisFacts:
    return look_at(RedisSettings(url=HiddenURL(url)))


def test_the_redis_of_a_configuration_is_looked_at(file, monkeypatch):
    require_redis()
    monkeypatch.setenv("SECURELOGIN_REDIS_URL", URL)
    facts = seen(file).redis

    assert facts.problem == ""
    assert "-" in facts.policy or facts.policy == "noeviction"


@pytest.mark.parametrize("policy", ["noeviction", "volatile-ttl", "volatile-lru"])
def test_what_it_forgets_and_when_is_seen(own, policy):
    own.client.config_set("maxmemory", "64mb")
    own.client.config_set("maxmemory-policy", policy)

    assert asked(own.url) == RedisFacts(policy=policy, limit=64 << 20, encrypted=True)


def test_that_it_has_no_limit_is_seen(own):
    own.client.config_set("maxmemory", "0")

    assert asked(own.url).limit == 0


def test_a_user_that_may_not_ask_is_told_apart_from_a_server_that_is_away(own):
    own.client.execute_command("ACL SETUSER portal on >geheim ~x:* +ping +select")
    facts = asked(own.url.replace("//", "//portal:geheim@"))

    assert facts == RedisFacts(policy=None, limit=None, encrypted=True)


def test_a_password_that_is_refused_is_told_and_not_repeated(own):
    facts = asked(own.url.replace("//", "//portal:swordfish@"))

    assert facts == RedisFacts(problem="AuthenticationError.")


def test_a_redis_that_is_away_is_told():
    facts = asked(f"redis://127.0.0.1:{closed_port()}/0")

    assert facts == RedisFacts(problem="ConnectionError.")


@pytest.mark.parametrize("url", ["http://swordfish@x.example", ""])
def test_a_url_that_is_none_is_told_and_not_repeated(url):
    facts = asked(url)

    assert "no URL of a Redis server" in facts.problem
    assert "swordfish" not in facts.problem


@pytest.mark.parametrize("form", ["redis://{}:{}/0", "redis:///0?host={}&port={}"])
def test_a_clear_connection_that_leaves_is_seen_however_its_host_is_written(own, form):
    with proxied(make_url(own.url), address=own_address()) as proxy:
        there = proxy.url()
        facts = asked(form.format(there.host, there.port))

    assert (facts.problem, facts.encrypted) == ("", False)


@pytest.mark.parametrize(
    ("url", "encrypted"),
    [
        ("redis://", True),
        ("redis://[::1]/0", True),
        ("unix:///run/redis.sock", True),
        ("redis://redis.acme.example", False),
        ("rediss://redis.acme.example", True),
        ("rediss://redis.acme.example?ssl_cert_reqs=none", False),
        ("rediss://127.0.0.1?ssl_cert_reqs=none", True),
    ],
)
def test_only_tls_that_checks_the_certificate_may_leave(url, encrypted):
    assert _is_encrypted(redis.ConnectionPool.from_url(url)) is encrypted
