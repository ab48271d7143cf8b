"""A browser for the kit: keeps cookies, reads forms, and shows all that comes back.

It follows no redirect by itself, so that each answer can be looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urlencode, urlsplit

from securelogin.portals import Portal
from securelogin.testing.frameworks.transports import Pairs, Transport
from securelogin.testing.uniformity import Answer
from securelogin.web import Request, WebPortal

__all__ = [
    "Asked",
    "Browser",
    "Form",
    "Reference",
    "forms_of",
    "header_of",
    "is_for_one_reader",
]

SOURCE = "192.0.2.7"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = ("Content-Type", "application/json")


class Reference:
    """The adapter that others are held against: none but the pages themselves."""

    peer = "198.51.100.44"
    scheme = "https"

    def __init__(self, web: WebPortal, /) -> None:
        self._web = web

    def send(self, method: str, target: str, headers: Pairs, body: bytes, /) -> Answer:
        """Answer one request as it has to be answered."""
        path, _, query = target.partition("?")
        joined: dict[str, str] = {}
        for name, value in headers:
            key = name.lower()
            glue = "; " if key == "cookie" else ", "
            joined[key] = f"{joined[key]}{glue}{value}" if key in joined else value
        response = self._web.handle(
            Request(
                method=method,
                path=unquote(path, errors="replace"),
                scheme=self.scheme,
                host=joined.get("host", ""),
                query=query,
                headers=joined,
                body=body,
                peer=self.peer,
            )
        )
        return Answer(
            status=response.status, headers=response.header_list, body=response.body
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, for messages: without what may be secret in it."""

    method: str
    target: str

    def __str__(self) -> str:
        return f"{self.method} {self.target.partition('?')[0]}"


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, and what it holds before anybody types."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms and their named fields."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(values["action"]))
        elif tag == "input" and "name" in values:
            form = self.found[-1]
            form.fields[values["name"]] = values.get("value", "")
            if values.get("type") != "hidden":
                form.typed.append(values["name"])


def forms_of(answer: Answer, /) -> list[Form]:
    """Return the forms of a page, in their order."""
    reader = _Forms()
    reader.feed(answer.body.decode("utf-8", "replace"))
    return reader.found


def header_of(answer: Answer, name: str, /) -> str:
    """Return the value of a header, or ""."""
    return next((v for n, v in answer.headers if n.lower() == name.lower()), "")


def is_for_one_reader(answer: Answer, /) -> bool:
    """Tell whether a shared cache keeps an answer from those with other cookies."""
    told = {
        name: {part.strip().lower() for part in header_of(answer, name).split(",")}
        for name in ("Vary", "Cache-Control")
    }
    return bool(
        told["Vary"] & {"cookie", "*"}
        or told["Cache-Control"] & {"no-store", "private"}
    )


class Browser:
    """One browser behind one proxy of the portal's.

    Args:
        check: is shown each request and its answer before anything is made of them.
    """

    def __init__(
        self,
        transport: Transport,
        portal: Portal,
        /,
        *,
        check: Callable[[Asked, Answer], None] = lambda *_: None,
        source: str = SOURCE,
    ) -> None:
        self._transport = transport
        self._portal = portal
        self._check = check
        self._base = "/" + portal.base.split("/", 3)[3]
        self.host: str = portal.base.split("/")[2]
        self.source = source
        self.cookies: dict[str, str] = {}

    def send(
        self, method: str, place: str, headers: Pairs = (), body: bytes = b"", /
    ) -> Answer:
        """Send one request to a place below the portal's URL, or to a path."""
        target = place if place.startswith("/") else self._base + place
        asked = Asked(method=method, target=target)
        try:
            answer = self._transport.send(method, target, self._headers(headers), body)
        except Exception as error:
            message = (
                f"{asked}: the adapter raised {type(error).__name__}. Whatever is "
                "sent, hand it to handle(), which answers everything."
            )
            raise AssertionError(message) from error
        self._check(asked, answer)
        self._keep(answer)
        return answer

    def get(self, place: str, headers: Pairs = (), /) -> Answer:
        """Open a page."""
        return self.send("GET", place, headers)

    def post(
        self, place: str, fields: Mapping[str, str], headers: Pairs = (), /
    ) -> Answer:
        """Post a form."""
        return self.send("POST", place, (FORM, *headers), urlencode(fields).encode())

    def call(
        self, place: str, data: Mapping[str, str], headers: Pairs = (), /
    ) -> Answer:
        """Post JSON."""
        body = json.dumps(data).encode()
        return self.send("POST", f"api/{place}", (JSON, *headers), body)

    def submit(self, page: Answer, index: int = 0, /, **typed: str) -> Answer:
        """Fill in a form of a page and send it."""
        form = forms_of(page)[index]
        return self.post(form.action, {**form.fields, **typed})

    def fill(self, place: str, /, **typed: str) -> Answer:
        """Open a page, fill in its first form and send it."""
        return self.submit(self.get(place), **typed)

    def follow(self, answer: Answer, /) -> Answer:
        """Go where a redirect leads."""
        return self.get(urlsplit(header_of(answer, "location")).path)

    def another(self, *, source: str) -> Browser:
        """Return another browser, at another place."""
        return Browser(self._transport, self._portal, check=self._check, source=source)

    def cookie(self, kind: str, /) -> str:
        """Return the value of the cookie of a kind, or ""."""
        found = (v for name, v in self.cookies.items() if f"-{kind}" in name)
        return next(found, "")

    def _headers(self, headers: Pairs) -> Pairs:
        given = {name.lower() for name, _ in headers}
        usual = [
            ("Host", self.host),
            ("User-Agent", AGENT),
            ("Accept-Language", "en"),
            # As the portal's own proxy writes them.
            ("X-Forwarded-For", self.source),
            ("X-Forwarded-Proto", "https"),
        ]
        if self.cookies:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            usual.append(("Cookie", "; ".join(pairs)))
        return [*(pair for pair in usual if pair[0].lower() not in given), *headers]

    def _keep(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                pair, *attributes = value.split(";")
                key, _, held = pair.partition("=")
                self.cookies[key] = held
                if "Max-Age=0" in (part.strip() for part in attributes):
                    del self.cookies[key]
