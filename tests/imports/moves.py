"""Records to move, and the moving of them."""

from __future__ import annotations

from securelogin.addresses import parse_address
from securelogin.imported_hashes import ImportedHashes
from securelogin.imports import (
    Home,
    Moved,
    Mover,
    Record,
    Rejected,
)
from securelogin.portals import Portals
from securelogin.stores.memory import MemoryStore
from tests.imported import HASHES, SALT
from tests.wiring import ACME, GLOBEX, cheap_hasher

PORTALS = Portals([ACME, GLOBEX])
HASH = next(stored for stored in HASHES.values() if stored.startswith("pbkdf2_sha256"))
HOME = Home(tenant="acme")


def record(**found: object) -> Record:
    return Record(place="line 2", found={"address": "ann@acme.example", **found})


def mover(store: MemoryStore, **options) -> Mover:
    given = {
        "hasher": cheap_hasher(imported=ImportedHashes(flask_security_salt=SALT)),
        "portals": PORTALS,
        "home": HOME,
    }
    return Mover(store=store, **{**given, **options})


def moved(store: MemoryStore, *records: Record, **options) -> list[Moved | Rejected]:
    return list(mover(store, **options).move(records))


def kept(store: MemoryStore, address: str = "ann@acme.example", tenant: str = "acme"):
    return store.accounts.find(parse_address(address).key(tenant))
