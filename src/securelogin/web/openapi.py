"""The JSON side, described in OpenAPI 3.1; made from `ROUTES`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from securelogin.portals import Portal
from securelogin.web.routes import API, ROUTES, Page, Route

__all__ = ["describe"]

_TEXT: dict[str, Any] = {"type": "string"}
_TIME: dict[str, Any] = {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What one method of a path takes and answers."""

    summary: str
    takes: Mapping[str, str] | None = None
    needs: tuple[str, ...] = ()
    answers: Mapping[int, tuple[str, ...]]


_FAILURES = {403: ("refused",), 503: ("overloaded",)}

_CALLS: Mapping[tuple[Page, str], _Call] = {
    (Page.LOGIN, "POST"): _Call(
        summary="Log in. Without a password it answers what comes next.",
        takes={
            "address": "as typed",
            "password": "lasting or temporary",
            "device_time": "the device's own time, ISO 8601 with its zone",
        },
        needs=("address",),
        answers={200: ("granted", "change_required", "password_next"), **_FAILURES},
    ),
    (Page.LINK, "POST"): _Call(
        summary="Open the link of a notification; it logs nobody in.",
        takes={"token": "from the link"},
        needs=("token",),
        answers={200: ("link_opened",), **_FAILURES},
    ),
    (Page.FORGOT, "POST"): _Call(
        summary="Ask for a temporary password; the same answer for every address.",
        takes={"address": "as typed"},
        needs=("address",),
        answers={200: ("reset_requested",), **_FAILURES},
    ),
    (Page.NEW_PASSWORD, "POST"): _Call(
        summary="Set a password after a temporary one; logs nobody in.",
        takes={"new": "the new password"},
        needs=("new",),
        answers={200: ("changed",), 422: ("password_rejected",), **_FAILURES},
    ),
    (Page.CHANGE_PASSWORD, "POST"): _Call(
        summary="Change the password of whoever is logged in.",
        takes={"current": "the present password", "new": "the new password"},
        needs=("current", "new"),
        answers={
            200: ("changed",),
            422: ("password_rejected",),
            403: ("refused", "login_needed"),
            503: ("overloaded",),
        },
    ),
    (Page.SESSIONS, "GET"): _Call(
        summary="List the sessions of whoever is logged in.",
        answers={200: ("sessions",), 403: ("login_needed",), 503: ("overloaded",)},
    ),
    (Page.SESSIONS, "POST"): _Call(
        summary="End one session, or without its id all others.",
        takes={"session": "the id from the list"},
        answers={200: ("ended",), 403: ("login_needed",), 503: ("overloaded",)},
    ),
    (Page.LOGOUT, "POST"): _Call(
        summary="Log out. Doing it twice is as good as once.",
        takes={},
        answers={200: ("logged_out",), 503: ("overloaded",)},
    ),
    (Page.HELP, "GET"): _Call(
        summary="What helps most people, in the asked language.",
        answers={200: ("help",)},
    ),
    (Page.DESCRIPTION, "GET"): _Call(summary="This description.", answers={200: ()}),
}

_PLAIN_ERRORS = {
    400: ("malformed",),
    403: ("stale_form",),
    413: ("too_large",),
    415: ("unsupported",),
}


def _body(code: str, /, **fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"code": {"const": code}, **fields},
        "required": ["code", *fields],
        "additionalProperties": False,
    }


_FAILURE = {"message": _TEXT, "advice": _TEXT, "reference": _TEXT}
_LIST_OF_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}

_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "granted": _body("granted", home=_TEXT, reference=_TEXT),
    "change_required": _body("change_required", until=_TIME, reference=_TEXT),
    "password_next": _body("password_next"),
    "refused": _body("refused", **_FAILURE),
    "overloaded": _body("overloaded", **_FAILURE),
    "link_opened": _body("link_opened", until=_TIME),
    "reset_requested": _body(
        "reset_requested", message=_TEXT, mark=_TEXT, reference=_TEXT
    ),
    "changed": _body("changed"),
    "password_rejected": _body(
        "password_rejected", problems=_LIST_OF_TEXTS, messages=_LIST_OF_TEXTS
    ),
    "sessions": _body(
        "sessions",
        sessions={
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": _TEXT,
                    "began_at": _TIME,
                    "seen_at": _TIME,
                    "until": _TIME,
                    "user_agent": _TEXT,
                    "ip": _TEXT,
                    "is_this": {"type": "boolean"},
                },
            },
        },
    ),
    "ended": _body("ended"),
    "logged_out": _body("logged_out"),
    "login_needed": _body("login_needed"),
    "help": _body(
        "help",
        contact=_TEXT,
        solutions={
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"code": _TEXT, "problem": _TEXT, "cure": _TEXT},
            },
        },
    ),
    **{code: _body(code) for codes in _PLAIN_ERRORS.values() for code in codes},
}


def describe(portal: Portal, /) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of one portal's JSON side."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{portal.name}: log-in",
            "version": "1",
            "description": (
                "Cookies carry sessions, tickets and links. Every refusal is the same; "
                "its reference leads support to the cause."
            ),
        },
        "servers": [{"url": portal.base}],
        "paths": {
            f"/{API}{route.path}": _path(route) for route in ROUTES if route.api_methods
        },
        "components": {"schemas": dict(_SCHEMAS)},
    }


def _path(route: Route) -> dict[str, Any]:
    return {
        method.lower(): _operation(route, method)
        for method in route.api_methods
        if method != "HEAD"
    }


def _operation(route: Route, method: str) -> dict[str, Any]:
    call = _CALLS[route.page, method]
    said: dict[int, tuple[str, ...]] = dict(call.answers)
    if call.takes is not None:
        for status, codes in _PLAIN_ERRORS.items():
            said[status] = (*said.get(status, ()), *codes)
    operation: dict[str, Any] = {
        "operationId": f"{method.lower()}_{route.page.value}",
        "summary": call.summary,
        "responses": {
            str(status): _response(codes) for status, codes in sorted(said.items())
        },
    }
    if call.takes is not None:
        operation["requestBody"] = _request(call)
    return operation


def _request(call: _Call) -> dict[str, Any]:
    takes = call.takes or {}
    schema = {
        "type": "object",
        "properties": {
            name: {"type": "string", "description": text}
            for name, text in takes.items()
        },
        "required": list(call.needs),
        "additionalProperties": {"type": "string"},
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _response(codes: tuple[str, ...]) -> dict[str, Any]:
    shapes = [{"$ref": f"#/components/schemas/{code}"} for code in codes]
    return {
        "description": " or ".join(codes) or "an OpenAPI description",
        "content": {
            "application/json": {"schema": {"anyOf": shapes} if shapes else {}}
        },
    }
