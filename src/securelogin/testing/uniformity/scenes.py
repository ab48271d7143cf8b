"""The scenes: what state an account is in, and for what cause an attempt is refused.

Named as in `outcomes.Cause` and in the list of eight account states; each is set on a
`Stage` for an address that nobody has had before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import timedelta

from securelogin.attempts import Attempt, RequestFault
from securelogin.outcomes import Cause
from securelogin.passwords import PasswordHasher
from securelogin.phc import HashBounds
from securelogin.testing.uniformity.stage import PASSWORD, WRONG, Stage
from securelogin.testing.uniformity.watch import CHEAPEST

__all__ = [
    "CAUSES",
    "OPERATIONS",
    "STATES",
    "UNKNOWN",
    "Operation",
    "Scene",
    "State",
    "rewrite",
]

State = Callable[[Stage, str], None]
Operation = Callable[[Stage, str], object]
Scene = Callable[[Stage], Attempt]

UNKNOWN = "unknown"
FORGED = "eyJ" + "A" * 60
_MINUTE = timedelta(minutes=1)


# -- the states of an account --


def _unknown(stage: Stage, address: str) -> None:
    del stage, address


def _active(stage: Stage, address: str) -> None:
    stage.settled(address)


def _locked(stage: Stage, address: str) -> None:
    stage.settled(address)
    stage.fail(address, stage.limits.consecutive + 1)
    # What only the window holds back is over; the lock stays.
    stage.watch.clock.move(stage.limits.window + _MINUTE)


def _disabled(stage: Stage, address: str) -> None:
    stage.auth.accounts.disable(stage.settled(address).id)


def _no_password(stage: Stage, address: str) -> None:
    stage.register(address)


def _must_change(stage: Stage, address: str) -> None:
    stage.auth.accounts.force_change(stage.settled(address).id)


def _temporary_pending(stage: Stage, address: str) -> None:
    stage.auth.accounts.send_temporary_password(stage.settled(address).id)
    stage.auth.courier.deliver()


def _older_hash(stage: Stage, address: str) -> None:
    older = dataclasses.replace(CHEAPEST, memory=CHEAPEST.memory * 2)
    hasher = PasswordHasher(older, bounds=HashBounds(floor=()))
    account = stage.settled(address)
    rewrite(
        stage,
        account.id,
        hasher.hash(stage.attempt(address, PASSWORD).password, account=account.id),
    )


def rewrite(stage: Stage, account: str, password_hash: str) -> None:
    """Put another hash in the place of the one that somebody has."""
    credentials = stage.watch.credentials
    old = credentials.get(account)
    new = dataclasses.replace(old, password_hash=password_hash, version=old.version + 1)
    credentials.replace(old, new)


STATES: Mapping[str, State] = {
    UNKNOWN: _unknown,
    "active": _active,
    "locked": _locked,
    "disabled": _disabled,
    "no password": _no_password,
    "must change": _must_change,
    "temporary pending": _temporary_pending,
    "older hash": _older_hash,
}
"""The eight states of an account, by name."""


# -- what a stranger can do --

OPERATIONS: Mapping[str, Operation] = {
    "a wrong password": lambda stage, address: stage.check(address),
    "a wrong temporary password": lambda stage, address: stage.check(
        address, "0000-0000-0000-0"
    ),
    "a mistyped temporary password": lambda stage, address: stage.check(
        address, "0000-0000-0000-1"
    ),
    "a password of 10 MB": lambda stage, address: stage.check(
        address, "x" * 10_000_000
    ),
    "lone surrogates": lambda stage, address: stage.check(address, "\ud800" * 20),
    "a forged link": lambda stage, address: stage.check(address, link=FORGED),
    "another portal": lambda stage, address: stage.check(
        address, url=(stage.foreign or stage.portal).url
    ),
    "no portal": lambda stage, address: stage.check(
        address, url="https://elsewhere.example/"
    ),
    "a forgotten password": lambda stage, address: stage.auth.reset.request(
        address=address, url=stage.portal.url, client=stage.new_client()
    ),
    "a forged ticket": lambda stage, _: stage.auth.passwords.complete(FORGED, PASSWORD),
    "a forged session": lambda stage, _: stage.auth.passwords.change(
        "x" * 43, current=WRONG, new=PASSWORD
    ),
    "a forged session and an address": lambda stage, address: (
        stage.auth.addresses.request("x" * 43, current=WRONG, address=address)
    ),
    "a forged link opened": lambda stage, _: stage.auth.links.open(
        FORGED, url=stage.portal.url
    ),
    "a forged proof of an address": lambda stage, _: stage.auth.addresses.confirm(
        FORGED
    ),
}
"""What anybody can ask for, with an address of their choice."""


# -- why a log-in is refused --


def _alias(stage: Stage) -> Attempt:
    alias = stage.new_address()
    stage.auth.addresses.add_alias(stage.settled(stage.new_address()).id, alias)
    return stage.attempt(alias, PASSWORD)


def _with_state(state: State, password: str = PASSWORD) -> Scene:
    def scene(stage: Stage) -> Attempt:
        address = stage.new_address()
        state(stage, address)
        return stage.attempt(address, password)

    return scene


def _temporary_expired(stage: Stage) -> Attempt:
    address = stage.new_address()
    stage.register(address)
    temporary = stage.temporary(address)
    stage.watch.clock.move(stage.lifetimes.temporary + _MINUTE)
    return stage.attempt(address, temporary)


def _temporary_used(stage: Stage) -> Attempt:
    address = stage.new_address()
    stage.settled(address)
    return stage.attempt(address, stage.watch.mailbox.temporary_password(to=address))


def _temporary_superseded(stage: Stage) -> Attempt:
    address = stage.new_address()
    account = stage.settled(address)
    stage.auth.accounts.send_temporary_password(account.id)
    superseded = stage.temporary(address)
    stage.auth.accounts.send_temporary_password(account.id)
    stage.auth.courier.deliver()
    return stage.attempt(address, superseded)


def _link_missing(stage: Stage) -> Attempt:
    recipient = stage.new_address()
    stage.invited(recipient)
    return stage.attempt(recipient, PASSWORD)


def _link_forged(stage: Stage) -> Attempt:
    recipient = stage.new_address()
    stage.invited(recipient)
    return stage.attempt(recipient, PASSWORD, link=FORGED)


def _link_expired(stage: Stage) -> Attempt:
    recipient = stage.new_address()
    link = stage.invited(recipient)
    stage.watch.clock.move(stage.lifetimes.link + stage.lifetimes.leeway + _MINUTE)
    return stage.attempt(recipient, PASSWORD, link=link)


def _link_from_the_future(stage: Stage) -> Attempt:
    recipient = stage.new_address()
    link = stage.invited(recipient)
    stage.watch.clock.move(-timedelta(hours=8))
    return stage.attempt(recipient, PASSWORD, link=link)


def _link_recalled(stage: Stage) -> Attempt:
    recipient = stage.new_address()
    stage.invited(recipient)
    link = stage.invite(recipient)
    token = stage.token(recipient)
    stage.auth.links.recall(link.id)
    return stage.attempt(recipient, PASSWORD, link=token)


def _link_of_somebody_else(stage: Stage) -> Attempt:
    recipient, other = stage.new_address(), stage.new_address()
    stage.invited(recipient)
    stage.invite(other)
    return stage.attempt(recipient, PASSWORD, link=stage.token(other))


def _never_invited(stage: Stage) -> Attempt:
    recipient = stage.new_address()
    stage.invite(recipient)
    return stage.attempt(stage.new_address(), PASSWORD, link=stage.token(recipient))


def _other_tenant(stage: Stage) -> Attempt:
    recipient = stage.new_address()
    link = stage.invited(recipient)
    url = (stage.foreign or stage.portal).url
    return stage.attempt(recipient, PASSWORD, link=link, url=url)


def _throttled(stage: Stage) -> Attempt:
    address = stage.new_address()
    stage.settled(address)
    stage.fail(address, stage.limits.tries + 1)
    return stage.attempt(address, PASSWORD)


def _unusable_hash(stage: Stage) -> Attempt:
    address = stage.new_address()
    account = stage.settled(address)
    rewrite(stage, account.id, "$argon2id$v=19$m=99999999,t=1,p=1$" + "A" * 22 + "$A")
    return stage.attempt(address, PASSWORD)


def _malformed(stage: Stage) -> Attempt:
    return stage.attempt("no address at all", PASSWORD)


def _wrong_portal(stage: Stage) -> Attempt:
    address = stage.new_address()
    stage.settled(address)
    return stage.attempt(address, PASSWORD, url="https://elsewhere.example/")


def _with_fault(fault: RequestFault) -> Scene:
    def scene(stage: Stage) -> Attempt:
        address = stage.new_address()
        stage.settled(address)
        return stage.attempt(address, PASSWORD, faults=frozenset({fault}))

    return scene


CAUSES: Mapping[Cause, Scene] = {
    Cause.COOKIES_BLOCKED: _with_fault(RequestFault.COOKIES_BLOCKED),
    Cause.CSRF: _with_fault(RequestFault.CSRF),
    Cause.WRONG_PORTAL: _wrong_portal,
    Cause.THROTTLED: _throttled,
    Cause.WRONG_TENANT: _other_tenant,
    Cause.MALFORMED_ADDRESS: _malformed,
    Cause.ALIAS_USED: _alias,
    Cause.NOT_INVITED: _never_invited,
    Cause.UNKNOWN_ADDRESS: _with_state(_unknown),
    Cause.DISABLED: _with_state(_disabled),
    Cause.LINK_MISSING: _link_missing,
    Cause.LINK_BAD_SIGNATURE: _link_forged,
    Cause.CLOCK_SKEW: _link_from_the_future,
    Cause.LINK_EXPIRED: _link_expired,
    Cause.LINK_RECALLED: _link_recalled,
    Cause.LINK_FOR_OTHER_RECIPIENT: _link_of_somebody_else,
    Cause.NO_PASSWORD_SET: _with_state(_no_password),
    Cause.LOCKED: _with_state(_locked),
    Cause.HASH_UNUSABLE: _unusable_hash,
    Cause.TEMP_EXPIRED: _temporary_expired,
    Cause.TEMP_USED: _temporary_used,
    Cause.TEMP_SUPERSEDED: _temporary_superseded,
    Cause.TEMP_WRONG: _with_state(_active, "0000-0000-0000-0"),
    Cause.WRONG_PASSWORD: _with_state(_active, WRONG),
}
"""How each cause of a refused log-in comes about, if nothing else is wrong."""
