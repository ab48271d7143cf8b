"""Which Django user somebody is who is logged in at the portal's pages."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from securelogin.accounts import Account
from securelogin.django.models import PortalAccount
from securelogin.outcomes import LoggedIn

__all__ = ["SecureLoginBackend"]


class SecureLoginBackend(ModelBackend):
    """Takes sessions of the portal, and no password: those are checked by the pages.

    Permissions are Django's, as with `ModelBackend`. Whoever is unknown to Django, such
    as an external recipient, becomes a user without a password when first seen;
    override `new_user` to make them otherwise.
    """

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, *, logged_in: LoggedIn
    ) -> AbstractBaseUser | None:
        """Return the user of an account; None if the user is not active, or not ours.

        `authenticate(username=…, password=…)` does not fit, so Django passes us over.
        """
        del request
        user = self._known(logged_in.account) or self._newly_known(logged_in.account)
        return user if user is not None and self.user_can_authenticate(user) else None

    def new_user(self, account: Account, /) -> AbstractBaseUser:
        """Return a user for an account that Django does not know, not saved yet.

        The user's name is the account's id, for an address is one tenant's only.
        """
        model = get_user_model()
        user = model()
        setattr(user, str(model.USERNAME_FIELD), account.id)
        setattr(user, model.get_email_field_name(), account.primary.text)
        user.set_unusable_password()
        return user

    def _known(self, account: Account) -> AbstractBaseUser | None:
        found = PortalAccount.objects.select_related("user").filter(pk=account.id)
        return next((one.user for one in found), None)

    def _newly_known(self, account: Account) -> AbstractBaseUser | None:
        user = self.new_user(account)
        try:
            with transaction.atomic():
                user.save()
                PortalAccount.objects.create(
                    id=account.id, user=user, tenant=account.tenant
                )
        except IntegrityError:
            # Another request of the same person's was first; or the name is taken.
            return self._known(account)
        return user
