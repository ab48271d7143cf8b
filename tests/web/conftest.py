from __future__ import annotations

import pytest

from tests.flows.conftest import ann, colour, invited, wired
from tests.web.browsing import Browser, Pages

__all__ = ["ann", "colour", "invited", "wired"]


@pytest.fixture
def pages(wired) -> Pages:
    return Pages(wired)


@pytest.fixture
def browser(pages) -> Browser:
    return Browser(pages)
