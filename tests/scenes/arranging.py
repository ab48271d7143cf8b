"""How each scene begins: a portal is set up through its public face."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

from securelogin import Audience, Client, HashingPool, Policy
from securelogin.accounts import AccountId
from securelogin.attempts import RequestFault
from securelogin.browsers import BrowserMatrix
from securelogin.mail import Delivery, DeliveryState
from securelogin.user_agents import read_browser
from tests.flows.conftest import register
from tests.scenes.playing import ANN, BOB, HOUR, NEW, OLD_FIREFOX, WRONG, Later, Typed
from tests.wiring import GLOBEX_URL, PASSWORD, Wired


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


def no_address(_wired: Wired) -> Typed:
    return Typed(address="ann at acme")


def alias(wired: Wired) -> Typed:
    wired.auth.addresses.add_alias(register(wired), "a.ash@acme.example")
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
        wired.auth.links.open(link, url=wired.url)
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


def alias_and_expired_link(wired: Wired) -> Typed:
    issued = wired.auth.links.issue(
        recipient=BOB, sender=ANN, message="m-1", tenant="acme"
    )
    link = settle(wired, wired.mailed_token())
    wired.auth.addresses.add_alias(issued.recipient, "robert@other.example")
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


def store_away(wired: Wired) -> Typed:
    register(wired)
    return Typed()
