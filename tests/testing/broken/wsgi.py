"""Adapters of WSGI and ASGI that are right, to be spoilt."""

from __future__ import annotations

from securelogin.web import PATHS, AsyncWebPortal, Request, WebPortal

VARY = [("Vary", "Cookie")]


class Plain:
    """Right: what an adapter does, and nothing else."""

    def __init__(self, auth, portal, settings):
        self.auth = auth
        self.web = WebPortal(auth, portal=portal, settings=settings)
        self.base = portal.url_parts.path
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
            return 403, VARY, b"Log in first"
        return 200, VARY, found.account.primary.text.encode()


class PlainASGI:
    """Right too, of ASGI itself."""

    def __init__(self, auth, portal, settings):
        self.web = AsyncWebPortal(auth, portal=portal, settings=settings)
        self.inbox = f"{portal.url_parts.path}inbox/"

    async def __call__(self, scope, receive, send):
        request = await self.read(scope, receive)
        if request.path == self.inbox:
            found = await self.web.logged_in(request)
            status, headers = 403 if found is None else 200, VARY
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
            self.add(headers, name, value)
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

    def add(self, headers, name, value):
        glue = "; " if name == "cookie" else ", "
        headers[name] = f"{headers[name]}{glue}{value}" if name in headers else value


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
