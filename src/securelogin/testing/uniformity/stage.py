"""Made-up people on an `auth` of the application's, put into states.

Everything happens through the public face, by the clock of the `Watch`; only what no
public call can make (an older hash, one that cannot be read) is written to the
credentials directly.
"""

from __future__ import annotations

import secrets
from itertools import count
from typing import Any

from securelogin.accounts import Account, Audience
from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.attempts import Attempt, Client
from securelogin.errors import WiringError
from securelogin.flows.secure_login import SecureLogin
from securelogin.mail import MailKind
from securelogin.outcomes import AccountStored, Changed, ChangeRequired
from securelogin.policy import Lifetimes, Limits
from securelogin.portals import Portal
from securelogin.testing.blocking import Blocking
from securelogin.testing.uniformity.watch import Watch

__all__ = ["DOMAIN", "PASSWORD", "WRONG", "AnyAuth", "Stage"]

AnyAuth = SecureLogin | AsyncSecureLogin

DOMAIN = "uniformity.example"
PASSWORD = "seven herons on a slow river"
WRONG = "another river, another bird"


class _Face:
    """The flows of an async `auth`, waiting for their answers."""

    def __init__(self, auth: AsyncSecureLogin) -> None:
        self._auth = auth

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._auth, name)
        return value if name == "installation" else Blocking(value)


class Stage:
    """One `auth`, and what is needed to put people on it.

    Args:
        auth: of either colour, wired with *watch*.
        watch: its clock, its mails, its calls.

    Raises:
        WiringError: no portal is open to internal accounts.

    Attributes:
        auth: with a sync face, whatever its colour.
        given: the `auth` as it was given.
        portal: where people log in: the first that internal accounts may use.
        limits: of the policy.
    """

    def __init__(self, auth: AnyAuth, watch: Watch, /) -> None:
        self.given = auth
        self.auth: Any = _Face(auth) if isinstance(auth, AsyncSecureLogin) else auth
        self.watch = watch
        self.limits: Limits = auth.installation.policy.limits
        self.lifetimes: Lifetimes = auth.installation.policy.lifetimes
        self.portal: Portal = self._portal(Audience.INTERNAL)
        self._sources = count()

    def _portal(self, audience: Audience) -> Portal:
        for portal in self.given.installation.portals:
            if audience in portal.audiences:
                return portal
        raise WiringError(
            f"no portal is open to {audience.value} accounts.",
            setting="portals",
            cure="Give the uniformity kit an auth with a portal for them.",
        )

    @property
    def foreign(self) -> Portal | None:
        """A portal of another tenant, if there is one."""
        return next(
            (
                portal
                for portal in self.given.installation.portals
                if portal.tenant != self.portal.tenant
            ),
            None,
        )

    def new_address(self) -> str:
        """Return an address that nobody has; all are of one length."""
        return f"{secrets.token_hex(8)}@{DOMAIN}"

    def new_client(self) -> Client:
        """Return a client at a source that nobody has come from."""
        number = next(self._sources) % 2**24
        return Client(
            ip=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
            user_agent="Firefox/140",
        )

    def attempt(self, address: str, password: str = WRONG, **more: Any) -> Attempt:
        """Return an attempt at the portal, from a source of its own."""
        more.setdefault("url", self.portal.url)
        more.setdefault("client", self.new_client())
        return Attempt(address=address, password=password, **more)

    def check(self, address: str, password: str = WRONG, **more: Any) -> Any:
        """Let somebody try to log in; return the outcome."""
        return self.auth.login.check(self.attempt(address, password, **more))

    def register(self, address: str) -> Account:
        """Register somebody who has no password yet; a temporary one is ordered."""
        stored = self.auth.accounts.register(
            address, tenant=self.portal.tenant, audience=Audience.INTERNAL
        )
        if not isinstance(stored, AccountStored):
            raise _not_set(f"registering {address} gave {type(stored).__name__}")
        return stored.account

    def temporary(self, address: str) -> str:
        """Deliver what is waiting; return the temporary password somebody was sent."""
        self.auth.courier.deliver()
        try:
            return self.watch.mailbox.temporary_password(to=address)
        except LookupError:
            raise _not_set("a temporary password never arrived") from None

    def settle(self, address: str, **more: Any) -> None:
        """Let somebody choose PASSWORD."""
        outcome = self.check(address, self.temporary(address), **more)
        if not isinstance(outcome, ChangeRequired):
            raise _not_set(f"a temporary password gave {type(outcome).__name__}")
        changed = self.auth.passwords.complete(outcome.ticket, PASSWORD)
        if not isinstance(changed, Changed):
            raise _not_set(f"choosing a password gave {type(changed).__name__}")

    def settled(self, address: str) -> Account:
        """Register somebody and let them choose PASSWORD."""
        account = self.register(address)
        self.settle(address)
        return account

    def invite(self, recipient: str) -> Any:
        """Issue a link to somebody; return it as it is stored."""
        return self.auth.links.issue(
            recipient=recipient,
            sender=f"sender@{DOMAIN}",
            message=f"m-{secrets.token_hex(8)}",
            tenant=self.portal.tenant,
        )

    def token(self, recipient: str) -> str:
        """Return the token of the newest link somebody was sent."""
        self.auth.courier.deliver()
        url = self.watch.mailbox.link(MailKind.MESSAGE, to=recipient)
        return url.rpartition("=")[2]

    def invited(self, recipient: str) -> str:
        """Invite somebody who then chooses PASSWORD; return the link's token."""
        self.invite(recipient)
        token = self.token(recipient)
        self.settle(recipient, link=token)
        return token

    def fail(self, address: str, times: int) -> None:
        """Let somebody fail so often, each time from another source."""
        for _ in range(times):
            self.check(address)

    def purge(self) -> None:
        """Do nothing: the store is the application's. The kit's own is purged here."""

    def vacuum(self) -> None:
        """Do nothing: so is its database. The kit's own is vacuumed here."""


def _not_set(problem: str) -> WiringError:
    return WiringError(
        f"a scene could not be set: {problem}.",
        setting="auth",
        cure="Wire it with `clock`, the mailer and the store of the Watch, on a policy "
        "that lets an internal account register and log in.",
    )
