"""Bodies that cannot be read, or hardly: a framework is not to try before the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from securelogin.testing.frameworks.browser import FORM, JSON
from securelogin.testing.frameworks.transports import Pairs

__all__ = ["BODIES", "Body"]


class Body(NamedTuple):
    """A body to post."""

    place: str
    content: bytes
    headers: Pairs


BODIES: Mapping[str, Body] = {
    "no type": Body("login", b"address=a", ()),
    "multipart": Body(
        "login",
        b'--x\r\nContent-Disposition: form-data; name="address"\r\n\r\na\r\n--x--\r\n',
        [("Content-Type", "multipart/form-data; boundary=x")],
    ),
    "multipart without a boundary": Body(
        "login", b"--", [("Content-Type", "multipart/form-data")]
    ),
    "JSON to a form": Body("login", b"{}", [JSON]),
    "a form to JSON": Body("api/login", b"address=a", [FORM]),
    "bytes that are no UTF-8": Body("login", b"address=\xff\xfe", [FORM]),
    "escapes that are no UTF-8": Body("login", b"address=%ff%fe", [FORM]),
    "an escape that ends early": Body("login", b"address=%", [FORM]),
    "a field that is there twice": Body("login", b"address=a&address=b", [FORM]),
    "many fields": Body("login", b"&".join(b"f%d=1" % n for n in range(5_000)), [FORM]),
    "NUL": Body("login", b"address=a%00b&password=%00", [FORM]),
    "a type with a charset": Body(
        "login", b"address=%FC", [(FORM[0], f"{FORM[1]}; charset=iso-8859-1")]
    ),
    "a type that is none": Body("login", b"a", [("Content-Type", "/;;=,")]),
    "nothing": Body("login", b"", [FORM]),
    "no JSON": Body("api/login", b"{", [JSON]),
    "empty JSON": Body("api/login", b"", [JSON]),
    "a list": Body("api/login", b'[["address","a"]]', [JSON]),
    "a number": Body("api/login", b"5", [JSON]),
    "deep JSON": Body("api/login", b"[" * 60_000, [JSON]),
    "JSON with a name twice": Body(
        "api/login", b'{"address":"a","address":"b"}', [JSON]
    ),
    "JSON that is no UTF-8": Body("api/login", b'{"address":"\xff"}', [JSON]),
    "JSON in UTF-16": Body("api/login", '{"address":"a"}'.encode("utf-16"), [JSON]),
    "half a character": Body(
        "api/login", b'{"address":"\\ud800","password":"x"}', [JSON]
    ),
    "a wrong Content-Encoding": Body(
        "login", b"address=a", [FORM, ("Content-Encoding", "gzip")]
    ),
    "another method by header": Body(
        "login", b"address=a", [FORM, ("X-HTTP-Method-Override", "DELETE")]
    ),
    "another method by field": Body("login", b"_method=DELETE", [FORM]),
}
