"""Portals of our own, wired for the kit for uniformity."""

from __future__ import annotations

from typing import Any

from securelogin import AsyncSecureLogin, KeyRing, Portal, SecureLogin
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.testing.uniformity import Watch

ACME = Portal(
    tenant="acme",
    name="Acme",
    url="https://portal.acme.example/",
    contact="it@acme.example",
)
GLOBEX = Portal(
    tenant="globex",
    name="Globex",
    url="https://globex.example/",
    contact="it@globex.example",
)


def wired(watch: Watch, **options: Any) -> SecureLogin:
    given = {
        "portals": [ACME, GLOBEX],
        "keys": KeyRing(KeyRing.new_key()),
        "mailer": watch.mailer,
        "hasher": watch.hasher(),
        "pool": watch.pool,
        "clock": watch.clock,
    }
    store = options.pop("store", None) or MemoryStore()
    return SecureLogin(**{**given, "store": watch.store(store), **options})


def wired_async(watch: Watch, **options: Any) -> AsyncSecureLogin:
    given = {
        "portals": [ACME, GLOBEX],
        "keys": KeyRing(KeyRing.new_key()),
        "mailer": watch.async_mailer,
        "hasher": watch.hasher(),
        "pool": watch.pool,
        "clock": watch.clock,
    }
    store = options.pop("store", None) or AsyncMemoryStore(MemoryStore())
    return AsyncSecureLogin(**{**given, "store": watch.store(store), **options})
