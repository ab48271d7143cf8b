"""All paths of the demo: its own first pages, and those of its portals."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from securelogin.demo.drawing import draw
from securelogin.demo.opening import Demo
from securelogin.demo.pages import PortalPages
from securelogin.demo.people import ERIN, INVITED, PASSWORD, STAFF

__all__ = ["make_site"]

# Another name that leads to loopback would let that name's owner read the mails here.
_HOSTS = ["127.0.0.1", "localhost"]


def make_site(demo: Demo, /) -> Starlette:
    """Return the demo as an ASGI application."""
    portals = [PortalPages(demo, portal) for portal in demo.portals]
    first = _FirstPages(demo)
    return Starlette(
        routes=[
            Route("/", first.guide),
            Route("/mail/", first.mails),
            Route("/mail/{number:int}", first.mail),
            Mount("/demo-assets", _assets()),
            *(
                Mount(pages.portal.url_parts.path.rstrip("/"), pages.app)
                for pages in portals
            ),
            Route("/{rest:path}", first.nothing),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False)
        ],
    )


def _assets() -> StaticFiles:
    return StaticFiles(
        packages=[("securelogin.demo", "assets"), ("securelogin.web", "assets")]
    )


class _FirstPages:
    """What belongs to no portal: the guide, and everybody's mailbox."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._portals = {portal.tenant: portal for portal in demo.portals}

    async def guide(self, _: Request) -> Response:
        """Say what there is to try."""
        people = (*STAFF, ERIN)
        return self._page(
            "guide",
            people=[(person, self._portals[person.tenant]) for person in people],
            invited=INVITED,
            password=PASSWORD,
        )

    async def mails(self, _: Request) -> Response:
        """List every mail so far."""
        return self._page("mails", letters=self._demo.mailbox.letters)

    async def mail(self, request: Request) -> Response:
        """Show one mail."""
        letter = self._demo.mailbox.letter(request.path_params["number"])
        if letter is None:
            return await self.nothing(request)
        pieces = self._demo.mailbox.pieces(letter)
        return self._page("mail", letter=letter, pieces=pieces)

    async def nothing(self, _: Request) -> Response:
        """Answer a path at which there is nothing."""
        context = {"portal": None, "problem": "There is no page at this address."}
        return draw("problem_of_demo", context, status=404)

    def _page(self, template: str, /, **context: object) -> Response:
        return draw(
            template, {"portal": None, "portals": self._demo.portals, **context}
        )
