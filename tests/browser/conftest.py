"""A real browser: Debian's Chromium, driven by Playwright.

Where it is missing these tests are skipped, and fail if the environment says CI=true.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.sites import SITES, DemoSite, Site

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

MakeContext = Callable[..., BrowserContext]


# For this folder only: while Playwright is there, a loop runs in the main thread, and
# no test after these could run one of its own.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        reason = "no chromium on this machine: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        # No sandbox: it cannot be had as root, and all pages come from these tests.
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[MakeContext]:
    """Make browsers of people who know nothing of one another."""
    with ExitStack() as stack:

        def make(**options: Any) -> BrowserContext:
            options.setdefault("viewport", DESKTOP)
            context = chromium.new_context(locale="en-GB", **options)
            context.set_default_timeout(15_000)
            stack.callback(context.close)
            return context

        yield make


@pytest.fixture(scope="package")
def served() -> Iterator[Callable[[str], Site]]:
    """Serve each site once, when it is first asked for."""
    with ExitStack() as stack:
        known: dict[str, Site] = {}

        def serve(name: str) -> Site:
            if name not in known:
                known[name] = stack.enter_context(SITES[name]())
            return known[name]

        yield serve


@pytest.fixture(params=list(SITES))
def site(request: pytest.FixtureRequest, served: Callable[[str], Site]) -> Site:
    return served(request.param)


@pytest.fixture
def demo(served: Callable[[str], Site]) -> DemoSite:
    found = served("demo")
    assert isinstance(found, DemoSite)
    return found
