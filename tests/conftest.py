"""Settings for every test: how hard hypothesis tries, and which package is tested."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

import securelogin

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
# For whichever test needs Django's apps: it calls django.setup().
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.django.settings"


def pytest_configure() -> None:
    """Refuse to test another copy than the one `SECURELOGIN_INSTALLED_IN` names.

    `.ci/run` sets it to the environment into which it has installed the wheel.
    """
    wanted = os.environ.get("SECURELOGIN_INSTALLED_IN")
    found = Path(securelogin.__file__).resolve()
    if wanted and not found.is_relative_to(Path(wanted).resolve()):
        message = f"securelogin should come from {wanted}, but comes from {found}"
        raise pytest.UsageError(message)


def pytest_report_header() -> list[str]:
    """Say which copy is tested, and how hard."""
    profile = os.environ.get("HYPOTHESIS_PROFILE", "dev")
    return [
        f"securelogin: {Path(securelogin.__file__).parent}",
        f"hypothesis profile: {profile}",
    ]
