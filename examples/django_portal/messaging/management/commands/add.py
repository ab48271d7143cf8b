"""`manage.py add ADDRESS`: somebody of the house."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from login import PORTAL, auth
from securelogin.accounts import AccountId
from securelogin.django.models import PortalAccount


class Command(BaseCommand):
    """Make a user, enroll them, and order a temporary password."""

    help = "Give somebody of the house an account; the courier mails them."

    def add_arguments(self, parser):
        """Take an address."""
        parser.add_argument("address")

    def handle(self, *, address, **_):
        """Do it; doing it twice mails another password."""
        user, _ = get_user_model().objects.get_or_create(
            username=address, defaults={"email": address}
        )
        account = PortalAccount.objects.enroll(user, tenant=PORTAL.tenant)
        auth.accounts.send_temporary_password(AccountId(account.id))
