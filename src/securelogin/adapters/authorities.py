"""What is asked of others than the store: a mailer, permissions, other passwords.

Each is called by many threads, or tasks, at once.
"""

from __future__ import annotations

from typing import Protocol

from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey
from securelogin.hidden import Hidden
from securelogin.links import MessageId
from securelogin.mail import Delivery, Mail
from securelogin.passwords import Match

__all__ = [
    "AsyncBreachCheck",
    "AsyncMailer",
    "AsyncPasswordCheck",
    "AsyncPermissions",
    "BreachCheck",
    "Mailer",
    "PasswordCheck",
    "Permissions",
]


class Mailer(Protocol):
    """Send one mail to one person."""

    def send(self, mail: Mail, /) -> Delivery:
        """Send, and say what became of it.

        A recipient the server will not have is `REFUSED`; a server that is away or
        says "later" is `POSTPONED`; neither is an exception. What is raised all the
        same counts as `POSTPONED` too.
        """
        ...


class AsyncMailer(Protocol):
    """`Mailer`, awaited."""

    async def send(self, mail: Mail, /) -> Delivery: ...


class Permissions(Protocol):
    """The portal's own word on who may enter. Asked for unknown accounts too."""

    def permits(
        self, account: AccountId, /, *, portal: str, message: MessageId | None
    ) -> bool:
        """Tell whether the account may enter the portal with this base URL.

        *message* is the one whose link the person came by, if any. Takes the same time
        for an account it does not know.

        Raises:
            Unavailable: it cannot tell just now; nobody is let in by that.
        """
        ...


class AsyncPermissions(Protocol):
    """`Permissions`, awaited."""

    async def permits(
        self, account: AccountId, /, *, portal: str, message: MessageId | None
    ) -> bool: ...


class PasswordCheck(Protocol):
    """An authority that checks passwords, chosen by the *domain* of the address."""

    def check(
        self,
        secret: Hidden,
        /,
        *,
        stored: str | None,
        account: AccountId,
        address: AddressKey,
    ) -> Match:
        """Check a secret; with the same work whether or not there is such an account.

        *stored* is our own hash, if any; an authority elsewhere goes by *address*.

        Raises:
            Unavailable: it cannot tell just now; nobody is let in by that.
        """
        ...


class AsyncPasswordCheck(Protocol):
    """`PasswordCheck`, awaited."""

    async def check(
        self,
        secret: Hidden,
        /,
        *,
        stored: str | None,
        account: AccountId,
        address: AddressKey,
    ) -> Match: ...


class BreachCheck(Protocol):
    """A list of breached passwords, such as an online service."""

    def contains(self, password: Hidden, /) -> bool:
        """Tell whether the password is known to be breached; False when unsure."""
        ...


class AsyncBreachCheck(Protocol):
    """`BreachCheck`, awaited."""

    async def contains(self, password: Hidden, /) -> bool: ...
