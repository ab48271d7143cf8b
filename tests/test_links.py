"""Recipient links: locators that are recalled once and log nobody in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin.addresses import parse_address
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.links import LinkClaim, RecipientLink, read_link, sign_link
from tests.wiring import START

KEYS = KeyRing(KeyRing.new_key())
LINK = RecipientLink(
    id="Zk3v9sQ1b7XyT0aLrWc4Ng",
    tenant="acme",
    recipient="a1",
    address=parse_address("ann@example.org").key("acme"),
    message="m1",
    sender=parse_address("bob@acme.example"),
    issued_at=START,
    until=START + timedelta(days=14),
)


def test_a_signed_link_says_which_one_it_is():
    claim = read_link(sign_link(LINK, keys=KEYS), tenants={"acme"}, keys=KEYS)

    assert claim == LinkClaim(
        link=LINK.id, tenant="acme", issued_at=START, until=LINK.until
    )


def test_a_link_says_nothing_of_address_or_message():
    assert LinkClaim._fields == ("link", "tenant", "issued_at", "until")
    assert len(sign_link(LINK, keys=KEYS).reveal()) < 200


@pytest.mark.parametrize("token", ["", "x", "eyJ0IjoiYWNtZSJ9.AAAA"])
def test_C06_C62_what_was_not_signed_here_is_none(token):
    assert read_link(Hidden(token), tenants={"acme"}, keys=KEYS) is None


def test_F47_reading_a_link_twice_changes_nothing():
    token = sign_link(LINK, keys=KEYS)
    first, second = (read_link(token, tenants={"acme"}, keys=KEYS) for _ in range(2))

    assert first == second != None  # noqa: E711 -- a chain


def test_a_link_is_recalled_once():
    recalled = LINK.recalled(at=START)

    assert (recalled.recalled_at, recalled.version) == (START, LINK.version + 1)
    assert recalled.recalled(at=LINK.until) is recalled
