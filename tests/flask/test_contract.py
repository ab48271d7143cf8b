"""The Flask adapter passes the kit."""

from __future__ import annotations

import pytest
from flask import Flask

from securelogin.flask import FlaskPortal
from securelogin.testing.frameworks import FrameworkContract, WSGITransport


def application(auth, portal, settings) -> Flask:
    app = Flask("portal")
    pages = FlaskPortal(portal=portal, settings=settings)
    pages.init_app(app, auth)

    @app.get(f"{portal.url_parts.path}inbox/")
    @pages.login_required
    def inbox():
        return pages.current_account.primary.text

    return app


class TestFlask(FrameworkContract):
    @pytest.fixture
    def serve(self):
        return lambda *given: WSGITransport(application(*given))

    @pytest.fixture
    def own_page(self):
        return "inbox/"
