"""What the admin site shows: nothing there can be changed.

Accounts are enrolled, disabled and erased by the library's own calls, which also end
sessions and let older secrets die.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from securelogin.django.models import PortalAccount
from securelogin.django.stored import StoredAttempt
from securelogin.references import read_reference

__all__ = ["PortalAccountAdmin", "ReadOnlyAdmin", "StoredAttemptAdmin"]


if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    # Django's own takes no parameter at run time.
    _ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    """To be looked at by whoever has the permission to view."""

    actions: None = None

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

    list_display: tuple[str, ...] = ("user", "tenant", "audience", "id")
    list_filter: ClassVar[tuple[str, ...]] = ("tenant", "audience")
    search_fields: ClassVar[tuple[str, ...]] = ("id", "key")


@admin.register(StoredAttempt)
class StoredAttemptAdmin(ReadOnlyAdmin):
    """What was attempted, newest first; of all tenants, and nobody notes who looks.

    The support desk (`auth.support`) keeps tenants apart, and explains.
    """

    list_display: tuple[str, ...] = (
        "reference",
        "moment",
        "operation",
        "cause",
        "tenant",
        "typed",
        "ip",
    )
    list_filter: ClassVar[tuple[str, ...]] = ("tenant", "operation")
    ordering: ClassVar[tuple[str, ...]] = ("-seq",)
    # Each has its index.
    search_fields: ClassVar[tuple[str, ...]] = (
        "reference__exact",
        "lookup__exact",
        "account__exact",
    )
    search_help_text: ClassVar[str] = (
        "A reference, an address in small letters, or an account's id."
    )
    # To count all of them takes longer than to show a page.
    show_full_result_count: ClassVar[bool] = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find a reference however it was read out."""
        term = read_reference(search_term) or search_term
        return super().get_search_results(request, queryset, term)
