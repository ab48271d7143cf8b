from __future__ import annotations

import sys

import pytest

from securelogin import (
    AsyncSecureLogin,
    Audience,
    KeyRing,
    SecureLogin,
    WiringError,
)
from securelogin.configuration import (
    Configuration,
    open_async_secure_login,
    open_async_store,
    open_secure_login,
    open_store,
    read_configuration,
)
from securelogin.stores.combined import CombinedStore
from securelogin.stores.redis import AsyncRedisStore, RedisStore
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from tests.wiring import LOOP

TEXT = """
[[portals]]
tenant = "acme"
name = "Acme Secure Messaging"
url = "https://portal.acme.example/secure/"
contact = "it@acme.example"

[store]
url = "sqlite:///{folder}/portal.db"

[smtp]
url = "smtp://127.0.0.1:1"
sender = "portal@acme.example"
{more}
"""
REDIS = '[redis]\nurl = "redis://127.0.0.1:1/0"\n'


@pytest.fixture
def configured(tmp_path):
    def read(more: str = "", **variables: str) -> Configuration:
        file = tmp_path / "securelogin.toml"
        file.write_text(TEXT.format(folder=tmp_path, more=more))
        variables = {"SECURELOGIN_KEYS": KeyRing.new_key(), **variables}
        return read_configuration(file, environment=variables)

    return read


def create(configuration: Configuration) -> None:
    with open_store(configuration) as store:
        assert isinstance(store, SQLStore)
        store.create()


def test_login_is_wired_with_what_is_set(configured):
    configuration = configured("[limits]\ntries = 4\n[pool]\nsize = 1\n")
    create(configuration)

    with open_secure_login(configuration) as auth:
        auth.accounts.register(
            "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
        )
        done = auth.courier.deliver()

    assert isinstance(auth, SecureLogin)
    assert auth.installation.policy.limits.tries == 4
    assert done.postponed == 1


def test_async_login_is_wired_with_what_is_set(configured):
    configuration = configured("[pool]\nsize = 1\n")
    create(configuration)

    async def play() -> AsyncSecureLogin:
        async with open_async_secure_login(configuration) as auth:
            await auth.accounts.register(
                "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
            )
            assert (await auth.courier.deliver()).postponed == 1
            return auth

    assert isinstance(LOOP.run(play()), AsyncSecureLogin)


def test_redis_keeps_counters_and_sessions(configured):
    with open_store(configured(REDIS)) as store:
        assert isinstance(store, CombinedStore)
        assert type(store.sessions).__module__.startswith(RedisStore.__module__)

    async def look() -> None:
        async with open_async_store(configured(REDIS)) as store:
            assert isinstance(store, CombinedStore)
            assert type(store.counters).__module__ == AsyncRedisStore.__module__

    LOOP.run(look())


def test_async_store_alone_is_the_database(configured):
    async def look() -> None:
        async with open_async_store(configured()) as store:
            assert isinstance(store, AsyncSQLStore)

    LOOP.run(look())


@pytest.mark.parametrize("name", ["keys", "smtp.url", "smtp.sender", "store.url"])
def test_what_is_needed_and_not_set_is_named(configured, tmp_path, name):
    table, _, setting = name.rpartition(".")
    lines = TEXT.format(folder=tmp_path, more="").splitlines()
    if table:
        start = lines.index(f"[{table}]")
        del lines[next(n for n in range(start, 99) if lines[n].startswith(setting))]
    (tmp_path / "less.toml").write_text("\n".join(lines))
    keys = {} if name == "keys" else {"SECURELOGIN_KEYS": KeyRing.new_key()}
    configuration = read_configuration(tmp_path / "less.toml", environment=keys)

    with (
        pytest.raises(WiringError) as caught,
        open_secure_login(configuration),
    ):
        pass

    assert caught.value.setting == name
    assert "SECURELOGIN_" in caught.value.cure


@pytest.mark.parametrize(
    ("module", "extra"),
    [("securelogin.stores.sql", "sql"), ("securelogin.stores.redis", "redis")],
)
def test_missing_extra_is_named(configured, monkeypatch, module, extra):
    configuration = configured(REDIS)
    monkeypatch.setitem(sys.modules, module, None)

    async def look() -> None:
        async with open_async_store(configuration):
            pass

    with pytest.raises(WiringError, match=rf"securelogin\[{extra}\]"):
        LOOP.run(look())
    with (
        pytest.raises(WiringError, match=rf"securelogin\[{extra}\]"),
        open_store(configuration),
    ):
        pass


def test_missing_extra_of_the_async_mailer_is_named(configured, monkeypatch):
    configuration = configured()
    monkeypatch.setitem(sys.modules, "securelogin.mailers.aio_smtp", None)

    async def look() -> None:
        async with open_async_secure_login(configuration):
            pass

    with pytest.raises(WiringError, match=r"securelogin\[smtp\]"):
        LOOP.run(look())
