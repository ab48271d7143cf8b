"""Tickets: permits for exactly one further step."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from securelogin.accounts import Side
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.links import read_link
from securelogin.tickets import (
    AddressProof,
    ChangeTicket,
    read_address_proof,
    read_ticket,
    sign_address_proof,
    sign_ticket,
)
from securelogin.tokens import Claims, Purpose, sign_token
from tests.wiring import START

KEYS = KeyRing(KeyRing.new_key())
TICKET = ChangeTicket(
    account="Zk3v9sQ1b7XyT0aLrWc4Ng",
    tenant="acme",
    version=7,
    issued_at=START,
    until=START + timedelta(minutes=15),
)
PROOFS = [
    AddressProof(
        account="Zk3v9sQ1b7XyT0aLrWc4Ng",
        tenant="acme",
        change="c.h-a_nge",
        side=side,
        issued_at=START,
        until=START + timedelta(days=1),
    )
    for side in Side
]
READERS = {
    "link": read_link,
    "ticket": read_ticket,
    "address proof": read_address_proof,
}


def test_a_ticket_is_read_back():
    token = sign_ticket(TICKET, keys=KEYS)

    assert read_ticket(token, tenants={"acme"}, keys=KEYS) == TICKET


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.side)
def test_a_proof_is_read_back(proof):
    token = sign_address_proof(proof, keys=KEYS)

    assert read_address_proof(token, tenants={"acme"}, keys=KEYS) == proof


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("token", ["", "x", "eyJ0IjoiYWNtZSJ9.AAAA", "\ud800"])
def test_C06_C62_what_was_not_signed_here_is_none(reader, token):
    assert reader(Hidden(token), tenants={"acme"}, keys=KEYS) is None


@pytest.mark.parametrize("reader", READERS)
def test_F45_a_permit_is_read_as_what_it_is_only(reader):
    tokens = {
        "ticket": sign_ticket(TICKET, keys=KEYS),
        "address proof": sign_address_proof(PROOFS[0], keys=KEYS),
    }

    read = {
        made
        for made, token in tokens.items()
        if READERS[reader](token, tenants={"acme"}, keys=KEYS) is not None
    }

    assert read == {reader} & set(tokens)


@pytest.mark.parametrize("tag", ["", "new", "neither.c1", ".c1"])
def test_a_proof_that_names_no_mailbox_is_none(tag):
    token = sign_token(
        Claims(
            purpose=Purpose.ADDRESS,
            tenant="acme",
            id="a1",
            issued_at=START,
            until=START,
            tag=tag,
        ),
        keys=KEYS,
    )

    assert read_address_proof(token, tenants={"acme"}, keys=KEYS) is None


@pytest.mark.parametrize("permit", [ChangeTicket, AddressProof])
def test_C27_a_permit_has_no_place_for_a_password_or_an_address(permit):
    names = {field.name for field in fields(permit)}

    assert not names & {"password", "hash", "secret", "address"}
