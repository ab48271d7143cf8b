"""A sample of stored hashes, for the mix that unknown addresses follow."""

from __future__ import annotations

import pytest

from securelogin.credentials import Credential
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.testing.blocking import in_sync
from tests.stores.places import DRIVERS

MEMORY = {"memory": MemoryStore, "async memory": AsyncMemoryStore}


@pytest.fixture(params=[*MEMORY, *DRIVERS])
def credentials(request, databases):
    if request.param in MEMORY:
        store = MEMORY[request.param]()
    else:
        store = databases.store(request.param)
        databases.place(request.param).empty()
    return in_sync(store.credentials, verbs=["sample"])


def test_the_sample_is_of_the_first_ids_that_have_a_password(credentials):
    for name, stored in (("c", "3"), ("a", "1"), ("b", None), ("d", "4")):
        credentials.add(Credential(account=name, password_hash=stored))

    assert tuple(credentials.sample(limit=2)) == ("1", "3")


def test_an_empty_store_has_no_sample(credentials):
    assert tuple(credentials.sample(limit=2)) == ()
