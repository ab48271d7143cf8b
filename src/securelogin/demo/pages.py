"""What one portal adds to its log-in: messages to send and to read, a support desk.

Every page asks who is logged in, and then whether that person may see it. A form of
these pages carries a token made from its session: no other site can make one.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from securelogin.accounts import Audience
from securelogin.addresses import Tenant
from securelogin.attempts import AttemptRecord, Operation, Span
from securelogin.demo.desk import Desk, Found, viewer_of
from securelogin.demo.drawing import LOG_IN_TEMPLATES, draw
from securelogin.demo.messages import Message
from securelogin.demo.opening import Demo
from securelogin.demo.people import Seed
from securelogin.errors import InvalidInput
from securelogin.hidden import Hidden
from securelogin.links import RecipientLink
from securelogin.outcomes import LoggedIn
from securelogin.portals import Portal
from securelogin.starlette import add_pages, find_login, read
from securelogin.viewers import Role, Viewer
from securelogin.web import AsyncWebPortal, CookieSafety, WebSettings
from securelogin.web import Request as WebRequest
from securelogin.web.asgi import ASGIPages, read_body
from securelogin.web.requests import read_fields

__all__ = ["PortalPages"]

_LONGEST_SUBJECT = 120
_LONGEST_BODY = 10_000

Page = Callable[["Visit"], Awaitable[Response]]


class DeskWork(Protocol):
    """What a form of the support desk asks for."""

    def __call__(self, typed: Mapping[str, str], /, *, by: Viewer) -> Awaitable[Found]:
        """Do it for this viewer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request by somebody who is logged in.

    Attributes:
        request: as the log-in's pages read it.
        path: the parts of the path that vary.
        typed: the fields of a form of ours; none of a form that is not.
    """

    request: WebRequest
    path: Mapping[str, str]
    who: LoggedIn
    form_token: str
    typed: Mapping[str, str]

    @property
    def address(self) -> str:
        """The address of whoever sends it."""
        return self.who.account.primary.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One line of the sender's page.

    Attributes:
        opened: openings of the link, by people and by machines, newest first; of the
            tenant's last hundred attempts.
    """

    message: Message
    link: RecipientLink | None
    opened: tuple[AttemptRecord, ...]


