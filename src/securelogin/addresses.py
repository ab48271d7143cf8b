"""Mail addresses: what mail is sent to, and the key they are looked up by.

The domain is compared as its A-label and without case, the local part without
(ASCII) case. `+tags` and dots are never stripped: they may be other people
(OWASP email validation; threats C11, C29, F-31). Not in here: whether a mailbox
exists, and normalisation of Unicode local parts, which are refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NewType

from email_validator import EmailNotValidError, validate_email

from securelogin.errors import InvalidInput, WiringError

__all__ = [
    "ERASED",
    "LONGEST_ADDRESS",
    "NO_TENANT",
    "Address",
    "AddressKey",
    "Tenant",
    "check_tenant",
    "no_address",
    "parse_address",
    "read_domain",
    "stored_address",
]

Tenant = NewType("Tenant", str)
"""The short name of a customer, as `Portal` declares it. Part of every key."""

NO_TENANT = Tenant("")
"""Stands where no portal matched. No account can belong to it."""

LONGEST_ADDRESS = 254
"""Longest address in characters (RFC 5321, erratum 1690); checked before parsing."""

# A dot-atom of RFC 5322 in ASCII, as email-validator takes it (test_addresses compares
# the two).
_ATOM = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*", re.ASCII)

_TENANT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressKey:
    """What an account is looked up by: a tenant and an address in canonical form.

    Stores compare both exactly, byte for byte; all folding has been done here.
    """

    tenant: Tenant
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A mail address that passed `parse_address`: mail is sent to `text`."""

    text: str
    local: str
    domain: str

    def key(self, tenant: Tenant, /) -> AddressKey:
        """Return what this address is looked up by in *tenant*."""
        return AddressKey(tenant=tenant, value=f"{self.local.lower()}@{self.domain}")

    def without_tag(self) -> Address | None:
        """Return the address without its `+tag`, or None if it has none.

        For a diagnosis only: nobody is ever logged in by it.
        """
        local, plus, _ = self.local.partition("+")
        if not plus or not local:
            return None
        return stored_address(f"{local}@{self.domain}")

    def __str__(self) -> str:
        return self.text


def parse_address(text: str, /, *, field: str = "address") -> Address:
    """Parse exactly one plain mail address, `local@domain`.

    No display names, quotes, comments, lists, non-ASCII local parts or address
    literals (threats C05, C59 to C63, E16). Surrounding blanks are forgiven: they come
    from pasting. International domains are kept as A-labels.

    Raises:
        TypeError: *text* is not a str.
        InvalidInput: it is not such an address; the error does not repeat it.
    """
    if not isinstance(text, str):
        message = f"{field} must be a str, not {type(text).__name__}"
        raise TypeError(message)
    plain = str.__str__(text)
    parsed = (
        _parse(plain.strip(" \t\u00a0")) if len(plain) <= LONGEST_ADDRESS + 16 else None
    )
    if parsed is None:
        raise InvalidInput(
            "expected one plain mail address such as ann@example.org",
            field=field,
            code="address_malformed",
        )
    return parsed


def _parse(text: str) -> Address | None:
    # Only ASCII may stand before the @: email-validator lets a full-width @ through
    # as part of a local part (threats E16, C61).
    local, _, domain = text.rpartition("@")
    if _LOCAL.fullmatch(local) is None:
        return None
    known = _domain(domain) if len(domain) <= LONGEST_ADDRESS else None
    if known is None or len(local) + 1 + len(known) > LONGEST_ADDRESS:
        return None
    return stored_address(f"{local}@{known}")


# Judging a domain is most of the work, and says nothing of a person: results are kept.
@lru_cache(maxsize=1_024)
def _domain(text: str) -> str | None:
    """Return the A-labels of a domain in lower case, or None if it is none."""
    # Compatibility forms (full-width letters and dots, ligatures) would become another
    # domain than the one that is seen (threats C61, C63, F-32).
    composed = unicodedata.normalize("NFC", text)
    if unicodedata.normalize("NFKC", text) != composed or "\u3002" in text:
        return None
    try:
        valid = validate_email(
            f"x@{text}", check_deliverability=False, allow_smtputf8=False
        )
    except EmailNotValidError:
        return None
    return valid.ascii_domain.lower()


def stored_address(text: str, /) -> Address:
    """Return the address whose `text` a store kept; it was parsed when it came in."""
    local, _, domain = text.rpartition("@")
    return Address(text=text, local=local, domain=domain)


def read_domain(domain: str, /) -> str:
    """Return *domain* if it is written as `Address.domain` is: lower case, A-labels.

    Raises:
        WiringError: it is not; it would never match.
    """
    try:
        canonical = parse_address(f"x@{domain}").domain
    except InvalidInput:
        canonical = ""
    if not canonical or canonical != domain:
        raise WiringError(
            f"{domain!r} is not how a domain is compared.",
            setting="authorities",
            cure=f"Write {canonical!r}." if canonical else "Write it as corp.example.",
        )
    return domain


ERASED = stored_address("erased@erased.invalid")
"""Stands where somebody's address was, once their data is gone. Nobody can have it."""


def no_address(keyed: str, /) -> str:
    """Return the key value under which what is no address is counted.

    No account can have it: no address holds a blank. Make *keyed* with a key: people
    type passwords into the wrong field, and a plain digest could be guessed.
    """
    return f"no address {keyed}"


def check_tenant(tenant: str, /) -> Tenant:
    """Return *tenant* if it is one: 1 to 24 of `a-z`, `0-9` and inner `-`.

    Raises:
        InvalidInput: it is not.
    """
    if not isinstance(tenant, str) or _TENANT.fullmatch(tenant) is None:
        raise InvalidInput(
            "a tenant is 1 to 24 of a-z, 0-9 and inner hyphens, such as acme",
            field="tenant",
            code="tenant_malformed",
        )
    return Tenant(tenant)
