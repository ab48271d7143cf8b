"""The pages' JSON, and how OpenAPI describes it."""

from __future__ import annotations

import json

import pytest

from securelogin.web import ROUTES, describe
from tests.web.browsing import ANN
from tests.wiring import ACME, PASSWORD


def test_the_whole_story_in_json(wired, ann, browser):
    opened = browser.call("api/login", {"address": ANN})
    assert opened.data == {"code": "password_next"}
    granted = browser.call("api/login", {"address": ANN, "password": PASSWORD})
    assert granted.data["code"] == "granted"
    assert granted.data["home"] == "https://portal.acme.example/secure/"

    listed = browser.send("GET", "api/sessions")
    assert [entry["is_this"] for entry in listed.data["sessions"]] == [True]
    rejected = browser.call("api/change-password", {"current": PASSWORD, "new": "x"})
    assert rejected.data["problems"] == ["too_short"]
    ended = browser.call("api/sessions", {"session": "0" * 64})
    assert ended.data == {"code": "ended"}
    assert browser.call("api/sessions", {}).data == {"code": "ended"}
    assert browser.call("api/logout", {}).data == {"code": "logged_out"}
    assert browser.send("GET", "api/sessions").data == {"code": "login_needed"}


def test_a_link_is_opened_in_json(invited, browser):
    opened = browser.call("api/link", {"token": invited})

    assert opened.data["code"] == "link_opened"
    assert browser.cookie("link")
    assert browser.call("api/link", {"token": "x"}).data["code"] == "refused"


def test_openapi_describes_every_json_path(browser):
    document = browser.send("GET", "api/openapi.json").data

    assert document == json.loads(json.dumps(describe(ACME)))
    assert document["openapi"] == "3.1.0"
    wanted = {f"/api/{route.path}" for route in ROUTES if route.api_methods}
    assert set(document["paths"]) == wanted


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "login", {"address": ANN, "password": "x"}),
        ("POST", "login", {"address": ANN}),
        ("POST", "login", {}),
        ("POST", "forgot", {"address": ANN}),
        ("POST", "link", {"token": "x"}),
        ("POST", "new-password", {"new": "x"}),
        ("POST", "change-password", {"current": "x", "new": "y"}),
        ("GET", "sessions", None),
        ("POST", "sessions", {}),
        ("POST", "logout", {}),
        ("GET", "help", None),
    ],
)
def test_answers_are_what_openapi_says(browser, method, path, body):
    document = describe(ACME)
    options = {} if body is None else {"body": json.dumps(body).encode()}
    headers = {"content-type": "application/json"}

    seen = browser.send(method, f"api/{path}", headers=headers, **options)

    operation = document["paths"][f"/api/{path}"][method.lower()]
    said = operation["responses"][str(seen.status)]["content"]["application/json"]
    shapes = [shape["$ref"].rpartition("/")[2] for shape in said["schema"]["anyOf"]]
    assert seen.data["code"] in shapes
    schema = document["components"]["schemas"][seen.data["code"]]
    assert set(seen.data) == set(schema["required"])
