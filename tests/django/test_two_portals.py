"""Two portals of one project: who is led where."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings
from django.urls import path

from securelogin import KeyRing, Portal, SecureLogin
from securelogin.django import DjangoPortal
from securelogin.mailers.memory import MemoryMailer
from securelogin.stores.memory import MemoryStore
from tests.django import project
from tests.django.test_portal import request_to


@pytest.fixture
def two(wire, monkeypatch):
    """Give two portals on one host, of which settings can name one for the log-in."""
    portals = [
        Portal(
            tenant=tenant,
            name=tenant,
            url=f"https://one.example/{tenant}/",
            contact="it@one.example",
        )
        for tenant in ("acme", "globex")
    ]
    auth = SecureLogin(
        portals=portals,
        keys=KeyRing(KeyRing.new_key()),
        store=MemoryStore(),
        mailer=MemoryMailer(),
    )
    made = [DjangoPortal(auth, portal=one, name=one.tenant) for one in portals]
    wire(
        made[0],
        ROOT_URLCONF=Two(made),
        LOGIN_URL="acme:login",
        SECURELOGIN_PORTALS=[f"tests.django.project.{one.name}" for one in made],
    )
    for one in made:
        monkeypatch.setattr(project, one.name, one, raising=False)
    return made


class Two:
    """A URLconf with the pages of several portals."""

    def __init__(self, made):
        self.urlpatterns = [path(f"{one.name}/", one.urls) for one in made]


def from_nobody(place):
    request = request_to("one.example", place)
    request.user = AnonymousUser()
    return request


@pytest.mark.parametrize("at", ["acme", "globex"])
def test_of_two_portals_the_admin_site_leads_to_the_one_it_is_in(two, at):
    request = from_nobody(f"/{at}/admin/")

    assert admin.site.logout(request).url == f"/{at}/logout"
    assert admin.site.password_change(request).url == f"/{at}/change-password"
    assert admin.site.login(request).url == f"/{at}/login"


@pytest.mark.parametrize("at", ["acme", "globex"])
def test_of_two_portals_a_guarded_view_leads_to_the_one_it_is_in(two, at):
    assert project.internal(from_nobody(f"/{at}/desk/")).url == f"/{at}/login"


def test_a_log_in_elsewhere_stays_where_the_project_has_it(two):
    with override_settings(LOGIN_URL="/welcome/"):
        assert project.internal(from_nobody("/globex/desk/")).url == "/welcome/"


def test_in_no_portal_the_log_in_is_where_the_project_has_it(two):
    assert project.internal(from_nobody("/elsewhere/")).url == "/acme/login"
