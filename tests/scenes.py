"""One table of scenes: what a person does, and what support is to see for it.

A scene sets a portal up through its public face, then says what the person does last.
Whoever plays it (`play`) may do that in another way, such as over HTTP: `Typed` is what
stands in the form. Every scene is played on every store, and their public answers have
to be the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from securelogin import Audience, Client, HashingPool, Limits, Policy
from securelogin.accounts import AccountId
from securelogin.attempts import RequestFault
from securelogin.browsers import BrowserMatrix
from securelogin.mail import Delivery, DeliveryState
from securelogin.outcomes import Cause
from securelogin.user_agents import read_browser
from tests.flows.conftest import register
from tests.wiring import GLOBEX_URL, PASSWORD, URL, Wired

ANN, BOB = "ann@acme.example", "bob@other.example"
WRONG = "wrong wrong wrong"
NEW = "another quiet harbour"
HOUR = timedelta(hours=1)
OLD_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What the person sends with the log-in form."""

    address: str = ANN
    password: str = PASSWORD
    url: str = URL
    link: str | None = None
    faults: frozenset[RequestFault] = frozenset()
    client: Client = field(
        default_factory=lambda: Client(ip="192.0.2.7", user_agent="Firefox/140")
    )


@dataclass(frozen=True)
class Later:
    """Another step than the log-in, as a call of the public face."""

    call: Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What happens, and what support is to see.

    Attributes:
        arrange: sets the portal up; returns what the person does last.
        causes: all that stand in the way, in the order in which they are met.
        first: how the first remedy begins.
        facts: what else support is told: name of a fact, and a part of its text.
        wiring: options for the portal, by colour.
    """

    name: str
    arrange: Callable[[Wired], Typed | Later]
    causes: tuple[Cause, ...]
    first: str
    facts: dict[str, str] = field(default_factory=dict)
    wiring: Callable[[str], dict[str, Any]] = lambda _: {}


def play(scene: Scene, wired: Wired) -> Any:
    """Play a scene through the public face of the library; return its outcome."""
    last = scene.arrange(wired)
    if isinstance(last, Later):
        return last.call(wired.auth)
    given = {f.name: getattr(last, f.name) for f in dataclasses.fields(last)}
    return wired.check(given.pop("address"), given.pop("password"), **given)


# -- pieces of set-up --


def invite(wired: Wired, recipient: str = BOB, message: str = "m-1") -> str:
    """Send a message; return the token of its link."""
    wired.auth.links.issue(
        recipient=recipient, sender=ANN, message=message, tenant="acme"
    )
    return wired.mailed_token()


def settle(wired: Wired, link: str) -> str:
    """Let Bob set PASSWORD; return his link."""
    ticket = wired.check(BOB, wired.mailed_password(), link=link).ticket
    wired.auth.passwords.complete(ticket, PASSWORD)
    return link


def newcomer(wired: Wired) -> str:
    """Register Ann; return her temporary password."""
    wired.auth.accounts.register(ANN, tenant="acme", audience=Audience.INTERNAL)
    return wired.mailed_password()


def guess(wired: Wired, times: int, address: str = ANN) -> None:
    for number in range(times):
        wired.check(address, WRONG, ip=f"198.51.100.{number}")


class Switch:
    """`Permissions` with a switch."""

    on = True

    def permits(self, account, /, *, portal, message):
        return self.on


class AsyncSwitch(Switch):
    async def permits(self, account, /, *, portal, message):
        return self.on


class Room(HashingPool):
    """A pool that has room until it is taken."""

    taken = False

    def run(self, work, /, **options):
        return None if self.taken else super().run(work, **options)

    async def run_async(self, work, /, **options):
        return None if self.taken else await super().run_async(work, **options)


# -- the request and the place --


def overloaded(wired: Wired) -> Typed:
    register(wired)
    wired.options["pool"].taken = True
    return Typed()


def no_cookies(wired: Wired) -> Typed:
    register(wired)
    return Typed(faults=frozenset({RequestFault.COOKIES_BLOCKED}))


def foreign_form(wired: Wired) -> Typed:
    register(wired)
    return Typed(faults=frozenset({RequestFault.CSRF}))


def no_portal(wired: Wired) -> Typed:
    register(wired)
    return Typed(url="https://portal.acme.invalid/secure/")


def too_often(wired: Wired) -> Typed:
    register(wired)
    guess(wired, 10)
    return Typed()


def link_of_another_tenant(wired: Wired) -> Typed:
    return Typed(address=BOB, link=settle(wired, invite(wired)), url=GLOBEX_URL)


# -- the address and the account --


def no_address(_wired: Wired) -> Typed:
    return Typed(address="ann at acme")


def alias(wired: Wired) -> Typed:
    wired.auth.accounts.add_alias(register(wired), "a.ash@acme.example")
    return Typed(address="a.ash@acme.example")


def tagged(wired: Wired) -> Typed:
    register(wired)
    return Typed(address="ann+portal@acme.example")


def never_invited(wired: Wired) -> Typed:
    return Typed(address="carl@other.example", link=invite(wired))


def unknown(wired: Wired) -> Typed:
    register(wired)
    return Typed(address="an@acme.example")


def disabled(wired: Wired) -> Typed:
    wired.auth.accounts.disable(register(wired))
    return Typed()


# -- the link --


def no_link(wired: Wired) -> Typed:
    settle(wired, invite(wired))
    return Typed(address=BOB)


def damaged_link(wired: Wired) -> Typed:
    return Typed(address=BOB, link=settle(wired, invite(wired))[:-6])


def link_from_the_future(wired: Wired) -> Typed:
    link = settle(wired, invite(wired))
    wired.clock.move(timedelta(minutes=-10))
    return Typed(address=BOB, link=link)


def expired_link(wired: Wired) -> Typed:
    link = settle(wired, invite(wired))
    for _ in range(2):
        wired.auth.links.open(link, url=URL)
    wired.clock.move(timedelta(days=14, minutes=2))
    return Typed(address=BOB, link=link)


def recalled_link(wired: Wired) -> Typed:
    issued = wired.auth.links.issue(
        recipient=BOB, sender=ANN, message="m-1", tenant="acme"
    )
    link = settle(wired, wired.mailed_token())
    wired.auth.links.recall(issued.id)
    return Typed(address=BOB, link=link)


def forwarded_link(wired: Wired) -> Typed:
    settle(wired, invite(wired))
    return Typed(address=BOB, link=invite(wired, "eve@other.example", "m-2"))


# -- the secret --


def mail_refused(wired: Wired) -> Typed:
    wired.inbox.answer = Delivery(state=DeliveryState.REFUSED, detail="550 5.1.1")
    newcomer(wired)
    return Typed(password="what was it again?")


def no_password(wired: Wired) -> Typed:
    newcomer(wired)
    return Typed()


def failed_in_a_row(wired: Wired) -> Typed:
    register(wired)
    guess(wired, 5)
    wired.clock.move(HOUR)
    return Typed()


def damaged_row(wired: Wired) -> Typed:
    old = wired.store.credentials.get(AccountId(register(wired)))
    costly = old.password_hash.replace("m=8", "m=99999999")
    new = dataclasses.replace(old, password_hash=costly, version=old.version + 1)
    assert wired.store.credentials.replace(old, new)
    return Typed()


def late(wired: Wired) -> Typed:
    temporary = newcomer(wired)
    wired.clock.move(HOUR)
    return Typed(password=temporary)


def twice(wired: Wired) -> Typed:
    temporary = newcomer(wired)
    ticket = wired.check(ANN, temporary).ticket
    wired.auth.passwords.complete(ticket, PASSWORD)
    return Typed(password=temporary)


def older_mail(wired: Wired) -> Typed:
    account = register(wired)
    wired.auth.accounts.send_temporary_password(account)
    temporary = wired.mailed_password()
    wired.auth.accounts.send_temporary_password(account)
    wired.mailed_password()
    return Typed(password=temporary)


def other_temporary(wired: Wired) -> Typed:
    register(wired)
    return Typed(password="0000-0000-0000-0")


def wrong_password(wired: Wired) -> Typed:
    register(wired)
    return Typed(password=WRONG)


# -- later steps --


def no_ticket(wired: Wired) -> Later:
    return Later(lambda auth: auth.passwords.complete("eyJ" + "A" * 60, NEW))


def old_ticket(wired: Wired) -> Later:
    ticket = wired.check(ANN, newcomer(wired)).ticket
    wired.clock.move(timedelta(minutes=15))
    return Later(lambda auth: auth.passwords.complete(ticket, NEW))


def ended_session(wired: Wired) -> Later:
    register(wired)
    token = wired.check(ANN, PASSWORD).session.token
    wired.auth.sessions.end(token)
    return Later(lambda auth: auth.passwords.change(token, current=PASSWORD, new=NEW))


def ticket_twice(wired: Wired) -> Later:
    ticket = wired.check(ANN, newcomer(wired)).ticket
    wired.auth.passwords.complete(ticket, PASSWORD)
    return Later(lambda auth: auth.passwords.complete(ticket, NEW))


# -- what they may do --


def not_permitted(wired: Wired) -> Typed:
    register(wired)
    wired.options["permissions"].on = False
    return Typed()


def old_browser(wired: Wired) -> Typed:
    register(wired)
    return Typed(client=Client(ip="192.0.2.7", user_agent=OLD_FIREFOX))


def refusing_old_browsers(_colour: str) -> dict[str, Any]:
    matrix = BrowserMatrix(lowest={"Firefox": 128}, read=read_browser)
    return {"policy": Policy(browsers=matrix, checks=(matrix.refuse_older,))}


# -- two at once --


def alias_and_expired_link(wired: Wired) -> Typed:
    issued = wired.auth.links.issue(
        recipient=BOB, sender=ANN, message="m-1", tenant="acme"
    )
    link = settle(wired, wired.mailed_token())
    wired.auth.accounts.add_alias(issued.recipient, "robert@other.example")
    wired.clock.move(timedelta(days=14, minutes=2))
    return Typed(address="robert@other.example", link=link)


def wrong_tenant_and_too_often(wired: Wired) -> Typed:
    register(wired)
    for number in range(10):
        wired.check(ANN, WRONG, url=GLOBEX_URL, ip=f"198.51.100.{number}")
    return Typed(url=GLOBEX_URL)


def disabled_and_an_old_mail(wired: Wired) -> Typed:
    account = register(wired)
    wired.auth.accounts.send_temporary_password(account)
    temporary = wired.mailed_password()
    wired.auth.accounts.disable(account)
    return Typed(password=temporary)


def no_cookies_and_a_recalled_link(wired: Wired) -> Typed:
    return dataclasses.replace(
        recalled_link(wired),
        faults=frozenset({RequestFault.COOKIES_BLOCKED}),
        password=WRONG,
    )


def no_link_and_a_lost_mail(wired: Wired) -> Typed:
    settle(wired, invite(wired))
    wired.inbox.answer = Delivery(state=DeliveryState.REFUSED, detail="550 5.1.1")
    invite(wired, message="m-2")
    return Typed(address=BOB, password=WRONG)


SCENES: tuple[Scene, ...] = (
    Scene(
        name="overloaded",
        arrange=overloaded,
        causes=(Cause.OVERLOADED,),
        first="Ask the person to try again",
        wiring=lambda _: {"pool": Room(size=1)},
    ),
    Scene(
        name="no cookies",
        arrange=no_cookies,
        causes=(Cause.COOKIES_BLOCKED,),
        first="Have cookies allowed",
    ),
    Scene(
        name="foreign form",
        arrange=foreign_form,
        causes=(Cause.CSRF,),
        first="Have the portal's page loaded anew",
    ),
    Scene(
        name="no portal",
        arrange=no_portal,
        causes=(Cause.WRONG_PORTAL,),
        first="Give the person the right URL",
        facts={"portal used": "acme.invalid", "portal meant": "portal.acme.example"},
    ),
    Scene(
        name="too often",
        arrange=too_often,
        causes=(Cause.THROTTLED,),
        first="Wait until the window ends",
        facts={
            "throttled by": "address",
            "throttled until": "2026-03-02 09:45:00",
            "attempts with this address": "wrong_password 10",
        },
    ),
    Scene(
        name="link of another tenant",
        arrange=link_of_another_tenant,
        causes=(Cause.WRONG_TENANT, Cause.NOT_INVITED),
        first="Have that organisation's own portal",
        facts={"near accounts": "bob@other.example (acme)"},
    ),
    Scene(
        name="no address",
        arrange=no_address,
        causes=(Cause.MALFORMED_ADDRESS,),
        first="Have the full address typed",
    ),
    Scene(
        name="alias",
        arrange=alias,
        causes=(Cause.ALIAS_USED,),
        first="Tell the person which address",
        facts={"typed address": "a.ash@", "primary address": "ann@acme.example"},
    ),
    Scene(
        name="tagged",
        arrange=tagged,
        causes=(Cause.PLUS_VARIANT, Cause.UNKNOWN_ADDRESS),
        first="Have the address typed as the mail",
        facts={"near accounts": "ann@acme.example"},
    ),
    Scene(
        name="never invited",
        arrange=never_invited,
        causes=(Cause.NOT_INVITED,),
        first="Have the address used that the notification",
        facts={"link for": "bob@other.example", "sender": "ann@acme.example"},
    ),
    Scene(
        name="unknown",
        arrange=unknown,
        causes=(Cause.UNKNOWN_ADDRESS,),
        first="Check the spelling",
        facts={"typed address": "an@acme.example"},
    ),
    Scene(
        name="disabled",
        arrange=disabled,
        causes=(Cause.DISABLED,),
        first="Ask the administrator",
        facts={"status": "disabled"},
    ),
    Scene(
        name="no link",
        arrange=no_link,
        causes=(Cause.LINK_MISSING,),
        first="Have the link in the notification used",
        facts={"link issued": "2026-03-02", "link opened": "never"},
    ),
    Scene(
        name="damaged link",
        arrange=damaged_link,
        causes=(Cause.LINK_BAD_SIGNATURE,),
        first="Have the whole link copied",
    ),
    Scene(
        name="link from the future",
        arrange=link_from_the_future,
        causes=(Cause.CLOCK_SKEW,),
        first="Have the clocks",
    ),
    Scene(
        name="expired link",
        arrange=expired_link,
        causes=(Cause.LINK_EXPIRED,),
        first="Reissue the link",
        facts={"link opened": "2 times", "link expires": "2026-03-16"},
    ),
    Scene(
        name="recalled link",
        arrange=recalled_link,
        causes=(Cause.LINK_RECALLED,),
        first="Ask the sender",
        facts={"link recalled": "2026-03-02"},
    ),
    Scene(
        name="forwarded link",
        arrange=forwarded_link,
        causes=(Cause.LINK_FOR_OTHER_RECIPIENT,),
        first="Have the person use the link",
        facts={"link for": "eve@other.example", "typed address": "bob@"},
    ),
    Scene(
        name="mail refused",
        arrange=mail_refused,
        causes=(Cause.MAIL_NOT_DELIVERED, Cause.NO_PASSWORD_SET),
        first="Look at the delivery",
        facts={"delivery": "refused 550 5.1.1", "last password mail": "not sent"},
    ),
    Scene(
        name="no password",
        arrange=no_password,
        causes=(Cause.NO_PASSWORD_SET,),
        first="Have the temporary password of the newest mail",
        facts={
            "temporary password lives until": "10:30",
            "last password mail": "2026-03-02 09:30",
        },
    ),
    Scene(
        name="failed in a row",
        arrange=failed_in_a_row,
        causes=(Cause.LOCKED,),
        first="Send a temporary password",
        facts={"tries counted": "6"},
        wiring=lambda _: {"policy": Policy(limits=Limits(consecutive=5))},
    ),
    Scene(
        name="damaged row",
        arrange=damaged_row,
        causes=(Cause.HASH_UNUSABLE,),
        first="Send a temporary password",
    ),
    Scene(
        name="late",
        arrange=late,
        causes=(Cause.TEMP_EXPIRED,),
        first="Send a new temporary password",
        facts={"temporary password lives until": "(expired)"},
    ),
    Scene(
        name="twice",
        arrange=twice,
        causes=(Cause.TEMP_USED,),
        first="Have the password used that was set",
        facts={"earlier temporary passwords": "used 2026-03-02"},
    ),
    Scene(
        name="older mail",
        arrange=older_mail,
        causes=(Cause.TEMP_SUPERSEDED,),
        first="Have the newest mail's typed",
        facts={"earlier temporary passwords": "superseded 2026"},
    ),
    Scene(
        name="other temporary",
        arrange=other_temporary,
        causes=(Cause.TEMP_WRONG,),
        first="Have it typed by hand",
        facts={"typed secret": "a temporary password"},
    ),
    Scene(
        name="wrong password",
        arrange=wrong_password,
        causes=(Cause.WRONG_PASSWORD,),
        first='Point to "Forgot',
        facts={"typed secret": "a lasting password"},
    ),
    Scene(
        name="no ticket",
        arrange=no_ticket,
        causes=(Cause.TICKET_INVALID,),
        first="Have the log-in begun anew",
    ),
    Scene(
        name="old ticket",
        arrange=old_ticket,
        causes=(Cause.TICKET_EXPIRED,),
        first="Have the log-in begun anew",
        facts={"operation": "password_completed"},
    ),
    Scene(
        name="ended session",
        arrange=ended_session,
        causes=(Cause.SESSION_ENDED,),
        first="Have the person log in again",
    ),
    Scene(
        name="ticket twice",
        arrange=ticket_twice,
        causes=(Cause.OVERTAKEN,),
        first="Have the log-in begun anew",
    ),
    Scene(
        name="not permitted",
        arrange=not_permitted,
        causes=(Cause.NO_PERMISSION,),
        first="Ask the administrator",
        wiring=lambda colour: {
            "permissions": Switch() if colour == "sync" else AsyncSwitch()
        },
    ),
    Scene(
        name="old browser",
        arrange=old_browser,
        causes=(Cause.REFUSED_BY_PORTAL,),
        first="Do what the note says",
        facts={"note": "below version 128", "browser version": "Firefox 115, below"},
        wiring=refusing_old_browsers,
    ),
    Scene(
        name="alias and expired link",
        arrange=alias_and_expired_link,
        causes=(Cause.ALIAS_USED, Cause.LINK_EXPIRED),
        first="Tell the person which address",
    ),
    Scene(
        name="wrong tenant and too often",
        arrange=wrong_tenant_and_too_often,
        causes=(Cause.THROTTLED, Cause.WRONG_TENANT, Cause.UNKNOWN_ADDRESS),
        first="Wait until the window ends",
    ),
    Scene(
        name="disabled and an old mail",
        arrange=disabled_and_an_old_mail,
        causes=(Cause.DISABLED, Cause.TEMP_SUPERSEDED),
        first="Ask the administrator",
        facts={"earlier temporary passwords": "cancelled"},
    ),
    Scene(
        name="no cookies and a recalled link",
        arrange=no_cookies_and_a_recalled_link,
        causes=(Cause.COOKIES_BLOCKED, Cause.LINK_RECALLED, Cause.WRONG_PASSWORD),
        first="Have cookies allowed",
    ),
    Scene(
        name="no link and a lost mail",
        arrange=no_link_and_a_lost_mail,
        causes=(Cause.LINK_MISSING, Cause.MAIL_NOT_DELIVERED, Cause.WRONG_PASSWORD),
        first="Have the link in the notification",
    ),
)
