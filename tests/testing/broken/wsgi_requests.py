"""Adapters of WSGI that hand over another request than came, each in one way."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, unquote, unquote_plus, urlencode

from securelogin import Attempt
from tests.testing.broken.wsgi import Plain, Reads

_JSON = "application/json"


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


class ShowsItsPageToAll(Plain):
    def inbox(self, request):
        return 200, [], b"Welcome"


class TellsCachesNothing(Plain):
    def inbox(self, request):
        status, _, body = super().inbox(request)
        return status, [], body


class TellsCachesOnlyOfReaders(Plain):
    def inbox(self, request):
        status, headers, body = super().inbox(request)
        return status, headers if status == 200 else [], body


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
