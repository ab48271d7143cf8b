"""Ask DNS about the domain that mails come from (dnspython, of email-validator)."""

from __future__ import annotations

from dataclasses import dataclass

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from securelogin.doctor.facts import Certainty, DomainFacts

__all__ = ["look_up"]

_SECONDS = 3.0


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
    return DomainFacts(
        name=domain,
        reached=Certainty.THERE,
        spf=spf.beginning("v=spf1"),
        dmarc=ask.texts(f"_dmarc.{domain}").beginning("v=DMARC1"),
        # Below a name that is not there, nothing is (RFC 8020).
        dkim=ask.texts(f"_domainkey.{domain}").certainty,
    )


@dataclass(frozen=True, slots=True)
class _Texts:
    certainty: Certainty
    texts: tuple[str, ...] = ()

    def beginning(self, head: str) -> str:
        return next((text for text in self.texts if text.startswith(head)), "")


@dataclass(frozen=True, slots=True)
class _Asking:
    resolver: Resolver

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
