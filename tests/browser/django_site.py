"""The same small portal behind Django, over a database of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import django

# Models cannot be imported before.
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402 -- see above
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402 -- see above
from django.db import connections  # noqa: E402 -- see above
from django.http import Http404, HttpRequest, HttpResponse  # noqa: E402 -- see above
from django.test import override_settings  # noqa: E402 -- see above
from django.urls import path  # noqa: E402 -- see above

from securelogin.django import (  # noqa: E402 -- see above
    DjangoPortal,
    get_account,
    get_link,
)
from securelogin.django.store import DjangoStore  # noqa: E402 -- see above
from tests.browser.frameworks import (  # noqa: E402 -- see above
    MESSAGE,
    SETTINGS,
    Kept,
    served_by_wsgi,
)
from tests.django import project  # noqa: E402 -- see above
from tests.django.databases import migrated  # noqa: E402 -- see above

__all__ = ["served_django"]


class _Project:
    """A URLconf that is filled when the portal has been made."""

    urlpatterns: ClassVar[list[Any]] = []


@contextmanager
def served_django() -> Iterator[Kept]:
    """Serve a portal made with Django, on Django's own tables."""
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(ROOT_URLCONF=_Project()),
        # Playwright keeps a loop in the main thread, and Django works beside none.
        ThreadPoolExecutor(1) as beside,
    ):
        database = migrated(Path(folder) / "portal.db")
        beside.submit(database.__enter__).result()
        with served_by_wsgi(_application, store=DjangoStore()) as kept:
            yield kept
            kept.run(connections.close_all).result()
        beside.submit(database.__exit__, None, None, None).result()


def _application(kept: Kept) -> WSGIHandler:
    @login_required
    def message(request: HttpRequest, name: str) -> HttpResponse:
        may_read = kept.auth.links.may_read(
            get_link(request) or "", account=get_account(request).id, message=name
        )
        if may_read is not True:
            raise Http404
        return HttpResponse(MESSAGE)

    project.pages = pages = DjangoPortal(kept.auth, settings=SETTINGS)
    _Project.urlpatterns[:] = [
        path("secure/", pages.urls),
        path("secure/messages/<name>", message),
    ]
    return WSGIHandler()