class PortalPages:
    """The pages of one portal, beside those of its log-in."""

    def __init__(self, demo: Demo, portal: Portal, /) -> None:
        self._demo = demo
        self._auth = demo.auth
        self.portal = portal
        self._desk = Desk(demo.auth)
        self.app: Starlette = Starlette(routes=self._routes())
        self.web: AsyncWebPortal = add_pages(
            self.app,
            demo.auth,
            portal=portal,
            root_path=portal.url_parts.path.rstrip("/"),
            settings=WebSettings(
                home="home",
                message="messages/{message}",
                cookies=CookieSafety.PLAIN_ON_LOOPBACK,
                templates=LOG_IN_TEMPLATES,
            ),
        )
        # What is nowhere else is answered by the log-in's own page.
        self.app.router.routes.append(Route("/{rest:path}", ASGIPages(self.web)))

    def _routes(self) -> list[Route]:
        """Return the paths of our own, below the portal's."""
        ours = {
            ("", "GET"): self._home,
            ("home", "GET"): self._home,
            ("messages/{message}", "GET"): self._read,
            ("sent", "GET"): self._sent,
            ("write", "GET"): self._write,
            ("write", "POST"): self._send,
            ("recall", "POST"): self._recall,
            ("support", "GET"): self._support,
            ("support", "POST"): self._look_up,
            ("support/search", "POST"): self._search,
            ("support/act", "POST"): self._act,
        }
        return [
            Route(f"/{path}", partial(self._seen, page), methods=[method])
            for (path, method), page in ours.items()
        ]

    async def _seen(self, page: Page, request: Request) -> Response:
        """Let a page be seen by whoever is logged in; send others to the log-in."""
        most = self.web.settings.largest_body
        body = await read_body(request.receive, most=most)
        asked = read(request, body or b"")
        who = await find_login(request)
        if who is None:
            return self._to("login")
        token = self._form_token(who)
        fields = read_fields(asked) if asked.method == "POST" else {}
        typed = (
            {name: value.reveal() for name, value in fields.items()}
            if isinstance(fields, dict)
            else {}
        )
        given = typed.get("form_token", "").encode()
        if asked.method == "POST" and not hmac.compare_digest(token.encode(), given):
            return self._problem("This form is not from this session.", status=403)
        return await page(
            Visit(
                request=asked,
                path={name: str(part) for name, part in request.path_params.items()},
                who=who,
                form_token=token,
                typed=typed,
            )
        )

    # -- pages --

    async def _home(self, visit: Visit) -> Response:
        if visit.who.account.audience is Audience.EXTERNAL:
            return self._page("guest", visit)
        viewer = viewer_of(visit.who.account)
        return self._to("support" if viewer.role is Role.ADMINISTRATOR else "sent")

    async def _read(self, visit: Visit) -> Response:
        """Show a message to the one the link was mailed to, and to nobody else."""
        name = visit.path["message"]
        may_read = await self._auth.links.may_read(
            self.web.link(visit.request) or Hidden(""),
            account=visit.who.account.id,
            message=name,
        )
        message = await self._demo.messages.get(name, tenant=self.portal.tenant)
        if message is None or may_read is not True:
            return self._problem(
                "Open a message by the link in its notification.", status=404
            )
        await self._demo.messages.note_reading(name, at=self._auth.installation.now())
        return self._page("message", visit, message=message)

    async def _sent(self, visit: Visit) -> Response:
        if visit.who.account.audience is Audience.EXTERNAL:
            return self._forbidden()
        messages = await self._demo.messages.sent_by(
            visit.address, tenant=self.portal.tenant
        )
        lines = [await self._line(message) for message in messages]
        return self._page("sent", visit, lines=lines, now=self._auth.installation.now())

    async def _line(self, message: Message) -> Sent:
        """Gather what became of a message."""
        found = await self._demo.store.attempts.near(
            Span(
                tenant=Tenant(message.tenant),
                after=message.sent_at,
                before=self._auth.installation.now(),
            )
        )
        return Sent(
            message=message,
            link=await self._demo.store.links.get(message.link),
            opened=tuple(
                record
                for record in found
                if record.link == message.link
                and record.operation is Operation.LINK_OPENED
                and not record.causes
            ),
        )

    async def _write(self, visit: Visit) -> Response:
        if visit.who.account.audience is Audience.EXTERNAL:
            return self._forbidden()
        return self._page("write", visit, typed={}, problem="")

    async def _send(self, visit: Visit) -> Response:
        if visit.who.account.audience is Audience.EXTERNAL:
            return self._forbidden()
        seed = Seed(
            tenant=self.portal.tenant,
            sender=visit.address,
            recipient=visit.typed.get("recipient", "").strip(),
            subject=visit.typed.get("subject", "").strip()[:_LONGEST_SUBJECT],
            body=visit.typed.get("body", "").strip()[:_LONGEST_BODY],
        )
        problem = "" if seed.subject and seed.body else "Subject and message are empty."
        if not problem:
            try:
                await self._demo.send(seed)
            except InvalidInput:
                problem = "Mail cannot be sent to this address."
        if problem:
            return self._page(
                "write", visit, typed=visit.typed, problem=problem, status=422
            )
        return self._to("sent")

    async def _recall(self, visit: Visit) -> Response:
        message = await self._demo.messages.get(
            visit.typed.get("message", ""), tenant=self.portal.tenant
        )
        if message is None or message.sender != visit.address:
            return self._forbidden()
        await self._auth.links.recall(message.link)
        return self._to("sent")

    async def _support(self, visit: Visit) -> Response:
        return await self._desk_page(visit, None)

    async def _look_up(self, visit: Visit) -> Response:
        return await self._desk_page(visit, self._desk.look_up)

    async def _search(self, visit: Visit) -> Response:
        return await self._desk_page(visit, self._desk.search)

    async def _act(self, visit: Visit) -> Response:
        return await self._desk_page(visit, self._desk.act)

    async def _desk_page(self, visit: Visit, work: DeskWork | None) -> Response:
        if visit.who.account.audience is Audience.EXTERNAL:
            return self._forbidden()
        viewer = viewer_of(visit.who.account)
        found = Found() if work is None else await work(visit.typed, by=viewer)
        return self._page(
            "support",
            visit,
            status=422 if found.problem else 200,
            found=found,
            recent=await self._desk.recent(by=viewer),
            sees_all=viewer.role is Role.ADMINISTRATOR,
        )

    # -- parts --

    def _form_token(self, who: LoggedIn) -> str:
        key = self._demo.keys.derived("demo.form")[0]
        return hmac.digest(key, who.session.digest.encode(), "sha256").hex()

    def _page(
        self, template: str, visit: Visit, /, *, status: int = 200, **context: object
    ) -> Response:
        shared = {
            "portal": self.portal,
            "address": visit.address,
            "form_token": visit.form_token,
            "is_sender": visit.who.account.audience is Audience.INTERNAL,
        }
        return draw(template, {**shared, **context}, status=status)

    def _problem(self, problem: str, *, status: int) -> Response:
        context = {"portal": self.portal, "problem": problem}
        return draw("problem_of_demo", context, status=status)

    def _forbidden(self) -> Response:
        return self._problem("This page is not for you.", status=403)

    def _to(self, place: str) -> Response:
        return RedirectResponse(
            self.portal.base + place, 303, headers={"Cache-Control": "no-store"}
        )
