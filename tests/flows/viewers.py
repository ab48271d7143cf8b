"""Who looks around at the support desk, and what is recorded of it."""

from __future__ import annotations

from securelogin import Viewer
from securelogin.attempts import Span
from tests.wiring import START

CAROL = Viewer.administrator("carol", tenant="acme")
ANN = Viewer.sender("ann", tenant="acme", address="ann@acme.example")


# -- look-ups are counted and recorded --


def recorded(wired, tenant="acme"):
    span = Span(tenant=tenant, after=START, before=wired.clock.at)
    records = wired.store.attempts.near(span)
    return [one for one in records if one.operation.value.startswith("support")]
