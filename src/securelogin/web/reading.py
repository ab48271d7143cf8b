"""From a request to a `Visit`: what is asked for, by whom, and what is wrong with it.

All decisions about a request are made here, before any flow is called: `Visit.step`
names the one handler that follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from securelogin.attempts import Client, Preflight, RequestFault
from securelogin.hidden import Hidden
from securelogin.installation import Installation
from securelogin.languages import fallbacks
from securelogin.portals import Portal, read_url_parts
from securelogin.rules.preflight import (
    DEVICE_TIME,
    PAGE,
    SCRIPT,
    read_device_time,
    read_preflight,
)
from securelogin.sessions import make_session_token, session_digest
from securelogin.web.cookies import CookieJar, Held, Kind
from securelogin.web.requests import (
    BodyFault,
    Request,
    read_client_ip,
    read_cookies,
    read_fields,
    read_json,
    read_language,
    read_mailed_token,
    read_url,
)
from securelogin.web.routes import API, ROUTES, Page, Route
from securelogin.web.settings import WebSettings

__all__ = ["Reader", "Step", "Visit"]


class Step(StrEnum):
    """What a visit asks for; each has one handler."""

    SHOW = "show"
    ASSET = "asset"
    DESCRIBE = "describe"
    PROBLEM = "problem"
    STALE_FORM = "stale_form"
    LINK_ARRIVAL = "link_arrival"
    LINK = "link"
    PROOF_ARRIVAL = "proof_arrival"
    PROOF_FORM = "proof_form"
    CONFIRM = "confirm"
    ADDRESS_GIVEN = "address_given"
    LOGIN = "login"
    FORGOT = "forgot"
    NEW_PASSWORD_FORM = "new_password_form"  # noqa: S105 -- a step, not a secret
    COMPLETE = "complete"
    CHANGE_FORM = "change_form"
    CHANGE = "change"
    SESSIONS = "sessions"
    END_SESSION = "end_session"
    END_OTHERS = "end_others"
    LOGOUT = "logout"
    PREFLIGHT = "preflight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request, read.

    Attributes:
        page: what the path means; None where there is nothing.
        is_api: it came to the JSON form of the path.
        url: the request's, without its query.
        browser: names the browser, for its forms; new if it brought none.
        link: the link it came by, if any.
        proof: the link of a mail about a new address, if any.
        ticket: the permit to set a new password, if any.
        fields: what was typed, by the name of the field.
        faults: what is wrong with the request, for the record of a log-in.
        problem: for `Step.PROBLEM`: status, and the code of the text.
        is_head: nobody wants to see the body.
        name: of the asset.
        allow: methods of the path.
    """

    step: Step
    page: Page | None
    is_api: bool
    url: str
    at: datetime
    client: Client
    language: str
    browser: Hidden
    cookies: Mapping[Kind, Hidden]
    link: Held | None = None
    proof: Held | None = None
    ticket: Held | None = None
    fields: Mapping[str, Hidden] = field(default_factory=dict)
    faults: frozenset[RequestFault] = frozenset()
    problem: tuple[int, str] = (404, "not_found")
    is_head: bool = False
    name: str = ""
    allow: tuple[str, ...] = ()

    def typed(self, name: str, /) -> Hidden:
        """Return what stands in a field; nothing where there is none."""
        return self.fields.get(name, Hidden(""))

    @property
    def session(self) -> Hidden | None:
        """The token in the session cookie, if any."""
        return self.cookies.get(Kind.SESSION)


_STEPS: Mapping[tuple[Page, str], Step] = {
    (Page.LINK, "GET"): Step.LINK,
    (Page.LINK, "POST"): Step.LINK,
    (Page.LOGIN, "POST"): Step.LOGIN,
    (Page.FORGOT, "POST"): Step.FORGOT,
    (Page.NEW_PASSWORD, "GET"): Step.NEW_PASSWORD_FORM,
    (Page.NEW_PASSWORD, "POST"): Step.COMPLETE,
    (Page.CHANGE_PASSWORD, "GET"): Step.CHANGE_FORM,
    (Page.CHANGE_PASSWORD, "POST"): Step.CHANGE,
    (Page.ADDRESS, "GET"): Step.PROOF_FORM,
    (Page.ADDRESS, "POST"): Step.CONFIRM,
    (Page.SESSIONS, "GET"): Step.SESSIONS,
    (Page.SESSIONS, "POST"): Step.END_SESSION,
    (Page.LOGOUT, "POST"): Step.LOGOUT,
    (Page.PREFLIGHT, "POST"): Step.PREFLIGHT,
    (Page.ASSET, "GET"): Step.ASSET,
    (Page.DESCRIPTION, "GET"): Step.DESCRIBE,
}

