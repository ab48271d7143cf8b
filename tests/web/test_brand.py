"""A portal's own look: templates, colours, logo; and what settings are refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from securelogin.errors import WiringError
from securelogin.messages import Messages
from securelogin.web import WebSettings
from tests.web.browsing import Browser, Pages
from tests.wiring import Wired

SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def logo(tmp_path) -> Path:
    path = tmp_path / "logo.svg"
    path.write_text(SVG)
    return path


def browser_with(**settings) -> Browser:
    return Browser(Pages(Wired("sync"), settings=WebSettings(**settings)))


def test_files_are_served_for_ever_under_their_digest():
    browser = browser_with()
    login = browser.get("login")

    for selector, attribute, kind in (
        ("link[rel=stylesheet]", "href", "text/css; charset=utf-8"),
        ("script", "src", "text/javascript; charset=utf-8"),
    ):
        seen = browser.send("GET", str(login.one(selector)[attribute]))
        assert seen.status == 200
        assert seen.headers["content-type"] == kind
        assert "immutable" in seen.headers["cache-control"]
        assert seen.response.body
        assert not seen.response.cookies
        headed = browser.send("HEAD", str(login.one(selector)[attribute]))
        assert headed.response.body == b""


def test_own_colours_are_a_style_sheet_of_their_own():
    browser = browser_with(
        theme={"accent": "#702082"}, dark_theme={"accent": "rgb(220 180 255)"}
    )

    sheets = browser.get("login").html.select("link[rel=stylesheet]")
    text = browser.send("GET", str(sheets[1]["href"])).response.body.decode()

    assert "--accent:#702082;" in text
    assert "@media (prefers-color-scheme: dark)" in text
    assert "--accent:rgb(220 180 255);" in text


def test_the_logo_stands_beside_the_name(logo):
    browser = browser_with(logo=logo)

    source = str(browser.get("login").one(".brand img")["src"])
    seen = browser.send("GET", source)

    assert seen.response.body.decode() == SVG
    assert seen.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in seen.headers["content-security-policy"]


def test_own_templates_go_before_ours_one_by_one(tmp_path):
    own = '{% extends "base.html" %}{% block title %}Hello{% endblock %}'
    (tmp_path / "forgot.html").write_text(own)
    browser = browser_with(templates=tmp_path)

    assert browser.get("forgot").html.title.get_text().startswith("Hello")
    assert browser.get("login").heading == "Log in"


def test_a_template_that_cannot_be_read_is_refused_when_wired(tmp_path):
    (tmp_path / "login.html").write_text("{% if %}")

    with pytest.raises(WiringError, match=r"login\.html"):
        browser_with(templates=tmp_path)


def test_own_templates_escape_what_was_typed_too(tmp_path):
    (tmp_path / "login.html").write_text("<p>{{ address }}</p>")
    browser = browser_with(templates=tmp_path)

    seen = browser.post_only("login", {"address": "<b>x</b>", "password": "x"})

    assert "<b>" not in seen.response.body.decode()


@pytest.mark.parametrize(
    "unfit",
    [
        {"home": "/inbox"},
        {"home": "https://evil.example/"},
        {"home": "//evil.example"},
        {"home": "../other"},
        {"home": "a\\b"},
        {"home": "inbox\n"},
        {"message": "messages/"},
        {"message": "{message}/{message}"},
        {"message": "https://{message}"},
        {"entry": "two_steps"},
        {"cookies": "insecure"},
        {"trusted_proxies": -1},
        {"trusted_proxies": True},
        {"trusted_proxies": 99},
        {"largest_body": 10},
        {"hsts": 5},
        {"hsts": timedelta(-1)},
        {"link_life": timedelta(0)},
        {"link_life": timedelta(days=9)},
        {"theme": {"accent": "red;} body{display:none"}},
        {"theme": {"Accent": "red"}},
        {"dark_theme": {"accent": "url(https://evil.example)"}},
        {"theme": ["accent"]},
        {"theme": {"accent": None, "": ""}},
        {"logo": Path("/nowhere/logo.svg")},
        {"logo": Path(__file__)},
        {"templates": Path("/nowhere")},
        {"texts": Messages()},
        {"texts": None},
    ],
    ids=lambda unfit: str(*unfit),
)
def test_C04_C62_an_unfit_setting_is_refused_by_name(unfit):
    with pytest.raises(WiringError) as caught:
        WebSettings(**unfit)

    assert caught.value.setting == f"WebSettings({next(iter(unfit))}=…)"


def test_a_logo_that_is_too_large_is_refused(logo):
    logo.write_bytes(b"x" * 600_000)

    with pytest.raises(WiringError, match="512 KiB"):
        WebSettings(logo=logo)
