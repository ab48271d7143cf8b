"""The pages of a portal's log-in, without a framework (extra `web`).

    Request → AsyncWebPortal.handle / WebPortal.handle → Response

A framework's adapter turns its own request into a `Request`, and a `Response` into its
own. Which paths there are stands in `ROUTES`; the rest is decided here: forms, JSON,
cookies, headers, languages. Not in here: who may log in; the flows decide that.
"""

from __future__ import annotations

from securelogin.web.async_portal import AsyncWebPortal
from securelogin.web.lifespan import delivering
from securelogin.web.openapi import describe
from securelogin.web.requests import Request
from securelogin.web.responses import Cookie, Response
from securelogin.web.routes import PATHS, ROUTES, Page, Route
from securelogin.web.settings import CookieSafety, Entry, WebSettings
from securelogin.web.sync_portal import WebPortal

__all__ = [
    "PATHS",
    "ROUTES",
    "AsyncWebPortal",
    "Cookie",
    "CookieSafety",
    "Entry",
    "Page",
    "Request",
    "Response",
    "Route",
    "WebPortal",
    "WebSettings",
    "delivering",
    "describe",
]
