"""Adapters of WSGI that give another answer than the pages', each in one way."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from tests.testing.broken.wsgi import Answers, Plain, without


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
