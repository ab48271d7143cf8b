"""Django's admin site without a log-in of its own."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from securelogin.django.portals import login_place, page_place

__all__ = ["PortalAdminSite"]


class PortalAdminSite(AdminSite):
    """Sends people to the portal's pages for log-in, log-out and change of password.

    Django's own form would check passwords that nobody throttles, records or changes.
    """

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the log-in; who is logged in already, and is no staff, gets a 403."""
        del extra_context
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect(login_place(request))

    def logout(  # type: ignore[override]  # it leads on, and shows nothing
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the page that ends the session."""
        del extra_context
        return redirect(page_place(request, "logout"))

    def password_change(  # type: ignore[override]  # the same
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the page that changes the password."""
        del extra_context
        return redirect(page_place(request, "change_password"))
