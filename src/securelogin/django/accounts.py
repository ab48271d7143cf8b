"""Django's users as the accounts of a portal: `SecureLogin(own_accounts=…)`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DEFAULT_DB_ALIAS
from django.db import Error as DatabaseError

from securelogin.accounts import Account, AccountId, Audience, Status
from securelogin.addresses import AddressKey, Tenant, parse_address
from securelogin.django.models import PortalAccount
from securelogin.errors import InvalidInput, Unavailable

__all__ = ["UserAccounts", "follow_address"]

_NUL = "\x00"


class UserAccounts:
    """`Accounts` over the users that were enrolled (`PortalAccount.objects.enroll`).

    It only reads. An inactive user's account is disabled. A user whose address was
    changed past `save()`, as by `QuerySet.update`, is not found until enrolled anew:
    nobody gets in by an address that is no longer theirs.

    Args:
        using: the database alias that users are read from.
    """

    def __init__(self, *, using: str = DEFAULT_DB_ALIAS) -> None:
        self._using = using

    def find(self, key: AddressKey, /) -> Account | None:
        """Return the account of the user whose address has this key."""
        found = self._one("find", tenant=key.tenant, key=key.value)
        # Compared once more: a collation may have folded what is not the same.
        return found if found is not None and found.key == key else None

    def get(self, account: AccountId, /) -> Account | None:
        """Return the account with this id."""
        found = self._one("get", pk=account, key__isnull=False)
        return found if found is not None and found.id == account else None

    def _one(self, verb: str, **wanted: Any) -> Account | None:  # noqa: ANN401 -- as `filter` takes it
        # PostgreSQL has no NUL in its text, and would refuse the question.
        if any(_NUL in value for value in wanted.values() if isinstance(value, str)):
            return None
        rows = PortalAccount.objects.using(self._using).select_related("user")
        try:
            found = rows.filter(**wanted).first()
        except DatabaseError as error:
            problem = f"the database could not be asked ({type(error).__name__})"
        else:
            return None if found is None else _account(found)
        # Not raised above: the driver's error quotes what was asked for.
        raise Unavailable(problem, adapter=type(self).__name__, verb=verb)


def _account(row: PortalAccount) -> Account | None:
    user = row.user
    try:
        address = parse_address(getattr(user, user.get_email_field_name()))
    except InvalidInput:
        return None
    return Account(
        id=AccountId(row.id),
        tenant=Tenant(row.tenant),
        audience=Audience(row.audience),
        primary=address,
        status=Status.ACTIVE if user.is_active else Status.DISABLED,
        language=row.language,
    )


def follow_address(instance: AbstractBaseUser, **_: object) -> None:
    """Keep the keys of a user who was saved; without an address they are not found."""
    try:
        address = parse_address(getattr(instance, instance.get_email_field_name()))
    except InvalidInput:
        return
    for row in PortalAccount.objects.filter(user=instance, key__isnull=False):
        row.key = address.key(Tenant(row.tenant)).value
        row.save(update_fields=["key"])
