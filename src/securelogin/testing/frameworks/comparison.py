"""Hold an adapter's answer against the one that it should be, and say what to mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from securelogin.testing.uniformity import Answer

__all__ = ["OF_THE_SERVER", "differences"]

OF_THE_SERVER = frozenset(
    {"connection", "date", "keep-alive", "server", "transfer-encoding", "vary"}
)
"""Headers that a server or framework may add to any answer."""

_AROUND = 30
_MARK = "content-security-policy"
_FRAMEWORK = (
    "The framework answers here, and not the pages: register every path of "
    "`securelogin.web.PATHS` for all methods, read the request without the framework's "
    "parsing, and hand it to handle()"
)


def differences(
    found: Answer, wanted: Answer, /, *, method: str, may_add: Collection[str] = ()
) -> Iterator[str]:
    """Yield where an answer parts from the one that `handle` gave; the worst first."""
    if found.status != wanted.status:
        yield (
            f"the status is {found.status}, and the page's is {wanted.status}. "
            f"{_FRAMEWORK}"
        )
        return
    if _all(wanted, _MARK) and not _all(found, _MARK) and found.body != wanted.body:
        yield f"this page of status {found.status} is none of ours. {_FRAMEWORK}"
        return
    yield from _length(found, wanted, method=method)
    yield from _body(found, wanted, method=method)
    yield from _cookies(_all(found, "set-cookie"), _all(wanted, "set-cookie"))
    names = {name.lower() for name, _ in (*found.headers, *wanted.headers)}
    for name in sorted(names - {"set-cookie", "content-length"}):
        yield from _header(
            name, _all(found, name), _all(wanted, name), may_add=may_add, found_in=found
        )


def _all(answer: Answer, name: str) -> list[str]:
    return [value for key, value in answer.headers if key.lower() == name]


def _length(found: Answer, wanted: Answer, *, method: str) -> Iterator[str]:
    lengths = _all(found, "content-length")
    if len(lengths) > 1:
        yield f"Content-Length is there {len(lengths)} times. Set it once"
    elif method == "HEAD":
        length = _all(wanted, "content-length")
        if lengths not in ([], length):
            yield (
                f"Content-Length is {lengths[0]}, and {length[0]} for GET. HEAD has no "
                "body, but the length of the one that GET gets (RFC 9110, 8.6): send "
                "`Response.length`"
            )
    elif lengths not in ([], [str(len(found.body))]):
        yield (
            f"Content-Length is {lengths[0]}, and {len(found.body)} bytes came. Send "
            "`Response.body` as it is, and `Response.length` with it"
        )


def _body(found: Answer, wanted: Answer, *, method: str) -> Iterator[str]:
    if found.body == wanted.body:
        return
    if method == "HEAD":
        yield "HEAD is answered with a body. Send none"
        return
    at = next(
        (
            n
            for n, (a, b) in enumerate(zip(found.body, wanted.body, strict=False))
            if a != b
        ),
        min(len(found.body), len(wanted.body)),
    )
    part = slice(max(0, at - _AROUND), at + _AROUND)
    yield (
        f"the body differs from byte {at}: {found.body[part]!r}, and should be "
        f"{wanted.body[part]!r}. Hand `Response.body` on as bytes; where it says "
        "something else, a part of the request did not arrive as it was sent"
    )


def _cookies(found: list[str], wanted: list[str]) -> Iterator[str]:
    missing, added = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    for header in missing:
        yield (
            f"the cookie {_unvalued(header)!r} is missing or changed"
            f"{_instead(added)}. Send each of `Response.cookies` in a Set-Cookie "
            "header of its own, as `Cookie.header` writes it"
        )
        return
    for header in added:
        yield (
            f"there is a cookie {_unvalued(header)!r} that the page does not set, or "
            "sets once. Set no cookie on these pages"
        )


def _unvalued(header: str) -> str:
    """Return a cookie without its value, which may be a secret."""
    pair, semicolon, attributes = header.partition(";")
    return f"{pair.partition('=')[0]}=…{semicolon}{attributes}"


def _instead(added: Counter[str]) -> str:
    names = ", ".join(repr(_unvalued(header)) for header in added)
    return f"; instead there is {names}" if names else ""


def _header(
    name: str,
    found: list[str],
    wanted: list[str],
    *,
    may_add: Collection[str],
    found_in: Answer,
) -> Iterator[str]:
    if not wanted:
        # All frameworks name a type, even of no content; that harms nobody.
        is_empty_type = name == "content-type" and not found_in.body
        if name not in OF_THE_SERVER and name not in may_add and not is_empty_type:
            yield (
                f"there is a header {name}: {found[0]!r} that the page does not send. "
                "Leave it out here; if it is of your server's making, name it in "
                "`may_add`"
            )
    elif len(found) > len(wanted):
        yield f"the header {name} is there {len(found)} times. Set it once"
    elif not found:
        yield (
            f"the header {name} is missing. Send every pair of `Response.headers`, "
            "whatever the status"
        )
    elif found != wanted:
        yield (
            f"the header {name} is {found[0]!r}, and should be {wanted[0]!r}. Send "
            "`Response.headers` as they are, and hand on all of the request"
        )
