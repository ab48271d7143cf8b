"""Ask DNS about the domain that mails come from (dnspython, of email-validator)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from securelogin.doctor.facts import Certainty, DomainFacts

__all__ = ["look_up"]

_SECONDS = 3.0
# RFC 7208 section 4.5, and RFC 7489 section 6.3.
_SPF = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
_DMARC = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")


def look_up(domain: str, /, *, resolver: Resolver | None = None) -> DomainFacts:
    """Return what DNS says of a domain, or that it could not be reached.

    Args:
        resolver: that of the system by default; asked for three seconds at most.
    """
    try:
        ask = _Asking(resolver or Resolver())
    except DNSException:
        return DomainFacts(name=domain, reached=Certainty.NOT_REACHED)
    spf = ask.texts(domain)
    if spf.certainty is not Certainty.THERE:
        return DomainFacts(name=domain, reached=spf.certainty)
    dmarc, dmarc_of = ask.dmarc(domain)
    return DomainFacts(
        name=domain,
        reached=Certainty.THERE,
        spf=spf.first(_SPF),
        dmarc=dmarc,
        dmarc_of=dmarc_of,
        # Below a name that is not there, nothing is (RFC 8020).
        dkim=ask.texts(f"_domainkey.{domain}").certainty,
    )


@dataclass(frozen=True, slots=True)
class _Texts:
    certainty: Certainty
    texts: tuple[str, ...] = ()

    def first(self, form: re.Pattern[str]) -> str:
        return next((text for text in self.texts if form.match(text)), "")


@dataclass(frozen=True, slots=True)
class _Asking:
    resolver: Resolver

    def dmarc(self, domain: str) -> tuple[str | None, str]:
        """Return the DMARC record that counts for a domain, and the name it is of.

        Without a list of public suffixes nobody knows which name above is the
        organisation's: the nearest that has a record is taken for it.
        """
        labels = domain.rstrip(".").split(".")
        for n in range(max(1, len(labels) - 1)):
            name = ".".join(labels[n:])
            texts = self.texts(f"_dmarc.{name}")
            if texts.certainty is Certainty.NOT_REACHED:
                return None, ""
            if record := texts.first(_DMARC):
                return record, name
        return "", ""

    def texts(self, name: str) -> _Texts:
        try:
            answer = self.resolver.resolve(name, "TXT", lifetime=_SECONDS)
        except NXDOMAIN:
            return _Texts(Certainty.NOT_THERE)
        except NoAnswer:
            return _Texts(Certainty.THERE)
        except (DNSException, OSError):
            return _Texts(Certainty.NOT_REACHED)
        return _Texts(
            Certainty.THERE,
            tuple(b"".join(row.strings).decode("ascii", "replace") for row in answer),
        )
