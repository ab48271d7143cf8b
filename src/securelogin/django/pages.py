"""The pages of a portal in Django's words: URL patterns, requests, responses."""

from __future__ import annotations

from collections.abc import Callable, Container
from http.cookies import Morsel

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from securelogin.flows.secure_login import SecureLogin
from securelogin.portals import Portal, read_url_parts
from securelogin.web import PATHS, Cookie, Request, Response, WebPortal, WebSettings
from securelogin.web.wsgi import read_environ

__all__ = ["DjangoPortal", "read_request", "write_response"]

_BRACKETS = str.maketrans("{}", "<>")


class DjangoPortal:
    """The pages of one portal. Make one for each at start-up and share it freely.

        pages = DjangoPortal(auth)
        urlpatterns = [path("secure/", pages.urls)]

    Name it in `SECURELOGIN_PORTALS`, so that `request.user` knows who is logged in.

    Args:
        auth: the log-in, wired.
        portal: which of its portals; may be left out if there is one only.
        settings: what the portal chooses for its pages.
        name: the namespace of the URLs. A second portal needs another.

    Raises:
        WiringError: the portal is not one of *auth*'s, or a setting does not fit it.

    Attributes:
        web: the pages without Django.
    """

    def __init__(
        self,
        auth: SecureLogin,
        /,
        *,
        portal: Portal | None = None,
        settings: WebSettings | None = None,
        name: str = "securelogin",
    ) -> None:
        self.web: WebPortal = WebPortal(auth, portal=portal, settings=settings)
        self.name = name

    @property
    def urls(self) -> tuple[list[URLPattern], str, str]:
        """What `path` takes: patterns, application and name of the namespace."""
        view = self._view()
        patterns = [
            path(place.translate(_BRACKETS), view, name=name)
            for name, place in PATHS.items()
        ]
        return patterns, "securelogin", self.name

    def is_at(self, host: str, /) -> bool:
        """Tell whether a `Host` header names the place of this portal."""
        own = self.web.portal.url_parts
        found = read_url_parts(f"{own.scheme}://{host}/")
        return found is not None and (found.host, found.port) == (own.host, own.port)

    def _view(self) -> Callable[..., HttpResponse]:
        # Forms here carry a token of their own (threats: `web.cookies`), JSON is not a
        # form; and Django's would put a secret cookie of its own beside ours.
        @csrf_exempt
        # A report of an error goes out by mail: no password may be in it.
        @sensitive_post_parameters()
        def show(request: HttpRequest, **_: str) -> HttpResponse:
            body = _body(request, most=self.web.settings.largest_body)
            return write_response(self.web.handle(read_request(request, body)))

        # Under ATOMIC_REQUESTS a page would hold a transaction for as long as a hash
        # takes, and on SQLite keep the store from writing beside it.
        for alias in connections.settings:
            transaction.non_atomic_requests(using=alias)(show)
        # For those who use Django's LoginRequiredMiddleware.
        return login_not_required(show)


def read_request(request: HttpRequest, body: bytes = b"", /) -> Request:
    """Return Django's request as the pages want it."""
    # Nothing of get_host(): it may believe X-Forwarded-Host, and raises.
    scheme = request.scheme or ""
    return read_environ(request.META, body, path=request.path, scheme=scheme)


def _body(request: HttpRequest, *, most: int) -> bytes:
    """Return what was sent, or, of too much, as much as shows that it is."""
    environ = request.META
    if environ.get("wsgi.input_terminated") and not environ.get("CONTENT_LENGTH"):
        # Without a length Django takes a body for none; the server says where it ends.
        sent: bytes = environ["wsgi.input"].read(most + 1)
        return sent
    try:
        return request.body
    except RequestDataTooBig:
        return bytes(most + 1)
    except RawPostDataException:
        # A middleware has read a form with files, which no page of ours takes.
        return b""


def write_response(response: Response, /) -> HttpResponse:
    """Return a page's response as Django sends it."""
    answer = HttpResponse(response.body, status=response.status)
    # Django's guess; the page names its own type, or has none.
    del answer.headers["Content-Type"]
    for name, value in response.headers:
        answer.headers[name] = value
    answer.headers["Content-Length"] = str(response.length)
    for cookie in response.cookies:
        answer.cookies[cookie.name] = _AsWritten(cookie)
    return answer


class _AsWritten(Morsel[str]):
    """A cookie that is sent as `Cookie.header` writes it, whatever Python would."""

    def __init__(self, cookie: Cookie) -> None:
        super().__init__()
        value = cookie.value.reveal()
        self.set(cookie.name, value, value)
        self._header = cookie.header

    def output(
        self, attrs: Container[str] | None = None, header: str = "Set-Cookie:"
    ) -> str:
        """Return the line; Django asks for one without a name, and keeps the blank."""
        return f"{header} {self.OutputString(attrs)}".lstrip()

    def OutputString(self, attrs: Container[str] | None = None) -> str:  # noqa: N802 -- so the base names it
        """Return what follows `Set-Cookie:`."""
        del attrs
        return self._header