_BODY_STATUS = {
    BodyFault.TOO_LARGE: 413,
    BodyFault.UNSUPPORTED: 415,
    BodyFault.MALFORMED: 400,
}


class Reader:
    """Reads the requests of one portal. Safe to share between threads."""

    def __init__(
        self,
        portal: Portal,
        /,
        *,
        installation: Installation,
        settings: WebSettings,
        jar: CookieJar,
    ) -> None:
        self._place = portal.url_parts
        self._prefix = portal.url_parts.path
        self._installation = installation
        self._settings = settings
        self._jar = jar
        said = set(installation.policy.messages.languages)
        # A page speaks one language: only those in which flows and pages both can.
        self._languages = tuple(t for t in settings.texts.languages if t in said)
        own = (t for t in fallbacks(portal.language) if t in self._languages)
        self._language = next(own, "en")
        self._routes = {r.path: r for r in ROUTES if "{" not in r.path}
        self._asset = next(r for r in ROUTES if r.page is Page.ASSET)

    def read(self, request: Request, /) -> Visit:
        """Return what a request asks for. Total: bad ones ask for an error page."""
        is_api, route, name = self._find(request.path)
        allow = () if route is None else route.api_methods if is_api else route.methods
        cookies = self._jar.read(read_cookies(request))
        at = self._installation.now()
        fields = self._fields(request, is_api=is_api)
        faults = self._faults(request, cookies, fields, is_api=is_api)
        step, problem = _step_of(request, route, allow, fields, faults)
        typed = fields if isinstance(fields, dict) else {}
        language = read_language(request, known=self._languages, default=self._language)
        return Visit(
            step=step,
            page=None if route is None else route.page,
            is_api=is_api,
            url=self.url_of(request),
            at=at,
            client=self.client_of(request, typed, language=language),
            language=language,
            browser=self._browser(cookies),
            cookies=cookies,
            link=self._held(Page.LINK, request, route, cookies, typed, at=at),
            proof=self._held(Page.ADDRESS, request, route, cookies, typed, at=at),
            ticket=self._jar.unseal(Kind.TICKET, cookies.get(Kind.TICKET), at=at),
            fields=typed,
            faults=faults,
            problem=problem,
            is_head=request.method == "HEAD",
            name=name,
            allow=allow,
        )

    def url_of(self, request: Request, /) -> str:
        """Return the URL of a request, without its query."""
        return read_url(request, trusted_proxies=self._settings.trusted_proxies)

    def client_of(
        self, request: Request, fields: Mapping[str, Hidden], /, *, language: str
    ) -> Client:
        """Return where a request came from."""
        ip = read_client_ip(request, trusted_proxies=self._settings.trusted_proxies)
        told = fields.get(DEVICE_TIME, Hidden("")).reveal()
        return Client(
            ip=ip,
            user_agent=request.headers.get("user-agent", ""),
            device_time=read_device_time({DEVICE_TIME: told}),
            language=language,
            preflight=self._preflight(request, fields),
        )

    def _preflight(
        self, request: Request, fields: Mapping[str, Hidden]
    ) -> Preflight | None:
        """Return what the page that was sent has found out about the browser."""
        if PAGE not in fields:
            return None
        given = {
            name: fields[name].reveal() for name in (PAGE, SCRIPT) if name in fields
        }
        cookies = self._jar.read(read_cookies(request))
        return read_preflight(
            given,
            cookie_came_back=Kind.BROWSER in cookies,
            is_https=self.url_of(request).startswith("https:"),
        )

    def _find(self, path: str) -> tuple[bool, Route | None, str]:
        """Return whether it is the JSON side, which route, and the asset's name."""
        if not path.startswith(self._prefix):
            return False, None, ""
        rest = path.removeprefix(self._prefix)
        is_api = rest.startswith(API)
        rest = rest.removeprefix(API)
        folder, _, name = rest.partition("/")
        if name and folder == self._asset.path.partition("/")[0] and not is_api:
            return False, self._asset, name
        route = self._routes.get(rest)
        has_form = route is not None and (
            route.api_methods if is_api else route.methods
        )
        return is_api, route if has_form else None, ""

    def _fields(
        self, request: Request, *, is_api: bool
    ) -> dict[str, Hidden] | BodyFault:
        if request.method != "POST":
            return {}
        if len(request.body) > self._settings.largest_body:
            return BodyFault.TOO_LARGE
        return read_json(request) if is_api else read_fields(request)

    def _faults(
        self,
        request: Request,
        cookies: Mapping[Kind, Hidden],
        fields: dict[str, Hidden] | BodyFault,
        *,
        is_api: bool,
    ) -> frozenset[RequestFault]:
        if request.method != "POST":
            return frozenset()
        browser = cookies.get(Kind.BROWSER)
        token = fields.get("form_token") if isinstance(fields, dict) else None
        # A JSON body cannot be sent from another site's form, and a script there would
        # have to ask first (CORS): its type stands for the token.
        is_own = is_api or self._jar.is_own_form(browser, token)
        if not is_api and browser is None:
            return frozenset({RequestFault.COOKIES_BLOCKED})
        if not is_own or self._is_foreign(request, is_api=is_api):
            return frozenset({RequestFault.CSRF})
        return frozenset()

    def _is_foreign(self, request: Request, *, is_api: bool) -> bool:
        """Tell whether the browser says that another site sent this (ASVS 3.5.1)."""
        told = request.headers.get("sec-fetch-site", "")
        if told:
            return told not in {"same-origin", "none"}
        origin = request.headers.get("origin", "")
        # Under `no-referrer` browsers say "null" for a form of one's own.
        if not origin or (origin == "null" and not is_api):
            return False
        places = [read_url_parts(self.url_of(request)), self._place]
        own = {(own.scheme, own.host, own.port) for own in places if own}
        found = read_url_parts(origin)
        return found is None or (found.scheme, found.host, found.port) not in own

    def _browser(self, cookies: Mapping[Kind, Hidden]) -> Hidden:
        brought = cookies.get(Kind.BROWSER)
        if brought is not None and session_digest(brought) is not None:
            return brought
        return make_session_token(self._installation.random)

    def _held(
        self,
        page: Page,
        request: Request,
        route: Route | None,
        cookies: Mapping[Kind, Hidden],
        fields: Mapping[str, Hidden],
        *,
        at: datetime,
    ) -> Held | None:
        """Return the mailed link that a page lives by, fresh or from its cookie."""
        fresh = fields.get("token") or read_mailed_token(request)
        if route is not None and route.page is page and fresh is not None:
            return Held(token=fresh)
        kind = {Page.LINK: Kind.LINK, Page.ADDRESS: Kind.PROOF}[page]
        return self._jar.unseal(kind, cookies.get(kind), at=at)


