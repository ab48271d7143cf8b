"""A sample of stored hashes, for the mix that unknown addresses follow."""

from __future__ import annotations

from securelogin.credentials import Credential


def test_the_sample_is_of_the_first_ids_that_have_a_password(backend):
    for name, stored in (("c", "3"), ("a", "1"), ("b", None), ("d", "4")):
        backend.credentials.add(Credential(account=name, password_hash=stored))

    assert tuple(backend.credentials.sample(limit=2)) == ("1", "3")


def test_an_empty_store_has_no_sample(backend):
    assert tuple(backend.credentials.sample(limit=2)) == ()
