"""Which account of the library a Django user is; and all the app's models."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from securelogin.accounts import Audience
from securelogin.addresses import Tenant, parse_address

# Django looks for models here.
from securelogin.django import stored as _stored  # noqa: F401 -- see above
from securelogin.identifiers import make_id

__all__ = [
    "PortalAccount",
    "PortalAccounts",
    "new_account_id",
]


def new_account_id() -> str:
    """Return an id for a new account: random, and no address."""
    return make_id(secrets.token_bytes)


class PortalAccounts(models.Manager["PortalAccount"]):
    """Keeps what connects users and accounts."""

    def enroll(
        self,
        user: Any,  # noqa: ANN401 -- whatever AUTH_USER_MODEL is
        /,
        *,
        tenant: str,
        audience: Audience = Audience.INTERNAL,
        language: str = "en",
    ) -> PortalAccount:
        """Let a user log in at the portals of a tenant, by the address they have.

        Doing it twice is as good as once. The address is followed when it changes.

        Raises:
            InvalidInput: the user has no plain mail address.
            django.db.IntegrityError: it is another user's in this tenant.
        """
        address = parse_address(getattr(user, user.get_email_field_name()))
        found, _ = self.update_or_create(
            user=user,
            tenant=tenant,
            defaults={
                "key": address.key(Tenant(tenant)).value,
                "audience": audience.value,
                "language": language,
            },
        )
        return found


class PortalAccount(models.Model):
    """One account of one user.

    Attributes:
        id: of the account; never changes.
        key: of the user's address, for people who log in as Django's users; NULL for
            people whom the library's own store keeps.
    """

    id: models.CharField[str, str] = models.CharField(
        max_length=64, primary_key=True, default=new_account_id, editable=False
    )
    user: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="portal_accounts",
    )
    tenant: models.CharField[str, str] = models.CharField(max_length=64)
    key: models.CharField[str | None, str | None] = models.CharField(  # noqa: DJ001 -- NULLs are no duplicates
        max_length=320, null=True, editable=False
    )
    audience: models.CharField[str, str] = models.CharField(
        max_length=32, default=Audience.INTERNAL.value, editable=False
    )
    language: models.CharField[str, str] = models.CharField(max_length=64, default="en")

    objects: ClassVar[PortalAccounts] = PortalAccounts()

    class Meta:
        """What the database keeps true."""

        verbose_name = "account"
        constraints: tuple[models.BaseConstraint, ...] = (
            models.UniqueConstraint(
                fields=("tenant", "key"), name="securelogin_one_address"
            ),
            models.UniqueConstraint(
                fields=("user", "tenant"), name="securelogin_one_account"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tenant}: {self.id}"
