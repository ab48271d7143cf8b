"""One Django project in the process, with a database of its own."""

from __future__ import annotations

import django
import pytest

# Models cannot be imported before.
django.setup()

from django.core.management import call_command  # noqa: E402 -- see above
from django.db import connections  # noqa: E402 -- see above
from django.test import override_settings  # noqa: E402 -- see above

from tests.django import databases, project  # noqa: E402 -- see above


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    with databases.migrated(tmp_path_factory.mktemp("db") / "db"):
        yield


@pytest.fixture
def database(migrated):
    yield
    call_command("flush", interactive=False, verbosity=0)
    connections.close_all()


@pytest.fixture
def wire(database, monkeypatch):
    """Let a portal's pages be those of the project."""
    begun = []

    def wire(pages, **settings):
        monkeypatch.setattr(project, "pages", pages)
        urls = {"ROOT_URLCONF": project.Project(pages)}
        changed = override_settings(**(urls | settings))
        changed.enable()
        begun.append(changed)

    yield wire
    for changed in reversed(begun):
        changed.disable()
