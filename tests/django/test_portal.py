"""Who `request.user` is, on pages of a portal's own."""

from __future__ import annotations

import asyncio
import io
import threading

import pytest
from django.contrib import admin
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import Permission
from django.core.cache import caches
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import RequestFactory, override_settings
from django.views.debug import get_exception_reporter_filter

from securelogin import KeyRing, Portal, SecureLogin
from securelogin.django import DjangoPortal, get_account, get_portal
from securelogin.django.backends import SecureLoginBackend
from securelogin.django.models import PortalAccount
from securelogin.mailers.memory import MemoryMailer
from securelogin.stores.memory import MemoryStore
from securelogin.testing.frameworks import ASGITransport, WSGITransport
from securelogin.testing.frameworks.browser import Browser, header_of
from securelogin.testing.frameworks.world import ANN, BOB, PASSWORD, PORTAL, World
from tests.django import project, settings

USER = get_user_model()


@pytest.fixture
def world():
    return World(SecureLogin)


@pytest.fixture
def pages(world, wire):
    pages = DjangoPortal(world.auth, portal=PORTAL)
    wire(pages)
    return pages


@pytest.fixture
def browser(pages):
    return Browser(WSGITransport(WSGIHandler()), PORTAL)


@pytest.fixture
def inside(world, browser):
    """Give a browser in which Ann is logged in."""
    world.settled()
    browser.fill("login", address=ANN, password=PASSWORD)
    return browser


def body(answer) -> str:
    return answer.body.decode()


# -- the user of an account --


def test_somebody_unknown_to_django_becomes_a_user_without_a_password(world, inside):
    shown = inside.get("/whoami/")

    (user,) = USER.objects.all()
    assert body(shown).startswith(user.get_username())
    assert (user.email, user.has_usable_password()) == (ANN, False)
    assert PortalAccount.objects.get(user=user).key is None


def test_the_user_of_an_account_stays_the_same(world, inside):
    inside.get("/whoami/")
    inside.fill("logout")
    inside.fill("login", address=ANN, password=PASSWORD)
    inside.get("/whoami/")

    assert USER.objects.count() == 1


def test_two_first_requests_at_once_make_one_user(world, inside):
    found = []

    def come():
        found.append(body(inside.get("/whoami/")))
        connections.close_all()

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert USER.objects.count() == 1
    assert len(set(found)) == 1


def test_a_name_that_is_taken_lets_nobody_in_as_somebody_else(world, inside):
    account = world.auth.sessions.resolve(inside.cookie("session")).account
    USER.objects.create_user(account.id)

    assert body(inside.get("/whoami/")).startswith("AnonymousUser")


def test_an_inactive_user_is_nobody(world, inside):
    inside.get("/whoami/")
    USER.objects.update(is_active=False)

    assert body(inside.get("/whoami/")).startswith("AnonymousUser")


def test_a_stranger_is_nobody(browser):
    shown = browser.get("/whoami/")

    assert body(shown).startswith("AnonymousUser False")


def test_django_s_own_decorators_lead_to_the_log_in(browser, world):
    for place in ("inbox/", "/staff/", "/internal/"):
        answer = browser.get(place)

        led = dict(answer.headers)["Location"].partition("?")[0]
        assert (answer.status, led) == (302, "/secure/login")


def test_permissions_are_django_s(world, inside):
    inside.get("/whoami/")
    user = USER.objects.get()
    wanted = Permission.objects.get(codename="view_portalaccount")
    user.user_permissions.add(wanted)

    assert SecureLoginBackend().has_perm(user, "securelogin.view_portalaccount")


def test_a_page_for_one_audience_is_not_for_the_other(world, browser):
    token = world.invited()
    browser.follow(browser.get(f"link?t={token}"))
    browser.fill("login", address=BOB, password=PASSWORD)

    assert body(browser.get("/whoami/")).split()[1] == "True"
    assert browser.get("/internal/").status == 403


def test_a_page_for_one_audience_is_for_that_one(inside):
    assert body(inside.get("/internal/")) == "internal"


def under_asgi() -> ASGITransport:
    app = ASGIHandler()

    async def patient(scope, receive, send):
        sent = []

        async def stay():
            # Who has sent everything waits for the answer, and does not hang up.
            if sent:
                await asyncio.Event().wait()
            sent.append(await receive())
            return sent[0]

        await app(scope, stay, send)

    return ASGITransport(patient)


def under_wsgi() -> WSGITransport:
    return WSGITransport(WSGIHandler())


BOTH = pytest.mark.parametrize("served", [under_wsgi, under_asgi])


@BOTH
def test_an_async_view_for_one_audience_is_refused_to_the_other(pages, world, served):
    world.settled()
    token = world.invited()
    browser = Browser(served(), PORTAL)
    guest, staff = (browser.another(source=f"192.0.2.{n}") for n in (8, 9))
    guest.follow(guest.get(f"link?t={token}"))
    guest.fill("login", address=BOB, password=PASSWORD)
    staff.fill("login", address=ANN, password=PASSWORD)

    seen = [one.get("/internal/word/") for one in (browser, guest, staff)]

    assert [one.status for one in seen] == [302, 403, 200]
    assert header_of(seen[0], "location") == "/secure/login"
    assert body(seen[2]) == "word"


def test_an_async_view_knows_who_is_logged_in(world, pages, inside):
    asked = Browser(under_asgi(), PORTAL)
    asked.cookies.update(inside.cookies)

    shown = asked.get("/later/")

    assert body(shown) == USER.objects.get().get_username()


