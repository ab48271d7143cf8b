"""The Django adapter passes the kit."""

from __future__ import annotations

import pytest
from django.core.handlers.wsgi import WSGIHandler

from securelogin.django import DjangoPortal
from securelogin.testing.frameworks import FrameworkContract, WSGITransport


class TestDjango(FrameworkContract):
    # Of the project's own middleware, where the page sends none.
    may_add = ("content-language", "cross-origin-opener-policy", "x-frame-options")

    @pytest.fixture
    def serve(self, wire):
        def serve(auth, portal, settings):
            wire(DjangoPortal(auth, portal=portal, settings=settings))
            return WSGITransport(WSGIHandler())

        return serve

    @pytest.fixture
    def own_page(self):
        return "inbox/"
