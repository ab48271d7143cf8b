"""What the tour is played on: one portal, wired as a developer would wire it.

Through the public face only. What is not of a real portal: the clock, which is moved
instead of waited for, and one symbol of each temporary password (`with_a_zero`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from securelogin.accounts import AccountId
from securelogin.adapters import Mailer
from securelogin.addresses import Tenant
from securelogin.attempts import Attempt, Client
from securelogin.flows.secure_login import SecureLogin
from securelogin.flows.store import Store
from securelogin.installation import system_clock
from securelogin.keyring import KeyRing
from securelogin.links import RecipientLink
from securelogin.outcomes import Outcome, Refused
from securelogin.passwords import PasswordHasher
from securelogin.policy import Policy
from securelogin.portals import Portal
from securelogin.rules.diagnosis import Diagnosis
from securelogin.tour.post import ReceivedLetter, read_letter
from securelogin.viewers import OPERATOR

__all__ = [
    "ANN",
    "ANN_ALIAS",
    "BOB",
    "CAROL",
    "LOGIN",
    "OPEN",
    "SENDER",
    "TENANT",
    "WRONG_URL",
    "MovedClock",
    "Stage",
    "with_a_zero",
]

TENANT = Tenant("acme")
PORTAL = Portal(
    tenant=TENANT,
    name="Acme Secure Messaging",
    url="https://portal.acme.example/secure/",
    contact="it@acme.example",
)
LOGIN = "https://portal.acme.example/secure/login"
OPEN = "https://portal.acme.example/secure/link"
WRONG_URL = "https://portal.acme.example/login"
SENDER = "portal@acme.example"
ANN = "ann@acme.example"
ANN_ALIAS = "ann.sales@acme.example"
BOB = "bob@clinic.example"
CAROL = "carol@clinic.example"

_CLIENTS = {
    ANN: Client(ip="192.0.2.7", user_agent="Firefox/140"),
    BOB: Client(ip="198.51.100.4", user_agent="Safari/18"),
}
_ELSEWHERE = Client(ip="203.0.113.9", user_agent="Chrome/140")

_PASSWORD_BYTES = 12


def with_a_zero(count: int, /) -> bytes:
    """Return random bytes; twelve of them make a temporary password with a 0 in it.

    The story types an O for a 0, so there has to be one. It costs the password five of
    its sixty random bits, in the tour and nowhere else.
    """
    drawn = secrets.token_bytes(count)
    if count != _PASSWORD_BYTES:
        return drawn
    return drawn[:2] + b"\0" + drawn[3:]


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime, /) -> None:
        self.at: datetime = at

    def __call__(self) -> datetime:
        """Return the time it shows."""
        return self.at

    def move(self, by: timedelta, /) -> None:
        """Move it on."""
        self.at = self.at + by


class Stage:
    """One portal with its store, mailer and clock, and what the story keeps in mind.

    Args:
        store, mailer: any that carry the Protocols.
        received: tells every raw message that has arrived so far, oldest first.
        hasher: Argon2 with the recommended cost by default.
        policy: the defaults by default.

    Attributes:
        auth: the log-in of the portal.
        clock: the time the portal goes by.
        accounts, passwords, links: what the story has made so far, by address: the
            account, the lasting password in use, and the token of a link.
        bobs_mails: the two that a first message brings.
        spent: Bob's first temporary password.
    """

    def __init__(
        self,
        *,
        store: Store,
        mailer: Mailer,
        received: Callable[[], Sequence[bytes]],
        hasher: PasswordHasher | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.clock: MovedClock = MovedClock(system_clock().replace(microsecond=0))
        self.auth: SecureLogin = SecureLogin(
            portals=[PORTAL],
            keys=KeyRing(KeyRing.new_key()),
            store=store,
            mailer=mailer,
            policy=policy,
            hasher=hasher,
            clock=self.clock,
            random=with_a_zero,
        )
        self._received = received
        self._read = 0
        self.accounts: dict[str, AccountId] = {}
        self.passwords: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.bobs_mails: tuple[ReceivedLetter, ...] = ()
        self.spent = ""

    def log_in(
        self,
        address: str,
        password: str,
        /,
        *,
        link: str | None = None,
        url: str = LOGIN,
    ) -> Outcome:
        """Let somebody try to log in, from the device that is theirs."""
        return self.auth.login.check(
            Attempt(
                address=address,
                password=password,
                url=url,
                link=link,
                client=_CLIENTS.get(address, _ELSEWHERE),
            )
        )

    def letters(self) -> tuple[ReceivedLetter, ...]:
        """Let the courier deliver, and return the letters that have arrived since."""
        self.auth.courier.deliver()
        raw = self._received()
        new, self._read = raw[self._read :], len(raw)
        return tuple(read_letter(message) for message in new)

    def letter(self, address: str, /, *, carrying: str) -> ReceivedLetter | None:
        """Let the courier deliver; return the newest letter to *address* with a secret.

        Args:
            carrying: "password" or "token".
        """
        found = [
            letter
            for letter in self.letters()
            if letter.to == address and getattr(letter, carrying)
        ]
        return found[-1] if found else None

    def send(self, recipient: str, /, *, message: str) -> RecipientLink:
        """Let Ann send a message to an external recipient."""
        return self.auth.links.issue(
            recipient=recipient, sender=ANN, message=message, tenant=TENANT
        )

    def why(self, outcome: Outcome, /) -> Diagnosis | None:
        """Return what support sees for the reference of a refusal."""
        if not isinstance(outcome, Refused):
            return None
        return self.auth.support.find(outcome.public.reference, by=OPERATOR)
