"""A browser for tests: keeps cookies, follows redirects, fills in forms it was shown.

Pages are read by a real HTML parser. Both colours have the same face.
"""

from __future__ import annotations

import inspect
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup, Tag

from securelogin import Portal
from securelogin.web import (
    AsyncWebPortal,
    Request,
    Response,
    WebPortal,
    WebSettings,
)
from tests.wiring import ACME, LOOP, PASSWORD, Wired

BASE = "/secure/"
HOST = "portal.acme.example"


class Pages:
    """The pages of one portal in the colour of a wired library."""

    def __init__(
        self,
        wired: Wired,
        *,
        portal: Portal = ACME,
        settings: WebSettings | None = None,
    ) -> None:
        kind: Any = WebPortal if wired.colour == "sync" else AsyncWebPortal
        auth = getattr(wired.auth, "_inner", wired.auth)
        self.web = kind(auth, portal=portal, settings=settings)

    def handle(self, request: Request) -> Response:
        return settled(self.web.handle(request))

    def logged_in(self, request: Request) -> Any:
        return settled(self.web.logged_in(request))


def settled(answer: Any) -> Any:
    return LOOP.run(answer) if inspect.iscoroutine(answer) else answer


class Seen:
    """One response, as a person or a program sees it."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.headers}
        self.html = BeautifulSoup(response.body.decode(), "html.parser")

    @property
    def data(self) -> Any:
        return json.loads(self.response.body)

    @property
    def heading(self) -> str:
        return self.one("h1").get_text(strip=True)

    def one(self, selector: str) -> Tag:
        found = self.html.select(selector)
        assert len(found) == 1, f"{len(found)} times {selector}"
        return found[0]

    def text_of(self, selector: str) -> str:
        return self.one(selector).get_text(" ", strip=True)

    def form(self, index: int = 0) -> tuple[str, dict[str, str]]:
        """Return where a form goes, and what it holds before anybody types."""
        form = self.html.select("form")[index]
        fields = {
            field["name"]: field.get("value", "")
            for field in form.select("input[name]")
        }
        return str(form["action"]), fields


class Browser:
    """One browser on one machine."""

    def __init__(self, pages: Pages, *, host: str = HOST, **headers: str) -> None:
        self.pages = pages
        self.host = host
        self.headers = {"user-agent": "Firefox/140", **headers}
        self.cookies: dict[str, str] = {}
        self.peer = "192.0.2.7"

    def request(self, method: str, path: str, **more: Any) -> Request:
        place, _, query = path.partition("?")
        headers = {**self.headers, **more.pop("headers", {})}
        if self.cookies:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            headers["cookie"] = "; ".join(pairs)
        return Request(
            method=method,
            path=place if place.startswith("/") else BASE + place,
            query=query,
            host=self.host,
            peer=self.peer,
            headers=headers,
            **more,
        )

    def send(self, method: str, path: str, **more: Any) -> Seen:
        response = self.pages.handle(self.request(method, path, **more))
        for cookie in response.cookies:
            if cookie.seconds == 0:
                self.cookies.pop(cookie.name, None)
            else:
                self.cookies[cookie.name] = cookie.value.reveal()
        return Seen(response)

    def get(self, path: str, **more: Any) -> Seen:
        """Open a page, and go on where it redirects to."""
        return self._followed(self.send("GET", path, **more))

    def post(self, path: str, fields: dict[str, str], **more: Any) -> Seen:
        """Post a form, and go on where it redirects to."""
        return self._followed(self.post_only(path, fields, **more))

    def post_only(self, path: str, fields: dict[str, str], **more: Any) -> Seen:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        more["headers"] = {**kind, **more.get("headers", {})}
        return self.send("POST", path, body=urlencode(fields).encode(), **more)

    def submit(self, seen: Seen, index: int = 0, **typed: str) -> Seen:
        """Fill in a form of a page and send it."""
        action, fields = seen.form(index)
        return self.post(action, {**fields, **typed})

    def call(self, path: str, data: dict[str, Any], **more: Any) -> Seen:
        """Post JSON."""
        more["headers"] = {
            "content-type": "application/json",
            **more.get("headers", {}),
        }
        return self.send("POST", path, body=json.dumps(data).encode(), **more)

    def cookie(self, kind: str) -> str | None:
        names = [name for name in self.cookies if f"securelogin-{kind}" in name]
        return self.cookies[names[0]] if names else None

    def _followed(self, seen: Seen) -> Seen:
        for _ in range(5):
            if seen.status != 303:
                return seen
            target = urlsplit(seen.headers["location"])
            path = target.path + (f"?{target.query}" if target.query else "")
            seen = self.send("GET", path)
        raise AssertionError("redirected in circles")


ANN = "ann@acme.example"


def log_in(browser: Browser) -> None:
    browser.submit(browser.get("login"), address=ANN, password=PASSWORD)
    assert browser.cookie("session")
