"""Views for one audience only; for the rest there are Django's own decorators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from securelogin.accounts import Audience
from securelogin.django.portals import get_account, login_place

__all__ = ["audience_required"]

P = ParamSpec("P")
A = TypeVar("A", bound=HttpResponseBase | Awaitable[HttpResponseBase])
View = Callable[Concatenate[HttpRequest, P], A]


def audience_required(audience: Audience, /) -> Callable[[View[P, A]], View[P, A]]:
    """Let a view, async or not, be seen by one audience only; the other gets a 403.

    Whoever is not logged in is led to the log-in, without a place to come back to.

    Raises:
        PermissionDenied: by the view, for the other audience; Django makes it the 403.
    """

    def decorate(view: View[P, A]) -> View[P, A]:
        guard = cast(
            "Callable[[View[P, A], Audience], View[P, A]]",
            _awaited if iscoroutinefunction(view) else _called,
        )
        return guard(view, audience)

    return decorate


def _called(
    view: View[P, HttpResponseBase], audience: Audience
) -> View[P, HttpResponseBase]:
    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **options: P.kwargs
    ) -> HttpResponseBase:
        away = _away(request, audience)
        return view(request, *args, **options) if away is None else away

    return guarded


def _awaited(
    view: View[P, Awaitable[HttpResponseBase]], audience: Audience
) -> View[P, Awaitable[HttpResponseBase]]:
    @wraps(view)
    async def guarded(
        request: HttpRequest, /, *args: P.args, **options: P.kwargs
    ) -> HttpResponseBase:
        # A store may be asked, which no event loop can wait for.
        away = await sync_to_async(_away)(request, audience)
        return await view(request, *args, **options) if away is None else away

    return guarded


def _away(request: HttpRequest, audience: Audience) -> HttpResponseBase | None:
    """Return where somebody is led who may not come; None: they may."""
    account = get_account(request)
    if account is None:
        return redirect(login_place(request))
    if account.audience is not audience:
        raise PermissionDenied
    return None
