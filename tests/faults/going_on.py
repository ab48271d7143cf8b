"""After a fault, people get in: with what they have, or by a temporary password."""

from __future__ import annotations

from securelogin import Audience, ChangeRequired, Granted
from securelogin.accounts import Account, Status
from securelogin.mail import MailKind
from securelogin.outcomes import Changed
from securelogin.sessions import session_digest
from tests.faults.invariants import Moment, check_all
from tests.faults.world import CLIENT, World
from tests.wiring import URL

THIRD = "a third harbour at twelve"
ANEW = "a fourth harbour at three"


def gets_in(world: World) -> None:
    """Let the person log in by what they know; then by a temporary password."""
    world.settle()
    account = world.look().accounts[world.id]
    if account.status is Status.DISABLED:
        world.auth.accounts.enable(world.id)
        for token in world.person.dead_sessions:
            assert world.auth.sessions.resolve(token) is None, "it lives again"
    if account.status is Status.ERASED:
        anew(world)
        account = world.look().accounts[world.id]
    before = world.look()
    address = account.primary.text
    answers = [world.check(typed, address) for typed in set(world.person.passwords)]
    knows_one = before.credentials[world.id].password_hash is not None
    assert knows_one is any(
        isinstance(one, (Granted, ChangeRequired)) for one in answers
    ), answers
    if not knows_one:  # Erased half-way and opened again, or revoked.
        world.inbox.mails.clear()
    by_mail(world, address)
    check_all(Moment(world, before, world.look()))


def by_mail(world: World, address: str) -> None:
    """Ask for a temporary password, change it, log in."""
    world.person.dead_sessions += [
        token
        for token in world.person.sessions
        if session_digest(token) in world.look().sessions
    ]
    world.auth.reset.request(address=address, url=URL, client=CLIENT)
    world.settle()
    required = world.check(world.newest_temporary(), address)
    assert isinstance(required, ChangeRequired), required
    changed = world.auth.passwords.complete(required.ticket, THIRD, client=CLIENT)
    assert isinstance(changed, Changed), changed
    world.person.passwords.append(THIRD)
    assert isinstance(world.check(THIRD, address), Granted)


def anew(world: World) -> None:
    """Register whoever was erased; what opened before opens nothing."""
    address = world.person.addresses[0]
    world.inbox.mails.clear()
    stored = world.auth.accounts.register(
        address, tenant="acme", audience=Audience.INTERNAL
    )
    for token in world.person.sessions:
        assert world.auth.sessions.resolve(token) is None
    world.settle()
    typed = world.mailed(MailKind.TEMPORARY_PASSWORD, "password")[-1]
    world.person.passwords = [ANEW]
    required = world.check(typed, address)
    world.auth.passwords.complete(required.ticket, ANEW, client=CLIENT)
    world.person.account = stored.account.id


def gets_in_anew(world: World) -> None:
    """Let everybody else who has an account in by a temporary password."""
    for account in list(world.look().accounts.values()):
        if account.id == world.id or account.status is Status.ERASED:
            continue
        world.auth.reset.request(address=account.primary.text, url=URL, client=CLIENT)
        world.settle()
        mailed = [
            mail.secrets["password"].reveal()
            for mail in world.inbox.mails
            if mail.kind is MailKind.TEMPORARY_PASSWORD
            and mail.to.text == account.primary.text
        ]
        ticket = world.check(
            mailed[-1], account.primary.text, link=a_link(world, account)
        )
        assert isinstance(ticket, ChangeRequired), ticket


def a_link(world: World, account: Account) -> str | None:
    """Send an external person a message, and return the link in its mail."""
    if account.audience is Audience.INTERNAL:
        return None
    world.auth.links.issue(
        recipient=account.primary.text,
        sender="boss@acme.example",
        message="m-9",
        tenant=account.tenant,
    )
    world.settle()
    return world.mailed(MailKind.MESSAGE, "link")[-1].rpartition("=")[2]
