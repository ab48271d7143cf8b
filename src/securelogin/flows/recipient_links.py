"""Recipient links: issue, open, recall. Opening changes nothing, however often."""

from __future__ import annotations

from datetime import datetime

from securelogin.accounts import Account, Audience
from securelogin.adapters import (
    AccountRegistry,
    Accounts,
    AttemptLog,
    Credentials,
    Links,
    Outbox,
)
from securelogin.addresses import Address, Tenant, parse_address
from securelogin.attempts import NO_CLIENT, Client, Operation
from securelogin.credentials import Credential
from securelogin.errors import InvalidInput, Unavailable
from securelogin.events import EventKind
from securelogin.guards import guarded
from securelogin.hidden import Hidden, hide_all
from securelogin.installation import Installation
from securelogin.links import LinkClaim, LinkId, MessageId, RecipientLink, read_link
from securelogin.outcomes import LinkOpened, Refused
from securelogin.rules.accounts import new_account, read_language, read_tenant
from securelogin.rules.courier import notification_orders
from securelogin.rules.events import account_event, link_event, operation_event
from securelogin.rules.recipient_link import (
    judge_opening,
    new_link,
    opened_link,
    read_message,
    read_reissue,
    recipient_of,
)
from securelogin.rules.records import operation_record

__all__ = ["RecipientLinks"]


