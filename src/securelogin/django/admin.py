"""What the admin site shows: nothing there can be changed.

Accounts are enrolled, disabled and erased by the library's own calls, which also end
sessions and let older secrets die.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from securelogin.django.models import PortalAccount

__all__ = ["PortalAccountAdmin", "ReadOnlyAdmin"]


if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    # Django's own takes no parameter at run time.
    _ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    """To be looked at by whoever has the permission to view."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell that nobody adds one here."""
        del request
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Tell that nobody changes one here."""
        del request, obj
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Tell that nobody deletes one here."""
        del request, obj
        return False


@admin.register(PortalAccount)
class PortalAccountAdmin(ReadOnlyAdmin):
    """Whose account is whose user."""

    list_display = ("user", "tenant", "audience", "id")
    list_filter = ("tenant", "audience")
    search_fields = ("id", "key")