def _step_of(
    request: Request,
    route: Route | None,
    allow: tuple[str, ...],
    fields: dict[str, Hidden] | BodyFault,
    faults: frozenset[RequestFault],
) -> tuple[Step, tuple[int, str]]:
    """Return the step, and what is wrong where it is `PROBLEM`."""
    nothing = (404, "not_found")
    if route is None:
        return Step.PROBLEM, nothing
    if request.method not in allow:
        return Step.PROBLEM, (405, "not_allowed")
    if isinstance(fields, BodyFault):
        return Step.PROBLEM, (_BODY_STATUS[fields], fields.value)
    method = "GET" if request.method == "HEAD" else request.method
    step = _STEPS.get((route.page, method), Step.SHOW)
    return _refined(step, request, fields, faults), nothing


def _refined(
    step: Step,
    request: Request,
    fields: Mapping[str, Hidden],
    faults: frozenset[RequestFault],
) -> Step:
    if step is Step.LINK and request.method != "POST" and request.query:
        return Step.LINK_ARRIVAL
    if step is Step.PROOF_FORM and request.query:
        return Step.PROOF_ARRIVAL
    if step is Step.LOGIN and "password" not in fields:
        return Step.ADDRESS_GIVEN
    # A log-in with a fault is refused and recorded like any other; and a browser that
    # keeps no cookies is what the preflight is to find out.
    if faults and step not in {Step.LOGIN, Step.PREFLIGHT}:
        return Step.STALE_FORM
    if step is Step.END_SESSION and "session" not in fields:
        return Step.END_OTHERS
    return step
