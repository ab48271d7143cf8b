"""What a stranger sees of a refusal over HTTP, without chance and echo."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from securelogin.attempts import Attempt, RequestFault
from securelogin.outcomes import Cause
from securelogin.testing.frameworks.browser import Browser, forms_of
from securelogin.testing.frameworks.comparison import OF_THE_SERVER
from securelogin.testing.frameworks.transports import Transport
from securelogin.testing.frameworks.world import PORTAL
from securelogin.testing.uniformity import CAUSES, Answer, Seen

__all__ = ["ATTEMPTS", "sent_by"]

ATTEMPTS = [
    (cause, form)
    for cause in CAUSES
    for form in ("HTML", "JSON")
    # A program needs no cookie of ours.
    if (cause, form) != (Cause.COOKIES_BLOCKED, "JSON")
]
"""Every cause, as a browser and as a program comes to it."""

_REFERENCE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b")
_CHANCE = (
    _REFERENCE,
    re.compile(r'(?<=name="form_token" value=")[^"]*'),
    re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"),
)
_COOKIE_VALUE = re.compile(r"=[^;]*")
_UNSEEN = OF_THE_SERVER | {"content-length"}


def sent_by(
    transport: Transport, attempt: Attempt, /, *, form: str
) -> tuple[Seen, str]:
    """Send an attempt as a browser or a program would.

    Returns:
        what is seen of the answer, and its reference.
    """
    place = urlsplit(attempt.url)
    browser = Browser(transport, PORTAL, source=attempt.client.ip or "")
    browser.host = place.netloc
    page = browser.get("login")
    fields = forms_of(page)[0].fields
    if attempt.link is not None:
        browser.get(f"link?t={attempt.link.reveal()}")
    headers = []
    if RequestFault.CSRF in attempt.faults:
        headers.append(("Sec-Fetch-Site", "cross-site"))
    if RequestFault.COOKIES_BLOCKED in attempt.faults:
        browser.cookies.clear()
    typed = {"address": attempt.address, "password": attempt.password.reveal()}
    if form == "JSON":
        answer = browser.call("login", typed, headers)
    else:
        answer = browser.post("login", {**fields, **typed}, headers)
    path = PORTAL.base.split("/", 3)[3]
    url = f"https://{place.netloc}/{path}{'api/' if form == 'JSON' else ''}login"
    return _seen(answer, url, attempt.address), _reference(answer)


def _reference(answer: Answer) -> str:
    found = _REFERENCE.search(answer.body.decode("utf-8", "replace"))
    return "" if found is None else found[0]


def _seen(answer: Answer, *echoes: str) -> Seen:
    body = answer.body.decode("utf-8", "replace")
    for echo in echoes:
        body = body.replace(echo, "·")
    for pattern in _CHANCE:
        body = pattern.sub(lambda found: "·" * len(found[0]), body)
    return Seen(
        kind=str(answer.status),
        headers=tuple(
            (
                name.lower(),
                _COOKIE_VALUE.sub("=·", value, count=1)
                if name.lower() == "set-cookie"
                else value,
            )
            for name, value in answer.headers
            # The length is the body's, which is compared, its echoes apart.
            if name.lower() not in _UNSEEN
        ),
        body=body.encode(),
    )
