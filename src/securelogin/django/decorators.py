"""Views for one audience only; for the rest there are Django's own decorators."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from securelogin.accounts import Audience
from securelogin.django.portals import get_account

__all__ = ["audience_required"]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def audience_required(audience: Audience, /) -> Callable[[View[P]], View[P]]:
    """Let a view be seen by one audience only; the other gets a 403.

    Whoever is not logged in is led to `LOGIN_URL`, without a place to come back to.

    Raises:
        PermissionDenied: by the view, for the other audience; Django makes it the 403.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: P.args, **options: P.kwargs
        ) -> HttpResponseBase:
            account = get_account(request)
            if account is None:
                return redirect(settings.LOGIN_URL)
            if account.audience is not audience:
                raise PermissionDenied
            return view(request, *args, **options)

        return guarded

    return decorate
