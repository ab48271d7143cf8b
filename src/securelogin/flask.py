"""The pages of a portal in a Flask application (extra `flask`).

    pages = FlaskPortal()                     # where your extensions are
    pages.init_app(app, auth)                 # where your application is made

It translates between Flask's requests and `securelogin.web`, and nothing else: what a
request means, and what it is answered, is decided there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, abort, current_app, g, redirect, request
from flask import Response as FlaskResponse
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from securelogin.accounts import Account, Audience
from securelogin.attempts import Client
from securelogin.flows.secure_login import SecureLogin
from securelogin.hidden import Hidden
from securelogin.outcomes import LoggedIn
from securelogin.portals import Portal
from securelogin.web import PATHS, Request, WebPortal, WebSettings
from securelogin.web.settings import read_settings
from securelogin.web.wiring import path_below
from securelogin.web.wsgi import read_environ

__all__ = ["FlaskPortal"]

P = ParamSpec("P")
R = TypeVar("R")

_BRACKETS = str.maketrans("{}", "<>")


class FlaskPortal:
    """The pages of one portal, and who is logged in there.

    Make one for each portal, at module level; it serves any number of applications.
    Every setting of `WebSettings` is read from the application's configuration, named
    as there in capitals: `SECURELOGIN_TRUSTED_PROXIES`.

    Args:
        name: of the blueprint, of this object in templates, and, in capitals, of the
            prefix in the configuration. A second portal needs another.
        portal: which of the portals; may be left out if there is one only.
        settings: in place of the application's configuration.

    Attributes:
        blueprint: has all the pages, such as the endpoint `securelogin.login`.
    """

    def __init__(
        self,
        name: str = "securelogin",
        /,
        *,
        portal: Portal | None = None,
        settings: WebSettings | None = None,
    ) -> None:
        self.name = name
        self._portal = portal
        self._settings = settings
        self.blueprint: Blueprint = Blueprint(name, __name__)

    def init_app(self, app: Flask, auth: SecureLogin, /) -> None:
        """Add the pages to an application, at the path of the portal's URL.

        Raises:
            WiringError: a setting is unknown or unfit, or the portal is none of
                *auth*'s, or does not lie below the application's `APPLICATION_ROOT`.
        """
        prefix = f"{self.name.upper()}_"
        given = app.config.get_namespace(prefix)
        settings = self._settings or read_settings(given, prefix=prefix)
        web = WebPortal(auth, portal=self._portal, settings=settings)
        app.register_blueprint(self.blueprint)
        self._add_rules(app, web)
        app.after_request(self._tell_caches)
        app.extensions[self.name] = web
        app.jinja_env.globals[self.name] = self

    # -- for the portal's own views --

    @property
    def logged_in(self) -> LoggedIn | None:
        """Who sends the request, and their session; None: nobody.

        Asked once for each request.

        Raises:
            AdapterError: a store could not be asked.
        """
        kept = f"_{self.name}_logged_in"
        self._note_asking()
        if kept not in g:
            setattr(g, kept, self._web.logged_in(_read()))
        return cast("LoggedIn | None", getattr(g, kept))

    @property
    def current_account(self) -> Account | None:
        """Whose request it is; None: nobody's."""
        return None if self.logged_in is None else self.logged_in.account

    @property
    def link(self) -> Hidden | None:
        """The token of the link the browser came by, for `auth.links.may_read`."""
        self._note_asking()
        return self._web.link(_read())

    @property
    def client(self) -> Client:
        """Where the request comes from, as far as the settings trust what says so."""
        return self._web.client(_read())

    def login_required(self, view: Callable[P, R], /) -> Callable[P, R | AnyResponse]:
        """Let a view be seen by whoever is logged in; others are led to the log-in."""
        return self._guarded(view, frozenset(Audience))

    def audience_required(
        self, audience: Audience, /
    ) -> Callable[[Callable[P, R]], Callable[P, R | AnyResponse]]:
        """Let a view be seen by one audience only; the other gets a plain 403."""

        def decorate(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
            return self._guarded(view, frozenset({audience}))

        return decorate

    def _guarded(
        self, view: Callable[P, R], audiences: frozenset[Audience]
    ) -> Callable[P, R | AnyResponse]:
        @wraps(view)
        def guarded(*args: P.args, **options: P.kwargs) -> R | AnyResponse:
            account = self.current_account
            if account is None:
                return redirect(f"{self._web.portal.base}login", 303)
            if account.audience not in audiences:
                abort(403)
            return cast("R", current_app.ensure_sync(view)(*args, **options))

        return guarded

    # -- wiring --

    @property
    def _web(self) -> WebPortal:
        return cast("WebPortal", current_app.extensions[self.name])

    def _add_rules(self, app: Flask, web: WebPortal) -> None:
        setting = "APPLICATION_ROOT"
        below = path_below(web.portal, app.config[setting], setting=setting)
        # Werkzeug's host has the port, unless it is the default of the scheme; so has
        # that of a canonical URL.
        host = urlsplit(web.portal.base).netloc if app.url_map.host_matching else None
        for name, place in PATHS.items():
            rule = app.url_rule_class(
                f"/{below}{place}".translate(_BRACKETS),
                endpoint=f"{self.name}.{name}",
                # All of them: what a path does not know is answered by its own page.
                methods=None,
                merge_slashes=False,
                host=host,
            )
            app.url_map.add(rule)
            app.view_functions[rule.endpoint] = self._show

    def _note_asking(self) -> None:
        setattr(g, f"_{self.name}_asked", True)

    def _tell_caches(self, response: FlaskResponse) -> FlaskResponse:
        """Say of an answer that depends on who is logged in that it does."""
        if f"_{self.name}_asked" in g:
            response.vary.add("Cookie")
        return response

    def _show(self, **_: str) -> FlaskResponse:
        body = _body(most=self._web.settings.largest_body)
        response = self._web.handle(_read(body))
        answer = FlaskResponse(response.body, status=response.status)
        answer.headers = Headers(response.header_list)
        return answer


def _read(body: bytes = b"") -> Request:
    """Return Flask's request as the pages want it."""
    path = request.root_path.rstrip("/") + request.path
    return read_environ(request.environ, body, path=path, scheme=request.scheme)


def _body(*, most: int) -> bytes:
    """Return what was sent, or, of too much, as much as shows that it is."""
    # The application's own limit is for its own views.
    request.max_content_length = most + 1
    try:
        sent = request.get_data(parse_form_data=False)
        # Who looked at `request.form` before has taken the bytes, and left the fields.
        fields = request.form.items(multi=True)
        return sent or urlencode(list(fields)).encode()[: most + 1]
    except RequestEntityTooLarge:
        return bytes(most + 1)
