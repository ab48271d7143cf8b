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
    ("names", "record", "of"),
    [
        (
            {
                "_dmarc.a.portal.acme.example": NoAnswer(),
                "_dmarc.portal.acme.example": [Text("v=DMARC10; p=none")],
                "_dmarc.acme.example": [Text("v=DMARC1; p=reject")],
            },
            "v=DMARC1; p=reject",
            "acme.example",
        ),
        (
            {
                "_dmarc.a.portal.acme.example": [Text("v = DMARC1 ;p=none")],
                "_dmarc.acme.example": [Text("v=DMARC1; p=reject")],
            },
            "v = DMARC1 ;p=none",
            "a.portal.acme.example",
        ),
        ({"_dmarc.example": [Text("v=DMARC1; p=reject")]}, "", ""),
        ({"_dmarc.portal.acme.example": Timeout()}, None, ""),
    ],
    ids=["of the organisation", "its own", "of a public suffix", "not told"],
)
def test_without_a_dmarc_record_of_its_own_that_of_a_name_above_counts(
    names, record, of
):
    zone = Zone({"a.portal.acme.example": NoAnswer(), **names})
    facts = look_up("a.portal.acme.example", resolver=zone)

    assert (facts.dmarc, facts.dmarc_of) == (record, of)


def test_a_name_of_one_label_has_nobody_above():
    zone = Zone({"intranet": NoAnswer(), "_dmarc.intranet": [Text("v=DMARC1; p=none")]})

    assert look_up("intranet", resolver=zone).dmarc_of == "intranet"


@pytest.mark.parametrize(
    ("text", "is_spf"),
    [("V=SPF1 mx -ALL", True), ("v=spf1", True), ("v=spf10 mx", False)],
)
def test_the_version_of_spf_has_no_case_and_an_end(text, is_spf):
    zone = Zone({"acme.example": [Text(text)]})

    assert look_up("acme.example", resolver=zone).spf == (text if is_spf else "")


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
