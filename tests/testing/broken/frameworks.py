"""Adapters of WSGI itself, each wrong in one way; `Plain` is right."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, unquote, unquote_plus, urlencode, urlsplit

from securelogin import Attempt
from securelogin.web import PATHS, AsyncWebPortal, Request, WebPortal

_JSON = "application/json"


class Plain:
    """Right: what an adapter does, and nothing else."""

    def __init__(self, auth, portal, settings):
        self.auth = auth
        self.web = WebPortal(auth, portal=portal, settings=settings)
        self.base = portal.site.path
        self.paths = {self.base + path for path in PATHS.values()}

    def __call__(self, environ, start_response):
        request = self.read(environ)
        if request.path == f"{self.base}inbox/":
            status, headers, body = self.inbox(request)
        elif request.path in self.paths or request.path.startswith(
            f"{self.base}assets/"
        ):
            status, headers, body = self.answer(request)
        else:
            status, headers, body = 404, [], b"Not Found"
        start_response(f"{status} ", headers)
        return [body]

    def read(self, environ):
        headers = self.headers(environ)
        return Request(
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
            scheme=environ["wsgi.url_scheme"],
            host=headers.get("host", ""),
            query=environ["QUERY_STRING"],
            headers=headers,
            body=self.body(environ),
            peer=environ["REMOTE_ADDR"],
        )

    def headers(self, environ):
        headers = {
            key[5:].replace("_", "-").lower(): value
            for key, value in environ.items()
            if key.startswith("HTTP_")
        }
        return headers | {"content-type": environ.get("CONTENT_TYPE", "")}

    def body(self, environ):
        return environ["wsgi.input"].read(self.web.settings.largest_body + 1)

    def answer(self, request):
        return self.write(request, self.web.handle(request))

    def write(self, request, response):
        return response.status, response.header_list, response.body

    def inbox(self, request):
        found = self.web.logged_in(request)
        if found is None:
            return 403, [], b"Log in first"
        return 200, [], found.account.primary.text.encode()


class PlainASGI:
    """Right too, of ASGI itself."""

    def __init__(self, auth, portal, settings):
        self.web = AsyncWebPortal(auth, portal=portal, settings=settings)
        self.inbox = f"{portal.site.path}inbox/"

    async def __call__(self, scope, receive, send):
        request = await self.read(scope, receive)
        if request.path == self.inbox:
            found = await self.web.logged_in(request)
            status, headers = (403, []) if found is None else (200, [])
            body = b"" if found is None else found.account.primary.text.encode()
        else:
            response = await self.web.handle(request)
            status, headers = response.status, response.header_list
            body = response.body
        pairs = [(key.encode(), value.encode("latin-1")) for key, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})

    async def read(self, scope, receive):
        headers = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        body, more = b"", True
        while more and len(body) <= self.web.settings.largest_body:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        return Request(
            method=scope["method"],
            path=scope["path"],
            scheme=scope["scheme"],
            host=headers.get("host", ""),
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=body,
            peer=scope["client"][0],
        )


class Answers(Plain):
    """One that changes the parts of an answer."""

    def write(self, request, response):
        return self.changed(request, *super().write(request, response))


class Reads(Plain):
    """One that changes a request."""

    def answer(self, request):
        return super().answer(self.changed(request))


def without(headers, name):
    return [(key, value) for key, value in headers if key.lower() != name.lower()]


# -- what goes out --


class DropsHSTSFromRefusals(Answers):
    def changed(self, request, status, headers, body):
        if status >= 400:
            headers = without(headers, "Strict-Transport-Security")
        return status, headers, body


class DropsNoStoreFromRedirects(Answers):
    def changed(self, request, status, headers, body):
        if status == 303:
            headers = without(headers, "Cache-Control")
        return status, headers, body


class WeakensThePolicy(Answers):
    def changed(self, request, status, headers, body):
        return (
            status,
            [(key, value.replace("'none'", "*")) for key, value in headers],
            body,
        )


class LosesHttpOnly(Answers):
    def changed(self, request, status, headers, body):
        return (
            status,
            [(key, value.replace("; HttpOnly", "")) for key, value in headers],
            body,
        )


class LosesSecure(Answers):
    def changed(self, request, status, headers, body):
        return (
            status,
            [(key, value.replace("; Secure", "")) for key, value in headers],
            body,
        )


class MakesCookiesStrict(Answers):
    def changed(self, request, status, headers, body):
        return (
            status,
            [(key, value.replace("=Lax", "=Strict")) for key, value in headers],
            body,
        )


class KeepsOneCookie(Answers):
    def changed(self, request, status, headers, body):
        return status, list(dict(headers).items()), body


class JoinsCookies(Answers):
    def changed(self, request, status, headers, body):
        cookies = [value for key, value in headers if key == "Set-Cookie"]
        others = without(headers, "Set-Cookie")
        return status, [*others, ("Set-Cookie", ", ".join(cookies))], body


class SetsACookieOfItsOwn(Answers):
    def changed(self, request, status, headers, body):
        return status, [*headers, ("Set-Cookie", "sid=1; Path=/")], body


class ForgetsCookiesOfRefusals(Answers):
    def changed(self, request, status, headers, body):
        if status >= 400:
            headers = without(headers, "Set-Cookie")
        return status, headers, body


class CountsCharacters(Answers):
    def changed(self, request, status, headers, body):
        length = str(len(body.decode("utf-8", "replace")))
        headers = without(headers, "Content-Length")
        return status, [*headers, ("Content-Length", length)], body


class CountsTwice(Answers):
    def changed(self, request, status, headers, body):
        return status, [*headers, ("Content-Length", str(len(body)))], body


class CountsNothingForHEAD(Answers):
    def changed(self, request, status, headers, body):
        headers = without(headers, "Content-Length")
        return status, [*headers, ("Content-Length", str(len(body)))], body


class AddsAHeader(Answers):
    def changed(self, request, status, headers, body):
        return status, [*headers, ("X-Powered-By", "Plain/1")], body


class SendsAHeaderTwice(Answers):
    def changed(self, request, status, headers, body):
        return status, [*headers, ("X-Frame-Options", "SAMEORIGIN")], body


class TakesTextForBytes(Answers):
    def changed(self, request, status, headers, body):
        body = body.decode("utf-8", "replace").encode()
        headers = without(headers, "Content-Length")
        return status, [*headers, ("Content-Length", str(len(body)))], body


class SaysAllIsWell(Answers):
    def changed(self, request, status, headers, body):
        return 200 if status == 403 else status, headers, body


class RedirectsAsEver(Answers):
    def changed(self, request, status, headers, body):
        return 302 if status == 303 else status, headers, body


class RedirectsNearby(Answers):
    def changed(self, request, status, headers, body):
        near = [
            (key, urlsplit(value).path if key == "Location" else value)
            for key, value in headers
        ]
        return status, near, body


class UnescapesWhereToGo(Answers):
    def changed(self, request, status, headers, body):
        plain = [
            (key, value.replace("%2F", "/") if key == "Location" else value)
            for key, value in headers
        ]
        return status, plain, body


class TellsWhoIsKnown(Answers):
    def changed(self, request, status, headers, body):
        if request.method == "POST":
            typed = dict(parse_qsl(request.body.decode()))
            if typed.get("address", "").startswith("no"):
                body += b"<!-- unknown -->"
        return status, headers, body


# -- answers of a framework's own --


class Own(Plain):
    """One that answers some things itself."""

    def answer(self, request):
        found = super().answer(request)
        return (found[0], [], b"") if self.is_own(request, found[0]) else found


class HasItsOwn404(Own):
    def is_own(self, request, status):
        return status == 404


class HasItsOwn405(Own):
    def is_own(self, request, status):
        return status == 405


class HasItsOwn503(Own):
    def is_own(self, request, status):
        return status == 503


class AnswersHEADWithABody(Plain):
    def write(self, request, response):
        if request.method == "HEAD":
            response = self.web.handle(replace(request, method="GET"))
        return super().write(request, response)


class SwallowsHEAD(Plain):
    def answer(self, request):
        if request.method == "HEAD":
            return 405, [("Allow", "GET")], b""
        return super().answer(request)


class AnswersOPTIONS(Plain):
    def answer(self, request):
        if request.method == "OPTIONS":
            return 204, [("Allow", "GET, HEAD, OPTIONS")], b""
        return super().answer(request)


class LetsErrorsThrough(Plain):
    def answer(self, request):
        found = super().answer(request)
        if found[0] == 503:
            raise RuntimeError("Service Unavailable")
        return found


class HasAPageForBadText(Plain):
    def answer(self, request):
        try:
            request.body.decode()
        except UnicodeDecodeError:
            return 400, [("Content-Type", "text/html")], b"<h1>Bad Request</h1>"
        return super().answer(request)


# -- what comes in --


class ParsesForms(Reads):
    def changed(self, request):
        if "urlencoded" not in request.headers["content-type"]:
            return request
        fields = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        return replace(request, body=urlencode(fields).encode())


class ParsesJSON(Reads):
    def changed(self, request):
        if not request.body or request.headers["content-type"] != _JSON:
            return request
        try:
            data = json.loads(request.body)
        except ValueError:
            return request
        return replace(request, body=json.dumps(data).encode())


class BreaksOnDeepJSON(Plain):
    def answer(self, request):
        if request.headers["content-type"] == _JSON and request.body:
            json.loads(request.body)
        return super().answer(request)


class CutsLargeBodies(Reads):
    def changed(self, request):
        return replace(request, body=request.body[: self.web.settings.largest_body])


class HasALimitOfItsOwn(Plain):
    def answer(self, request):
        if len(request.body) > 100_000:
            return 413, [], b"Payload Too Large"
        return super().answer(request)


class NeedsALength(Plain):
    def body(self, environ):
        length = int(environ.get("CONTENT_LENGTH", "0"))
        return environ["wsgi.input"].read(length)


class TakesTheOtherMethod(Reads):
    def changed(self, request):
        other = request.headers.get("x-http-method-override", request.method)
        return replace(request, method=other)


class DropsTheQuery(Reads):
    def changed(self, request):
        return replace(request, query="")


class DecodesTheQuery(Reads):
    def changed(self, request):
        return replace(request, query=unquote_plus(request.query))


class LosesTheHost(Reads):
    def changed(self, request):
        return replace(request, host="localhost")


class LosesTheBrowsersName(Reads):
    def changed(self, request):
        headers = {k: v for k, v in request.headers.items() if k != "user-agent"}
        return replace(request, headers=headers)


class LosesTheLanguage(Reads):
    def changed(self, request):
        return replace(request, headers=request.headers | {"accept-language": "en"})


class LosesWhoAsks(Reads):
    def changed(self, request):
        headers = dict(request.headers)
        headers.pop("sec-fetch-site", None)
        headers.pop("origin", None)
        return replace(request, headers=headers)


class ParsesCookies(Reads):
    def changed(self, request):
        jar = SimpleCookie(request.headers.get("cookie", ""))
        pairs = (f"{name}={morsel.value}" for name, morsel in jar.items())
        return replace(request, headers=request.headers | {"cookie": "; ".join(pairs)})


class FollowsForwardedFor(Reads):
    def changed(self, request):
        told = request.headers.get("x-forwarded-for", request.peer)
        return replace(request, peer=told.partition(",")[0])


class FollowsForwardedProto(Reads):
    def changed(self, request):
        return replace(
            request, scheme=request.headers.get("x-forwarded-proto", request.scheme)
        )


class FollowsForwardedHost(Reads):
    def changed(self, request):
        return replace(
            request, host=request.headers.get("x-forwarded-host", request.host)
        )


class TakesTheFirstForwardedLine(Reads):
    def changed(self, request):
        told = request.headers.get("x-forwarded-for", "").partition(",")[0]
        return replace(request, headers=request.headers | {"x-forwarded-for": told})


class ReadsThePathAsLatin1(Plain):
    def read(self, environ):
        return replace(super().read(environ), path=environ["PATH_INFO"])


class DecodesThePathTwice(Plain):
    def read(self, environ):
        request = super().read(environ)
        return replace(request, path=unquote(request.path))


class SharesItsRequest(Plain):
    def answer(self, request):
        self.request = request
        time.sleep(0.005)
        return super().answer(self.request)


# -- pages of the portal's own --


class ShowsItsPageToAll(Plain):
    def inbox(self, request):
        return 200, [], b"Welcome"


class RemembersWhoWasThere(Plain):
    found = None

    def inbox(self, request):
        self.found = self.found or self.web.logged_in(request)
        if self.found is None:
            return 403, [], b"Log in first"
        return 200, [], self.found.account.primary.text.encode()


class AsksWithoutCookies(Plain):
    def inbox(self, request):
        return super().inbox(replace(request, headers={}))


class AsksForAnySession(Plain):
    def inbox(self, request):
        pairs = request.headers.get("cookie", "").split("; ")
        token = next((p for p in pairs if "-session" in p), "=").partition("=")[2]
        found = self.auth.sessions.resolve(token)
        if found is None:
            return 403, [], b"Log in first"
        return 200, [], found.account.primary.text.encode()


class LogsInByTheLink(Plain):
    def answer(self, request):
        status, headers, body = super().answer(request)
        if status == 303 and request.query:
            typed = Attempt(address="x", password="x", url=self.web.portal.base)
            self.auth.login.check(typed)
            session = ("Set-Cookie", "__Host-securelogin-session=x; Path=/")
            headers = [*headers, session]
        return status, headers, body
