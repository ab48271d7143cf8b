"""What is sent, where the application has limits of its own, or looks at it before."""

from __future__ import annotations

import pytest
from flask import request

from securelogin.testing.frameworks.browser import forms_of
from tests.flask.conftest import log_in


@pytest.mark.parametrize("look", ["form", "values", "data", "get_data"])
def test_who_looks_at_a_form_before_the_pages_keeps_nobody_out(
    world, app, browser, look
):
    @app.before_request
    def look_at_it():
        found = getattr(request, look)
        len(found() if callable(found) else found)

    world.settled()

    log_in(browser)


def look_at_the_form() -> None:
    len(request.form)


def test_a_form_that_was_looked_at_is_read_to_the_letter(world, app, browser):
    app.before_request(look_at_the_form)
    page = browser.get("login")
    fields = forms_of(page)[0].fields
    typed = {**fields, "address": "ä+b&c=d@acme.example", "password": " % \u20ac "}

    seen = browser.post("login", typed)

    assert "ä+b&amp;c=d@acme.example" in seen.body.decode()


def test_of_a_form_that_was_looked_at_too_much_is_too_much(app, browser):
    app.before_request(look_at_the_form)

    assert browser.post("login", {"address": "a" * 100_000}).status == 413


def test_a_field_that_is_there_twice_is_so_for_whoever_looked(app, browser):
    app.before_request(look_at_the_form)
    kind = ("Content-Type", "application/x-www-form-urlencoded")

    assert browser.send("POST", "login", [kind], b"address=a&address=b").status == 400


def test_the_applications_limit_of_a_body_is_for_its_own_views(world, app, browser):
    app.config["MAX_CONTENT_LENGTH"] = 10
    world.settled()

    log_in(browser)
