"""An audit trail over a store that can be looked into and spoilt."""

from __future__ import annotations

from datetime import timedelta

from securelogin import KeyRing
from securelogin.aio.audit_trail import AsyncAuditTrail
from securelogin.audit import Flaw
from securelogin.events import Event, EventKind
from securelogin.flows.audit_trail import AuditTrail
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from tests.wiring import Blocking, Clock

DAY = timedelta(days=1)
KEY = KeyRing.new_key()


class Kept:
    """A trail in one colour, over a store that can be looked into and spoilt."""

    def __init__(self, colour: str, store: MemoryStore | None = None, **options):
        self.store = store or MemoryStore()
        self.clock = options.pop("clock", None) or Clock()
        self.keys = options.pop("keys", None) or KeyRing(KEY)
        is_sync = colour == "sync"
        kind = AuditTrail if is_sync else AsyncAuditTrail
        carried = self.store if is_sync else AsyncMemoryStore(self.store)
        self.inner = kind(
            log=carried.audit, keys=self.keys, clock=self.clock, **options
        )
        self.trail = self.inner if is_sync else Blocking(self.inner)

    @property
    def rows(self):
        return self.store.audit._records

    def tell(self, count: int = 1, **changes) -> None:
        values = {"kind": EventKind.LOGIN_FAIL, "at": self.clock(), "operation": "x"}
        for _ in range(count):
            self.inner(Event(**(values | changes)))

    def written(self, count: int = 4) -> list:
        self.tell(count)
        self.trail.write()
        return list(self.rows)

    def flaws(self, **options) -> list[tuple[Flaw, int, int]]:
        report = self.trail.verify(**options)
        found = [(one.flaw, one.first, one.last) for one in report.discrepancies]
        assert report.is_whole is all(flaw is Flaw.OPEN for flaw, _, _ in found)
        return [one for one in found if one[0] is not Flaw.OPEN]
