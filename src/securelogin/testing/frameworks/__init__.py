"""Prove that a framework's adapter is right: `FrameworkContract`, and ways to ask it.

    class TestMyAdapter(FrameworkContract):
        @pytest.fixture
        def serve(self):
            def serve(auth, portal, settings):
                app = MyFramework()
                add_pages(app, auth, portal=portal, settings=settings)
                return WSGITransport(app)

            return serve

Needs pytest and Jinja2 (`securelogin[testing,web]`).
"""

from __future__ import annotations

import pytest

# Before it is imported: a failing fact then shows its values.
pytest.register_assert_rewrite(
    "securelogin.testing.frameworks.contract",
    "securelogin.testing.frameworks.world",
)

from securelogin.testing.frameworks.contract import (  # noqa: E402 -- see above
    FrameworkContract,
)
from securelogin.testing.frameworks.transports import (  # noqa: E402 -- see above
    ASGITransport,
    HTTPTransport,
    Transport,
    WSGITransport,
)
from securelogin.testing.uniformity import Answer  # noqa: E402 -- see above

__all__ = [
    "ASGITransport",
    "Answer",
    "FrameworkContract",
    "HTTPTransport",
    "Transport",
    "WSGITransport",
]
