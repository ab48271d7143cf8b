"""Who looks something up at the support desk, and so what they may see.

A viewer is made by the portal from its *own* session of that person: never from what
a request says about itself. What each role sees is decided in `rules.viewing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from securelogin.addresses import (
    NO_TENANT,
    Address,
    Tenant,
    check_tenant,
    parse_address,
)
from securelogin.errors import InvalidInput

__all__ = ["OPERATOR", "Role", "Viewer"]

_LONGEST_NAME = 64


class Role(StrEnum):
    """How far somebody sees."""

    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"
    SENDER = "sender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """One person at the support desk. Make it with one of the three class methods.

    Attributes:
        name: who it is, such as an account id: look-ups are counted and recorded
            under it.
        tenant: the one tenant they may see; "" for an operator, who sees all.
        address: the address a sender's messages were sent under.
    """

    role: Role
    name: str
    tenant: Tenant = NO_TENANT
    address: Address | None = None

    def __post_init__(self) -> None:
        """Refuse a viewer that would see more, or nothing, by a slip.

        Raises:
            InvalidInput: the name is unfit, or the fields do not suit the role.
        """
        named = isinstance(self.name, str) and self.name.isprintable()
        if not named or not 0 < len(self.name.strip()) <= _LONGEST_NAME:
            raise InvalidInput(
                "expected 1 to 64 printable characters",
                field="name",
                code="viewer_unnamed",
            )
        object.__setattr__(self, "role", Role(self.role))
        if self.role is not Role.OPERATOR:
            check_tenant(self.tenant)
        is_whole = (self.tenant == NO_TENANT) is (self.role is Role.OPERATOR)
        if not is_whole or (self.address is None) is (self.role is Role.SENDER):
            raise InvalidInput(
                "an operator has no tenant, and only a sender has an address",
                field="by",
                code="viewer_unfit",
            )

    @classmethod
    def operator(cls, name: str, /) -> Viewer:
        """Return somebody who runs the installation, and may read its tables anyway."""
        return cls(role=Role.OPERATOR, name=name)

    @classmethod
    def administrator(cls, name: str, /, *, tenant: str) -> Viewer:
        """Return an administrator: sees all of one tenant, and nothing of another.

        Raises:
            InvalidInput: an argument cannot be used.
        """
        return cls(role=Role.ADMINISTRATOR, name=name, tenant=check_tenant(tenant))

    @classmethod
    def sender(cls, name: str, /, *, tenant: str, address: str) -> Viewer:
        """Return a sender: sees what became of the messages sent under *address*.

        Args:
            address: one that the portal knows to be this person's own.

        Raises:
            InvalidInput: an argument cannot be used.
        """
        return cls(
            role=Role.SENDER,
            name=name,
            tenant=check_tenant(tenant),
            address=parse_address(address),
        )


OPERATOR = Viewer.operator("operator")
"""The installation's own hand: commands and scripts that no stranger can call."""
