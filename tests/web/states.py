"""The states an account can be in, set through the public face."""

from __future__ import annotations

import dataclasses

from securelogin import Audience, PasswordHasher
from securelogin.accounts import AccountId
from tests.flows.conftest import register
from tests.wiring import ANY_COST, CHEAPEST, PASSWORD

ADDRESS = "ann@acme.example"
WRONG = "wrong wrong wrong"


def unknown(wired) -> None:
    pass


def active(wired) -> None:
    register(wired, ADDRESS)


def locked(wired) -> None:
    register(wired, ADDRESS)
    for number in range(101):
        wired.check(ADDRESS, WRONG, ip=f"198.51.100.{number}")


def disabled(wired) -> None:
    wired.auth.accounts.disable(register(wired, ADDRESS))


def no_usable_password(wired) -> None:
    wired.auth.accounts.register(ADDRESS, tenant="acme", audience=Audience.INTERNAL)


def must_change(wired) -> None:
    wired.auth.accounts.force_change(register(wired, ADDRESS))


def temporary_pending(wired) -> None:
    wired.auth.accounts.send_temporary_password(register(wired, ADDRESS))
    wired.auth.courier.deliver()


def legacy_hash(wired) -> None:
    account = AccountId(register(wired, ADDRESS))
    old = wired.store.credentials.get(account)
    older = PasswordHasher(
        dataclasses.replace(CHEAPEST, memory=16), bounds=ANY_COST
    ).hash(wired.attempt(ADDRESS, PASSWORD).password, account=account)
    wired.store.credentials.replace(
        old, dataclasses.replace(old, password_hash=older, version=old.version + 1)
    )


STATES = [
    active,
    locked,
    disabled,
    no_usable_password,
    must_change,
    temporary_pending,
    legacy_hash,
]
