"""What the doctor sees in the DNS."""

from __future__ import annotations

import pytest
from dns.exception import Timeout
from dns.resolver import NXDOMAIN, NoAnswer, NoResolverConfiguration, Resolver

from securelogin.doctor import Certainty
from securelogin.doctor import names as dns_names
from securelogin.doctor.names import look_up
from tests.doctor.facts import DOMAIN


class Zone(Resolver):
    """A resolver that knows a few names."""

    def __init__(self, names):
        super().__init__(configure=False)
        self.names = names

    def resolve(self, qname, rdtype, *, lifetime):  # type: ignore[override]
        assert (rdtype, lifetime) == ("TXT", 3.0)
        answer = self.names.get(qname, NXDOMAIN())
        if isinstance(answer, Exception):
            raise answer
        return answer


class Text:
    def __init__(self, *strings):
        self.strings = [string.encode() for string in strings]


def test_records_are_read_and_their_pieces_joined():
    zone = Zone(
        {
            "acme.example": [Text("other"), Text("v=spf1 ", "mx -all")],
            "_dmarc.acme.example": [Text("v=DMARC1; p=reject")],
            "_domainkey.acme.example": NoAnswer(),
        }
    )

    assert look_up("acme.example", resolver=zone) == DOMAIN


@pytest.mark.parametrize(
    ("answer", "reached"),
    [
        (NXDOMAIN(), Certainty.NOT_THERE),
        (Timeout(), Certainty.NOT_REACHED),
        (OSError(), Certainty.NOT_REACHED),
        (NoAnswer(), Certainty.THERE),
    ],
    ids=["nxdomain", "timeout", "error", "no answer"],
)
def test_what_is_not_told_is_told_apart_from_what_is_not_there(answer, reached):
    assert look_up("x.example", resolver=Zone({"x.example": answer})).reached is reached


def test_without_a_resolver_nothing_is_reached(monkeypatch):
    def none():
        raise NoResolverConfiguration

    monkeypatch.setattr(dns_names, "Resolver", none)

    assert look_up("x.example").reached is Certainty.NOT_REACHED