class RecipientLinks:
    """Issue, open and recall recipient links. Safe for concurrent callers."""

    def __init__(
        self,
        *,
        installation: Installation,
        accounts: Accounts,
        registry: AccountRegistry,
        credentials: Credentials,
        links: Links,
        log: AttemptLog,
        outbox: Outbox,
    ) -> None:
        self._installation = installation
        self._accounts = guarded(accounts, Accounts, setting="accounts")
        self._registry = guarded(registry, AccountRegistry, setting="registry")
        self._credentials = guarded(credentials, Credentials, setting="credentials")
        self._links = guarded(links, Links, setting="links")
        self._log = guarded(log, AttemptLog, setting="log")
        self._outbox = guarded(outbox, Outbox, setting="outbox")

    def issue(
        self,
        *,
        recipient: str,
        sender: str,
        message: str,
        tenant: str,
        language: str | None = None,
    ) -> RecipientLink:
        """Order the mails that bring one recipient to one message.

        An unknown recipient gets an external account; one without a password gets a
        temporary one in a mail of its own. The courier sends both.

        Args:
            recipient: mail address; mail goes to the account's *stored* address.
            sender: mail address of the person the recipient may turn to.
            message: the portal's own opaque name for the message.
            tenant: of one of the portals.
            language: of a new account's mails; None for the portal's.

        Raises:
            InvalidInput: an argument cannot be used; nothing has been stored.
        """
        to = parse_address(recipient, field="recipient")
        from_ = parse_address(sender, field="sender")
        owner = read_tenant(tenant, portals=self._installation.portals)
        name = read_message(message)
        portal = self._installation.portals.of(owner, audience=Audience.EXTERNAL)
        spoken = read_language(language, portal=portal)
        now = self._installation.now()
        account = self._recipient(to, owner, spoken)
        credential = self._credentials.get(account.id)
        link = new_link(
            link=LinkId(self._installation.new_id()),
            recipient=account,
            message=name,
            sender=from_,
            at=now,
            life=self._installation.policy.lifetimes.link,
        )
        self._links.add(link)
        self._notify(account, credential, link, at=now)
        self._installation.tell(
            link_event, EventKind.TOKEN_CREATED, link, operation="links.issue", at=now
        )
        return link

    def _recipient(self, to: Address, tenant: Tenant, language: str) -> Account:
        """Return the recipient's account; a new external one if there is none."""
        known = self._accounts.find(to.key(tenant))
        if known is not None:
            return known
        # add() says False where somebody else was first: then find() has theirs.
        new = new_account(
            id=self._installation.new_id(),
            tenant=tenant,
            audience=Audience.EXTERNAL,
            address=to,
            language=language,
        )
        if self._registry.add(new) is True:
            self._installation.tell(
                account_event,
                EventKind.USER_CREATED,
                new,
                operation="links.issue",
                at=self._installation.now(),
            )
        stored = self._accounts.find(to.key(tenant))
        if stored is None:
            raise Unavailable(
                "an account just stored cannot be found",
                adapter="accounts",
                verb="find",
            )
        return stored

    def _notify(
        self,
        account: Account,
        credential: Credential | None,
        link: RecipientLink,
        *,
        at: datetime,
    ) -> None:
        """Order the mails that bring a recipient to a message."""
        for order in notification_orders(
            account=account,
            credential=credential,
            link=link,
            portal=self._installation.portals.of(
                link.tenant, audience=account.audience
            ),
            ids=(self._installation.new_id(), self._installation.new_id()),
            mark=self._installation.new_mark(),
            at=at,
        ):
            self._outbox.record(order)

    def open(
        self, token: str | Hidden, /, *, url: str, client: Client | None = None
    ) -> LinkOpened | Refused:
        """Say which message a link leads to; whoever asks is not logged in by it.

        Changes nothing but the log of openings: mail scanners may fetch it as often as
        they like (threats F-47). Show a log-in page, and hand the token on to
        `Attempt(link=…)`.
        """
        given: dict[str, object] = {"token": token}
        del token
        (shown,) = hide_all(given)
        client = client or NO_CLIENT
        now = self._installation.now()
        reference = self._installation.new_reference()
        portal = self._installation.portals.at(url)
        claim, link = self._shown(shown)
        causes = judge_opening(
            claim,
            link,
            portal=portal,
            at=now,
            leeway=self._installation.policy.lifetimes.leeway,
        )
        record = operation_record(
            Operation.LINK_OPENED,
            causes,
            reference=reference,
            at=now,
            client=client,
            url=url,
            portal=portal,
            link=link,
        )
        self._log.record(record)
        self._installation.tell(operation_event, record)
        if causes or link is None:
            return self._installation.refused(reference, language=client.language)
        return LinkOpened(message=link.message, until=link.until, reference=reference)

    def recall(self, link: LinkId | str, /) -> RecipientLink:
        """Take a link back: it opens nothing from now on. Once is enough.

        Raises:
            InvalidInput: there is no such link.
        """
        while True:
            stored = self._links.get(LinkId(link))
            if stored is None:
                raise InvalidInput(
                    "no link has this id", field="link", code="link_unknown"
                )
            recalled = stored.recalled(at=self._installation.now())
            if recalled is stored:
                return stored
            if self._links.replace(stored, recalled) is True:
                self._installation.tell(
                    link_event,
                    EventKind.TOKEN_REVOKED,
                    recalled,
                    operation="links.recall",
                    at=self._installation.now(),
                )
                return recalled

    def reissue(self, link: LinkId | str, /) -> RecipientLink:
        """Recall a link and issue a new one: same person, message and sender.

        For support, where a link has expired or its mail is lost. The new one is
        mailed to the address the account has now.

        Raises:
            InvalidInput: there is no such link, or its recipient or its sender has been
                erased.
        """
        stored = self._links.get(LinkId(link))
        account = self._accounts.get(recipient_of(stored))
        old, to = read_reissue(stored, account)
        self.recall(old.id)
        return self.issue(
            recipient=to.primary.text,
            sender=old.sender.text,
            message=old.message,
            tenant=old.tenant,
            language=to.language,
        )

    def may_read(self, token: str | Hidden, /, *, account: str, message: str) -> bool:
        """Tell whether a link leads this logged-in account to this very message.

        For the portal's own access check, after log-in: bound to one recipient and one
        message, in time and not recalled (ASVS 8.2.2).
        """
        given: dict[str, object] = {"token": token}
        del token
        (shown,) = hide_all(given)
        claim, link = self._shown(shown)
        causes = judge_opening(
            claim,
            link,
            portal=None if link is None else self._installation.portals.of(link.tenant),
            at=self._installation.now(),
            leeway=self._installation.policy.lifetimes.leeway,
        )
        return (
            not causes
            and link is not None
            and link.recipient == account
            and link.message == MessageId(message)
        )

    def _shown(self, token: Hidden) -> tuple[LinkClaim | None, RecipientLink | None]:
        """Return what a token says and the link it means: one call, whatever it is."""
        keys = self._installation.keys
        claim = read_link(token, tenants=self._installation.portals.tenants, keys=keys)
        return claim, self._links.get(opened_link(claim, keys=keys))
