"""The demo without a browser: what it is wired of, what it refuses, how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from securelogin.demo import Demo, make_site, open_demo, serve_demo
from securelogin.demo.mailbox import Piece, pieces
from securelogin.demo.opening import _choose_password, _read_first
from securelogin.demo.people import ANN, BOB, CAROL, ERIN, INVITED, PASSWORD, STAFF
from securelogin.errors import AdapterError
from securelogin.outcomes import Cause
from securelogin.viewers import Viewer
from tests.wiring import cheap_hasher

URL = "http://127.0.0.1:8000/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def scope_of(method: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
    place, _, query = path.partition("?")
    return {
        "type": "http",
        "method": method,
        "path": place,
        "root_path": "",
        "scheme": "http",
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()]
        + [(b"accept-language", b"en"), (b"accept-language", b"de")],
        "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 8000),
    }


class Visitor:
    """A browser, reduced to cookies and forms, that speaks ASGI."""

    def __init__(self, demo: Demo) -> None:
        self.site = make_site(demo)
        self.cookies: dict[str, str] = {}
        self.status = 0
        self.headers: dict[str, str] = {}
        self.text = ""

    async def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> int:
        sent: list[Any] = []
        given = {"host": "127.0.0.1:8000", **headers}
        given["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        pieces = [body[:9], body[9:]]

        async def receive() -> Any:
            return {
                "type": "http.request",
                "body": pieces.pop(0),
                "more_body": bool(pieces),
            }

        async def send(message: Any) -> None:
            sent.append(message)

        await self.site(scope_of(method, path, given), receive, send)
        self.status = sent[0]["status"]
        self.headers = {}
        for name, value in sent[0]["headers"]:
            self.headers[name.decode()] = value.decode()
            if name == b"set-cookie":
                key, _, kept = value.decode().partition(";")[0].partition("=")
                self.cookies[key] = kept
        self.text = b"".join(m.get("body", b"") for m in sent[1:]).decode()
        return self.status

    async def post(self, path: str, **fields: str) -> int:
        token = self.text.partition('name="form_token" value="')[2].partition('"')[0]
        return await self.ask(
            "POST",
            path,
            urlencode({"form_token": token, **fields}).encode(),
            **{"content-type": "application/x-www-form-urlencoded"},
        )

    async def log_in(self, address: str, base: str = "/acme/") -> None:
        await self.ask("GET", f"{base}login")
        await self.post(f"{base}login", address=address, password=PASSWORD)
        assert self.status == 303, self.text


def played(story: Any) -> None:
    async def play() -> None:
        async with opened() as demo:
            await story(demo, Visitor(demo))

    asyncio.run(play())


@asynccontextmanager
async def opened() -> AsyncIterator[Demo]:
    async with open_demo(URL, hasher=cheap_hasher()) as demo:
        yield demo


def test_everybody_can_log_in_as_they_are_said_to(folder: Path) -> None:
    async def story(demo: Demo, visitor: Visitor) -> None:
        for person in STAFF:
            base = {"acme": "/acme/", "clinic": "/clinic/"}[person.tenant]
            await Visitor(demo).log_in(person.address, base)
        for address in INVITED:
            assert demo.mailbox.newest(address, carrying="token")
            assert demo.mailbox.newest(address, carrying="password")
        await visitor.ask("GET", "/")
        for said in (PASSWORD, ANN.address, ERIN.address, *INVITED):
            assert said in visitor.text

    played(story)
    assert list(folder.iterdir()) == []


def test_references_are_left_for_the_support_desk_of_their_tenant_only() -> None:
    async def story(demo: Demo, _: Visitor) -> None:
        causes = {}
        for tenant in ("acme", "clinic"):
            viewer = Viewer.administrator("x", tenant=tenant)
            now = demo.auth.installation.now()
            found = await demo.auth.support.search(by=viewer, around=now)
            causes[tenant] = {one.cause for one in found if one.cause}
        assert causes == {
            "acme": {Cause.WRONG_PASSWORD, Cause.LINK_MISSING, Cause.UNKNOWN_ADDRESS},
            "clinic": set(),
        }

    played(story)


def test_pages_are_for_those_they_are_meant_for() -> None:
    async def story(demo: Demo, visitor: Visitor) -> None:
        assert await visitor.ask("GET", "/acme/sent") == 303
        assert visitor.headers["location"] == f"{URL}acme/login"
        await visitor.log_in(ANN.address)
        assert await visitor.ask("GET", "/acme/") == 303
        assert visitor.headers["location"] == f"{URL}acme/sent"
        assert await visitor.ask("GET", "/acme/messages/none") == 404
        carol = Visitor(demo)
        await carol.log_in(CAROL.address)
        await carol.ask("GET", "/acme/")
        assert carol.headers["location"] == f"{URL}acme/support"
        (sent, *_) = await demo.messages.sent_by(ANN.address, tenant="acme")
        await carol.ask("GET", "/acme/write")
        assert await carol.post("/acme/recall", message=sent.id) == 403
        assert await carol.post("/acme/recall", message="none") == 403

    played(story)


def test_a_message_is_sent_recalled_and_explained_to_the_administrator() -> None:
    async def story(demo: Demo, ann: Visitor) -> None:
        await ann.log_in(ANN.address)
        await ann.ask("GET", "/acme/write")
        given = {"recipient": "new@x.example", "subject": "Hi", "body": "Hello"}
        assert await ann.post("/acme/write", **given) == 303
        await ann.ask("GET", "/acme/sent")
        assert "Not opened yet" in ann.text
        assert "Read after log-in" in ann.text
        (message, *_) = await demo.messages.sent_by(ANN.address, tenant="acme")
        assert await ann.post("/acme/recall", message=message.id) == 303
        await ann.ask("GET", "/acme/sent")
        assert "Recalled" in ann.text
        carol = Visitor(demo)
        await carol.log_in(CAROL.address)
        await carol.ask("GET", "/acme/support")
        reference = carol.text.rpartition('aria-label="Look up ')[2][:11]
        assert await carol.post("/acme/support", reference=reference) == 200
        assert "<article>" in carol.text
        await carol.post("/acme/support", reference="000-000-000")
        assert "Nothing is found" in carol.text

    played(story)


def test_a_guest_reads_the_one_message_and_writes_none() -> None:
    async def story(demo: Demo, guest: Visitor) -> None:
        token = demo.mailbox.newest(ERIN.address, carrying="token").token
        await guest.ask("GET", f"/acme/link?t={token}")
        await guest.ask("GET", "/acme/link")
        await guest.post("/acme/login", address=ERIN.address, password=PASSWORD)
        place = guest.headers["location"].removeprefix("http://127.0.0.1:8000")
        assert await guest.ask("GET", place) == 200
        assert "apple tree" in guest.text
        (other, *_) = [
            message
            for message in await demo.messages.sent_by(ANN.address, tenant="acme")
            if message.recipient == BOB
        ]
        assert await guest.ask("GET", f"/acme/messages/{other.id}") == 404
        assert await guest.ask("GET", "/acme/home") == 200
        for path in ("sent", "write", "support"):
            assert await guest.ask("GET", f"/acme/{path}") == 403
        await guest.ask("GET", "/acme/sessions")

    played(story)


def test_a_guest_with_a_good_form_writes_none_either() -> None:
    async def story(demo: Demo, guest: Visitor) -> None:
        token = demo.mailbox.newest(ERIN.address, carrying="token").token
        await guest.ask("GET", f"/acme/link?t={token}")
        await guest.ask("GET", "/acme/link")
        await guest.post("/acme/login", address=ERIN.address, password=PASSWORD)
        (pages,) = [
            route.endpoint.func.__self__
            for mount in guest.site.routes
            if mount.path == "/acme"
            for route in mount.routes
            if route.path == "/home"
        ]
        session = next(v for k, v in guest.cookies.items() if "-session" in k)
        who = await demo.auth.sessions.resolve(session)
        form = f'name="form_token" value="{pages._form_token(who)}"'
        for path in ("support", "support/search", "support/act"):
            guest.text = form
            assert await guest.post(f"/acme/{path}", reference="x") == 403
        guest.text = form
        assert await guest.post("/acme/write", recipient="x@y.example") == 403
        assert "not for you" in guest.text

    played(story)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"recipient": "no address", "subject": "a", "body": "b"}, "cannot be sent"),
        ({"recipient": BOB, "subject": " ", "body": "b"}, "empty"),
    ],
)
def test_a_message_that_cannot_go_out_is_kept_in_its_form(
    fields: dict[str, str], said: str
) -> None:
    async def story(demo: Demo, visitor: Visitor) -> None:
        await visitor.log_in(ANN.address)
        await visitor.ask("GET", "/acme/write")
        before = len(await demo.messages.sent_by(ANN.address, tenant="acme"))
        assert await visitor.post("/acme/write", **fields) == 422
        assert said in visitor.text
        assert fields["recipient"] in visitor.text
        after = await demo.messages.sent_by(ANN.address, tenant="acme")
        assert len(after) == before

    played(story)


@pytest.mark.parametrize(
    "path",
    [
        "/acme/write",
        "/acme/recall",
        "/acme/support",
        "/acme/support/search",
        "/acme/support/act",
    ],
)
def test_a_form_from_elsewhere_is_refused(path: str) -> None:
    async def story(_: Demo, visitor: Visitor) -> None:
        await visitor.log_in(CAROL.address)
        visitor.text = ""
        assert await visitor.post(path, reference="x", message="x") == 403
        assert "not from this session" in visitor.text
        other = {"content-type": "application/json"}
        assert await visitor.ask("POST", path, b"{}", **other) == 403
        large = {"content-type": "application/x-www-form-urlencoded"}
        assert await visitor.ask("POST", path, b"a=" + b"x" * 99_999, **large) == 403

    played(story)


def test_every_page_says_that_it_is_a_demo_and_has_the_pages_headers() -> None:
    async def story(_: Demo, visitor: Visitor) -> None:
        for path in ("/", "/mail/", "/mail/1", "/mail/9999", "/none", "/acme/login"):
            await visitor.ask("GET", path)
            assert "Nothing here is real" in visitor.text
            assert "default-src 'none'" in visitor.headers["content-security-policy"]
            assert visitor.headers["cache-control"] == "no-store, private"
        assert await visitor.ask("GET", "/mail/9999") == 404
        assert await visitor.ask("HEAD", "/acme/login") == 200
        assert visitor.text == ""

    played(story)


def test_a_foreign_name_for_loopback_gets_nothing() -> None:
    async def story(_: Demo, visitor: Visitor) -> None:
        assert await visitor.ask("GET", "/mail/", host="evil.example") == 400
        assert "ann@" not in visitor.text

    played(story)


def test_a_log_in_at_another_name_of_the_host_is_the_wrong_url() -> None:
    async def story(demo: Demo, visitor: Visitor) -> None:
        host = {"host": "localhost:8000"}
        await visitor.ask("GET", "/acme/login", **host)
        token = visitor.text.partition('name="form_token" value="')[2].partition('"')[0]
        fields = {"form_token": token, "address": ANN.address, "password": PASSWORD}
        kind = {"content-type": "application/x-www-form-urlencoded"}
        body = urlencode(fields).encode()
        assert await visitor.ask("POST", "/acme/login", body, **kind, **host) == 403
        assert "Invalid username" in visitor.text

    played(story)


def test_a_seed_that_does_not_work_stops_the_demo() -> None:
    async def story(demo: Demo, _: Visitor) -> None:
        with pytest.raises(AdapterError, match="was not taken"):
            await _choose_password(demo, ANN, link=None)
        with pytest.raises(AdapterError, match="did not open"):
            await _read_first(demo, ERIN, link="none")
        with pytest.raises(LookupError):
            demo.mailbox.newest("nobody@acme.example", carrying="token")

    played(story)


def test_only_urls_of_the_demo_can_be_clicked() -> None:
    text = f"See {URL}acme/link?t=a.b-c and http://evil.example/x."

    assert pieces(text, site=URL) == [
        Piece(text="See "),
        Piece(text=f"{URL}acme/link?t=a.b-c", url=f"{URL}acme/link?t=a.b-c"),
        Piece(text=" and http://evil.example/x."),
    ]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_told_to_stop_and_leaves_nothing(
    folder: Path, number: signal.Signals
) -> None:
    asked: list[bytes] = []
    before = signal.getsignal(number)

    def visit(url: str) -> None:
        with urlopen(f"{url}acme/login", timeout=20) as answer:  # noqa: S310 -- ours
            asked.append(answer.read())
        os.kill(os.getpid(), number)

    def show(demo: Demo) -> None:
        threading.Thread(target=visit, args=(demo.url,)).start()

    serve_demo(show, port=free_port(), hasher=cheap_hasher())

    assert b"Log in" in asked[0]
    assert list(folder.iterdir()) == []
    assert signal.getsignal(number) is before


def test_told_to_stop_while_it_is_set_up_it_stops_and_leaves_nothing(
    folder: Path,
) -> None:
    shown: list[Demo] = []
    waiting = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM))
    waiting.start()

    serve_demo(shown.append)

    assert shown == []
    assert list(folder.iterdir()) == []
