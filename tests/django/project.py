"""What a portal writes itself: its pages, its URLs, its views. Tests set `pages`."""

from __future__ import annotations

import asyncio

from django.contrib import admin
from django.contrib.auth.decorators import login_required, user_passes_test
from django.http import HttpResponse
from django.urls import path

from securelogin.accounts import Audience
from securelogin.django import (
    DjangoPortal,
    audience_required,
    get_account,
    get_client,
    get_link,
)

pages: DjangoPortal | None = None


@login_required
def inbox(request):
    return HttpResponse(get_account(request).primary.text)


@user_passes_test(lambda user: user.is_staff)
def staff(request):
    return HttpResponse(request.user.get_username())


@audience_required(Audience.INTERNAL)
def internal(request):
    return HttpResponse("internal")


@audience_required(Audience.INTERNAL)
async def internal_later(request, word):
    await asyncio.sleep(0)
    return HttpResponse(word)


async def later(request):
    user = await request.auser()
    assert user is await request.auser()
    return HttpResponse(user.get_username())


def whoami(request):
    link, client = get_link(request), get_client(request)
    return HttpResponse(f"{request.user} {link is not None} {client and client.ip}")


def broken(request):
    raise RuntimeError


class Project:
    """A URLconf; each test has its own, for Django keeps what it has read."""

    def __init__(self, pages: DjangoPortal, /, *, at: str | None = None) -> None:
        place = pages.web.portal.url_parts.path.removeprefix("/") if at is None else at
        self.urlpatterns = [
            path(place, pages.urls),
            path(f"{place}inbox/", inbox),
            path("staff/", staff),
            path("internal/", internal),
            path("internal/<word>/", internal_later),
            path("later/", later),
            path("whoami/", whoami),
            path("broken/", broken),
            path("admin/", admin.site.urls),
        ]
