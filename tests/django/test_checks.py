"""`manage.py check` says what is missing, and what to do about it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connections
from django.test import override_settings

from securelogin import KeyRing, Portal, SecureLogin
from securelogin.django import DjangoPortal, checks
from securelogin.django.store import DjangoStore
from securelogin.mailers.memory import MemoryMailer
from securelogin.stores.memory import MemoryStore
from tests.django import project, settings
from tests.wiring import ACME

OURS = "securelogin.django.middleware.SecureLoginMiddleware"
DJANGOS = "django.contrib.auth.middleware.AuthenticationMiddleware"
BACKEND = "securelogin.django.backends.SecureLoginBackend"


def pages_of(portal: Portal, **options) -> DjangoPortal:
    auth = SecureLogin(
        portals=[portal],
        keys=KeyRing(KeyRing.new_key()),
        store=MemoryStore(),
        mailer=MemoryMailer(),
    )
    return DjangoPortal(auth, **options)


@pytest.fixture
def right(wire):
    wire(pages_of(ACME), ALLOWED_HOSTS=["portal.acme.example"])


def test_every_check_stands_in_the_reference():
    source = Path(inspect.getfile(checks)).read_text("utf-8")
    page = (Path(__file__).parents[2] / "docs/reference/django.md").read_text("utf-8")

    assert re.findall(r"`securelogin\.([EW]\d+)`", page) == sorted(
        set(re.findall(r"securelogin\.([EW]\d+)", source))
    )


def ids() -> list[str]:
    return [found.id.removeprefix("securelogin.") for found in run_checks()]


def test_nothing_is_said_of_a_project_that_is_right(right):
    assert run_checks() == []


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (None, "expected a list of dotted names."),
        ([], "expected a list of dotted names."),
        ("tests.django.project.pages", "expected a list of dotted names."),
        (["tests.django.nowhere.pages"], "cannot be imported"),
        (["tests.django.project.nothing"], "cannot be imported"),
        (["tests.django.project.inbox"], "no DjangoPortal"),
        ([7], "cannot be imported"),
    ],
)
def test_E001_portals_are_not_named(right, names, told):
    with override_settings(SECURELOGIN_PORTALS=names):
        (found,) = run_checks()

    assert found.id == "securelogin.E001"
    assert told in found.msg
    assert found.hint


def test_E002_pages_are_in_no_urlconf(right):
    with override_settings(ROOT_URLCONF=Empty(), LOGIN_URL="/secure/login"):
        assert ids() == ["E002"]


class Empty:
    """A URLconf without anything in it."""

    urlpatterns: tuple[object, ...] = ()


def test_E002_pages_are_at_another_path(right):
    elsewhere = project.Project(project.pages, at="elsewhere/")
    with override_settings(ROOT_URLCONF=elsewhere, LOGIN_URL="/secure/login"):
        (found,) = run_checks()

    assert found.id == "securelogin.E002"
    assert "/elsewhere/login" in found.msg
    assert 'path("secure/"' in found.hint


@pytest.mark.parametrize(
    ("allowed", "debug", "said"),
    [
        (["other.example"], False, ["E003"]),
        ([], False, ["E003"]),
        ([], True, ["E003"]),
        ([".acme.example"], False, []),
    ],
)
def test_E003_the_host_is_not_allowed(right, allowed, debug, said):
    with override_settings(ALLOWED_HOSTS=allowed, DEBUG=debug):
        assert ids() == said


def test_E003_a_portal_on_localhost_is_allowed_in_debug(wire):
    portal = Portal(
        tenant="acme",
        name="A",
        url="https://localhost:8000/",
        contact="it@acme.example",
    )
    wire(pages_of(portal), ALLOWED_HOSTS=[], DEBUG=True)

    assert ids() == []


def changed(old, new):
    return [new if name == old else name for name in settings.MIDDLEWARE]


@pytest.mark.parametrize("instead", [DJANGOS, "tests.django.settings.SECRET_KEY"])
def test_E004_our_middleware_is_missing(right, instead):
    with override_settings(MIDDLEWARE=changed(OURS, instead)):
        assert "E004" in ids()


def test_E004_a_middleware_that_is_nowhere_is_not_ours(right):
    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, "tests.nowhere.Thing"]):
        assert ids() == []


def test_E005_django_s_comes_after_ours(right):
    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, DJANGOS]):
        assert ids() == ["E005"]


def test_django_s_before_ours_does_no_harm(right):
    middleware = [*settings.MIDDLEWARE]
    middleware.insert(middleware.index(OURS), DJANGOS)
    with override_settings(MIDDLEWARE=middleware):
        assert ids() == []


@pytest.mark.parametrize(("first", "said"), [(True, []), (False, ["E008"])])
def test_E008_a_cache_keeps_pages_before_they_say_whose_they_are(right, first, said):
    cache = "django.middleware.cache.UpdateCacheMiddleware"
    ours = settings.MIDDLEWARE
    with override_settings(MIDDLEWARE=[cache, *ours] if first else [*ours, cache]):
        assert ids() == said


@pytest.mark.parametrize(
    "backends",
    [
        ["django.contrib.auth.backends.RemoteUserBackend"],
        ["tests.nowhere.Backend"],
        [],
    ],
)
def test_E006_our_backend_is_missing(right, backends):
    with override_settings(AUTHENTICATION_BACKENDS=backends):
        assert "E006" in ids()


def test_E007_two_portals_have_one_namespace(right):
    names = settings.SECURELOGIN_PORTALS * 2
    with override_settings(SECURELOGIN_PORTALS=names):
        assert ids() == ["E007"]


def test_W001_pages_are_compressed(right):
    gzip = "django.middleware.gzip.GZipMiddleware"
    with override_settings(MIDDLEWARE=[gzip, *settings.MIDDLEWARE]):
        assert ids() == ["W001"]


def test_W002_another_backend_checks_passwords(right):
    with override_settings(
        AUTHENTICATION_BACKENDS=[BACKEND, "django.contrib.auth.backends.ModelBackend"]
    ):
        assert ids() == ["W002"]


@pytest.mark.parametrize("place", ["/accounts/login/", "nowhere"])
def test_W003_the_log_in_is_elsewhere(right, place):
    with override_settings(LOGIN_URL=place):
        assert ids() == ["W003"]


@pytest.mark.parametrize("most", [None, 1_000])
def test_W004_the_bound_of_bodies_is_unfit(right, most):
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=most):
        assert ids() == ["W004"]


@pytest.mark.parametrize(
    "name", ["django.views.debug.SafeExceptionReporterFilter", "tests.nowhere.Filter"]
)
def test_W005_reports_show_sessions(right, name):
    with override_settings(DEFAULT_EXCEPTION_REPORTER_FILTER=name):
        assert ids() == ["W005"]


@pytest.mark.parametrize(("atomic", "said"), [(1, ["W006"]), (0, [])])
def test_W006_views_and_the_store_share_a_file(right, monkeypatch, atomic, said):
    DjangoStore()
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", atomic)

    assert ids() == said
