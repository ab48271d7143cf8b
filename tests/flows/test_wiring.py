"""A misconfiguration fails when it is wired, naming the setting and the cure."""

from __future__ import annotations

from typing import Any

import pytest

from securelogin import AsyncSecureLogin, KeyRing, SecureLogin, WiringError
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from tests.wiring import ACME, AsyncInbox, Inbox


class NoOutbox:
    """A store that somebody has not finished."""

    def __init__(self, inner: Any) -> None:
        for part in (
            "accounts",
            "credentials",
            "links",
            "sessions",
            "counters",
            "attempts",
        ):
            setattr(self, part, getattr(inner, part))


class Deaf:
    """A mailer without a voice."""


def wire(colour: str, **changed: Any) -> Any:
    is_sync = colour == "sync"
    kind: Any = SecureLogin if is_sync else AsyncSecureLogin
    parts = {
        "portals": [ACME],
        "keys": KeyRing(KeyRing.new_key()),
        "store": MemoryStore() if is_sync else AsyncMemoryStore(),
        "mailer": Inbox() if is_sync else AsyncInbox(),
    }
    return kind(**parts | changed)


def other(colour: str, sync: Any, asynchronous: Any) -> Any:
    return asynchronous if colour == "sync" else sync


def test_what_fits_is_wired(colour):
    assert wire(colour).login is not None


def test_a_store_without_a_part_is_refused_by_name(colour):
    inner = MemoryStore() if colour == "sync" else AsyncMemoryStore()

    with pytest.raises(WiringError, match="NoOutbox has no outbox") as caught:
        wire(colour, store=NoOutbox(inner))

    assert caught.value.setting == "store"


def test_a_store_of_the_other_colour_is_refused(colour):
    store = other(colour, MemoryStore(), AsyncMemoryStore())

    with pytest.raises(WiringError, match="AsyncSecureLogin takes async adapters"):
        wire(colour, store=store)


def test_a_mailer_of_the_other_colour_is_refused(colour):
    with pytest.raises(WiringError) as caught:
        wire(colour, mailer=other(colour, Inbox(), AsyncInbox()))

    assert caught.value.setting == "mailer"


def test_what_is_no_mailer_is_refused(colour):
    with pytest.raises(WiringError, match="Deaf has no method send"):
        wire(colour, mailer=Deaf())


def test_an_authority_of_a_domain_that_never_matches_is_refused(colour):
    with pytest.raises(WiringError, match=r"Write 'corp\.example'"):
        wire(colour, authorities={"CORP.example": None})


@pytest.mark.parametrize("setting", ["permissions", "breaches", "own_accounts"])
def test_an_adapter_that_is_none_is_refused_by_its_setting(colour, setting):
    with pytest.raises(WiringError) as caught:
        wire(colour, **{setting: Deaf()})

    assert caught.value.setting == setting