def test_without_our_backend_nobody_is_anybody(inside):
    with override_settings(
        AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"]
    ):
        assert body(inside.get("/whoami/")).startswith("AnonymousUser")


def test_no_password_is_checked_past_the_pages(database):
    USER.objects.create_user("ann", password=PASSWORD)

    assert authenticate(username="ann", password=PASSWORD) is None


# -- caches --

CACHED = [
    "django.middleware.cache.UpdateCacheMiddleware",
    *settings.MIDDLEWARE,
    "django.middleware.cache.FetchFromCacheMiddleware",
]


@BOTH
@pytest.mark.parametrize("place", ["inbox/", "/whoami/", "/internal/", "/later/"])
def test_a_cache_of_the_whole_site_shows_nobodys_page_to_others(
    world, wire, served, place
):
    wire(DjangoPortal(world.auth, portal=PORTAL), MIDDLEWARE=CACHED)
    world.settled()
    ann = Browser(served(), PORTAL)
    ann.fill("login", address=ANN, password=PASSWORD)
    caches["default"].clear()
    stranger = ann.another(source="192.0.2.8")

    hers = ann.get(place)
    theirs = stranger.get(place)

    assert (hers.status, "Cookie" in header_of(hers, "vary")) == (200, True)
    assert theirs.status == 302 or "Anonymous" in body(theirs) or not theirs.body


@BOTH
def test_an_answer_for_which_nobody_looked_does_not_depend_on_cookies(pages, served):
    browser = Browser(served(), PORTAL)

    assert header_of(browser.get("login"), "vary") == "Accept-Language"


# -- which portal --


def request_to(host, path="/"):
    return RequestFactory().get(path, headers={"host": host}, secure=True)


@pytest.mark.parametrize(
    "host", ["", "other.example", "portal.acme.example:8443", "a b"]
)
def test_8_4_1_elsewhere_nobody_is_logged_in(pages, host):
    request = request_to("portal.acme.example")
    request.META["HTTP_HOST"] = host

    assert get_portal(request) is None
    assert get_account(request) is None


def test_a_portal_is_known_on_pages_beside_it(pages):
    assert get_portal(request_to("portal.acme.example", "/admin/")) is pages


def test_of_portals_on_one_host_the_path_decides(world, wire, monkeypatch):
    portals = [
        Portal(
            tenant="acme",
            name="A",
            url=f"https://one.example/{at}",
            contact="a@a.example",
        )
        for at in ("a/", "a/b/", "c/")
    ]
    auth = SecureLogin(
        portals=portals,
        keys=KeyRing(KeyRing.new_key()),
        store=MemoryStore(),
        mailer=MemoryMailer(),
    )
    made = [DjangoPortal(auth, portal=one) for one in portals]
    wire(made[0], SECURELOGIN_PORTALS=[f"tests.django.project.p{n}" for n in range(3)])
    for n, one in enumerate(made):
        monkeypatch.setattr(project, f"p{n}", one, raising=False)

    found = [
        get_portal(request_to("one.example", path))
        for path in ("/a/x", "/a/b/x", "/c/", "/d/")
    ]

    assert found == [*made, None]


# -- what goes in --


def test_a_form_that_a_middleware_has_read_is_answered(pages):
    request = RequestFactory().post(
        "/secure/login",
        {"file": io.BytesIO(b"x")},
        headers={"host": "portal.acme.example"},
    )
    assert request.POST is not None

    answer = pages.urls[0][0].callback(request)

    assert answer.status_code == 415


def test_a_body_above_django_s_bound_is_too_large(browser):
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        answer = browser.send(
            "POST",
            "login",
            [("Content-Type", "application/x-www-form-urlencoded")],
            b"address=" + b"a" * 100,
        )

    assert answer.status == 413


def test_F36_a_report_of_an_error_holds_no_password_and_no_session(inside, pages):
    request = RequestFactory().post("/secure/login", {"password": PASSWORD})
    request.COOKIES = dict(inside.cookies)
    pages.urls[0][0].callback(request)

    shown = get_exception_reporter_filter(request)
    told = f"{shown.get_post_parameters(request)} {shown.get_safe_cookies(request)}"
    assert PASSWORD not in told
    assert inside.cookie("session") not in told


# -- the admin site --


def test_the_admin_site_has_no_log_in_of_its_own(browser):
    answer = browser.get("/admin/login/")

    assert dict(answer.headers)["Location"] == "/secure/login"


def test_staff_see_the_admin_site_and_change_no_account(world, inside):
    inside.get("/whoami/")
    USER.objects.update(is_staff=True, is_superuser=True)
    account = PortalAccount.objects.get()

    assert inside.get("/admin/").status == 200
    assert dict(inside.get("/admin/login/").headers)["Location"] == "/admin/"
    at = "/admin/securelogin/portalaccount/"
    assert account.id in body(inside.get(at))
    assert inside.get(f"{at}{account.id}/change/").status == 200
    assert inside.get(f"{at}add/").status == 403
    assert inside.get(f"{at}{account.id}/delete/").status == 403


def test_who_is_no_staff_is_not_sent_in_a_circle(inside):
    assert inside.get("/admin/login/").status == 403


@pytest.mark.parametrize(
    ("name", "page"), [("logout", "logout"), ("password_change", "change-password")]
)
def test_the_admin_site_leads_to_our_pages(pages, name, page):
    answer = getattr(admin.site, name)(RequestFactory().get("/"))

    assert answer.url == f"/secure/{page}"
