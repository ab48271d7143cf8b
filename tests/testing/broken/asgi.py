"""Adapters of ASGI that hand over another request than came."""

from __future__ import annotations

from tests.testing.broken.wsgi import PlainASGI


class JoinsCookiesByCommas(PlainASGI):
    def add(self, headers, name, value):
        headers[name] = f"{headers[name]}, {value}" if name in headers else value


class KeepsTheLastCookieLine(PlainASGI):
    def add(self, headers, name, value):
        headers[name] = value
