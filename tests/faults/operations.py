"""Every public operation: what has to be there first, and the call itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from securelogin import Audience
from securelogin.mail import Delivery, DeliveryState, MailKind, OrderState
from securelogin.sessions import session_digest
from securelogin.viewers import OPERATOR
from tests.faults.world import ADDRESS, CLIENT, World
from tests.wiring import URL

OTHER = "a second harbour at nine"
NEW = "ann.new@acme.example"
Step = Callable[[World], Any]


@dataclass(frozen=True)
class Operation:
    """One public method in one situation.

    Attributes:
        expect: notes what may be different afterwards.
    """

    method: str
    act: Step
    prepare: Step = lambda _: None
    situation: str = ""
    expect: Step = lambda _: None

    @property
    def name(self) -> str:
        return f"{self.method} {self.situation}".strip()


def with_temporary(world: World) -> None:
    world.auth.reset.request(address=ADDRESS, url=URL, client=CLIENT)
    world.auth.courier.deliver()
    world.person.temporary = world.newest_temporary()


def with_ticket(world: World) -> None:
    with_temporary(world)
    world.person.ticket = world.ticket()


def with_order(world: World) -> None:
    world.auth.reset.request(address=ADDRESS, url=URL, client=CLIENT)


def undelivered(world: World) -> None:
    """Let the mail server refuse a mail."""
    with_order(world)
    (world.person.order,) = [
        order.id
        for order in world.look().orders.values()
        if order.state is OrderState.WAITING
    ]
    answer = world.inbox.answer
    world.inbox.answer = Delivery(state=DeliveryState.REFUSED, detail="550")
    world.auth.courier.deliver()
    world.inbox.answer = answer
    # Taken by nobody: what it told has reached nobody either.
    world.inbox.mails.pop()


def with_link(world: World) -> None:
    world.send_link()
    world.auth.courier.deliver()


def disabled(world: World) -> None:
    world.auth.accounts.disable(world.id)
    world.person.dead_sessions += world.person.sessions


def with_proofs(world: World) -> None:
    world.auth.addresses.request_for(world.id, NEW)
    world.auth.courier.deliver()
    links = world.mailed(MailKind.CONFIRM_ADDRESS, "link")
    world.person.proofs = [link.rpartition("=")[2] for link in links]
    world.person.addresses.append(NEW)


def half_confirmed(world: World) -> None:
    with_proofs(world)
    world.auth.addresses.confirm(world.person.proofs[0])


def half_confirmed_with_ticket(world: World) -> None:
    half_confirmed(world)
    with_ticket(world)


def refused(world: World) -> None:
    world.person.reference = world.check("wrong and long enough").public.reference


def long_ago(world: World) -> None:
    world.check("wrong and long enough")
    world.clock.move(timedelta(days=4000))


def may_choose(world: World) -> None:
    """Note that the person may have another password, and no session, after it."""
    world.person.passwords.append(OTHER)
    shuts(world)


def loses_password(world: World) -> None:
    """Note that no lasting password may open, and no session, after it."""
    world.person.may_have_none = True
    shuts(world)


def shuts(world: World) -> None:
    world.person.dead_sessions += world.person.sessions


def may_move(world: World) -> None:
    world.person.addresses.append(NEW)


def first_session(world: World) -> str:
    return world.person.sessions[0]


OPERATIONS = [
    Operation("login.check", lambda w: w.check(w.person.passwords[0]), with_temporary),
    Operation(
        "login.check",
        lambda w: w.check("wrong and long enough"),
        situation="wrong password",
    ),
    Operation(
        "login.check",
        lambda w: w.check(w.person.temporary),
        with_temporary,
        "temporary password",
    ),
    Operation(
        "passwords.complete",
        lambda w: w.auth.passwords.complete(w.person.ticket, OTHER, client=CLIENT),
        with_ticket,
        expect=may_choose,
    ),
    Operation(
        "passwords.change",
        lambda w: w.auth.passwords.change(
            first_session(w),
            current=w.person.passwords[0],
            new=OTHER,
            client=CLIENT,
        ),
        with_temporary,
        expect=may_choose,
    ),
    Operation(
        "reset.request",
        lambda w: w.auth.reset.request(address=ADDRESS, url=URL, client=CLIENT),
    ),
    Operation("courier.deliver", lambda w: w.auth.courier.deliver(), with_order),
    Operation(
        "courier.deliver",
        lambda w: w.auth.courier.deliver(),
        lambda w: (with_temporary(w), w.send_link(), with_order(w)),
        "several",
    ),
    Operation(
        "courier.requeue",
        lambda w: w.auth.courier.requeue(w.person.order),
        undelivered,
    ),
    Operation(
        "accounts.register",
        lambda w: w.auth.accounts.register(
            "bob@acme.example", tenant="acme", audience=Audience.INTERNAL
        ),
    ),
    Operation(
        "accounts.send_temporary_password",
        lambda w: w.auth.accounts.send_temporary_password(w.id),
    ),
    Operation(
        "accounts.force_change",
        lambda w: w.auth.accounts.force_change(w.id),
        expect=shuts,
    ),
    Operation(
        "accounts.revoke_password",
        lambda w: w.auth.accounts.revoke_password(w.id),
        with_temporary,
        expect=loses_password,
    ),
    Operation(
        "accounts.disable",
        lambda w: w.auth.accounts.disable(w.id),
        with_temporary,
        expect=shuts,
    ),
    Operation("accounts.enable", lambda w: w.auth.accounts.enable(w.id), disabled),
    Operation(
        "addresses.add_alias",
        lambda w: w.auth.addresses.add_alias(w.id, "ann.b@acme.example"),
    ),
    Operation(
        "accounts.erase",
        lambda w: w.auth.accounts.erase(w.id),
        with_link,
        expect=shuts,
    ),
    Operation(
        "addresses.request",
        lambda w: w.auth.addresses.request(
            first_session(w),
            current=w.person.passwords[0],
            address=NEW,
            client=CLIENT,
        ),
        expect=may_move,
    ),
    Operation(
        "addresses.request_for",
        lambda w: w.auth.addresses.request_for(w.id, NEW),
        expect=may_move,
    ),
    Operation(
        "addresses.confirm",
        lambda w: w.auth.addresses.confirm(w.person.proofs[0]),
        with_proofs,
    ),
    Operation(
        "addresses.confirm",
        lambda w: w.auth.addresses.confirm(w.person.proofs[1]),
        half_confirmed,
        "the second",
    ),
    Operation(
        "addresses.confirm",
        lambda w: w.auth.addresses.confirm(w.person.proofs[1]),
        half_confirmed_with_ticket,
        "the second, with a ticket",
    ),
    Operation("links.issue", lambda w: w.send_link()),
    Operation(
        "links.issue",
        lambda w: w.auth.links.issue(
            recipient="bob@other.example",
            sender=ADDRESS,
            message="m-2",
            tenant="acme",
        ),
        situation="to a new recipient",
    ),
    Operation(
        "links.open",
        lambda w: w.auth.links.open(w.person.link_token, url=URL, client=CLIENT),
        with_link,
    ),
    Operation("links.recall", lambda w: w.auth.links.recall(w.person.link), with_link),
    Operation(
        "links.reissue", lambda w: w.auth.links.reissue(w.person.link), with_link
    ),
    Operation(
        "links.may_read",
        lambda w: w.auth.links.may_read(
            w.person.link_token, account=w.id, message="m-1"
        ),
        with_link,
    ),
    Operation(
        "sessions.resolve",
        lambda w: w.auth.sessions.resolve(first_session(w)),
        lambda w: w.clock.move(timedelta(minutes=10)),
    ),
    Operation("sessions.list", lambda w: w.auth.sessions.list(w.id)),
    Operation("sessions.end", lambda w: w.auth.sessions.end(first_session(w))),
    Operation(
        "sessions.end_one",
        lambda w: w.auth.sessions.end_one(w.id, session_digest(first_session(w))),
    ),
    Operation(
        "sessions.end_all",
        lambda w: w.auth.sessions.end_all(w.id),
        lambda w: w.log_in(),
    ),
    Operation("retention.overdue", lambda w: w.auth.retention.overdue(), long_ago),
    Operation("retention.purge", lambda w: w.auth.retention.purge(), long_ago),
    Operation(
        "support.find",
        lambda w: w.auth.support.find(w.person.reference, by=OPERATOR),
        refused,
    ),
    Operation(
        "support.dead_letters",
        lambda w: w.auth.support.dead_letters(by=OPERATOR),
        undelivered,
    ),
    Operation(
        "support.search",
        lambda w: w.auth.support.search(by=OPERATOR, tenant="acme", address=ADDRESS),
        refused,
    ),
]
BY_NAME = {operation.name: operation for operation in OPERATIONS}
