"""The Flask adapter passes the kit, called directly and behind a real server."""

from __future__ import annotations

import pytest
from flask import Flask

from securelogin.flask import FlaskPortal
from securelogin.testing.frameworks import FrameworkContract, WSGIClient


def application(auth, portal, settings) -> Flask:
    app = Flask("portal")
    FlaskPortal(portal=portal, settings=settings).init_app(app, auth)
    return app


class TestFlask(FrameworkContract):
    @pytest.fixture
    def serve(self):
        return lambda *given: WSGIClient(application(*given))
