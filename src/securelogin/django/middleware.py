"""`request.user` is whoever is logged in at the portal's pages."""

from __future__ import annotations

from functools import partial
from typing import cast

from asgiref.sync import sync_to_async
from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from securelogin.django.backends import SecureLoginBackend
from securelogin.django.portals import get_logged_in, was_asked

__all__ = ["SecureLoginMiddleware"]

_KEPT = "_securelogin_user"


class SecureLoginMiddleware(AuthenticationMiddleware):
    """Takes the place of Django's `AuthenticationMiddleware`.

    It asks no store before somebody looks at `request.user`, and neither reads nor
    writes Django's sessions. An answer for which somebody looked says `Vary: Cookie`,
    so that no cache gives it to others.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Set `request.user` and `request.auser`."""
        user = partial(_user, request)
        # Stands for the user it will be.
        request.user = cast("AnonymousUser", SimpleLazyObject(user))
        request.auser = sync_to_async(user)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Tell caches whose answer it is, as Django's sessions do."""
        if was_asked(request):
            patch_vary_headers(response, ("Cookie",))
        return response


def _user(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, _asked(request) or AnonymousUser())
    return cast("AbstractBaseUser | AnonymousUser", getattr(request, _KEPT))


def _asked(request: HttpRequest) -> AbstractBaseUser | None:
    found = get_logged_in(request)
    backends = [one for one in get_backends() if isinstance(one, SecureLoginBackend)]
    if found is None or not backends:
        return None
    user = backends[0].authenticate(request, logged_in=found)
    if user is not None:
        # As `authenticate()` of Django notes which backend it was.
        kind = type(backends[0])
        user.backend = f"{kind.__module__}.{kind.__qualname__}"
    return user
