"""What is Flask's own: configuration, views, application factories, proxies."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask, render_template_string, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from securelogin import Audience, KeyRing, Portal, SecureLogin, WiringError
from securelogin.flask import FlaskPortal
from securelogin.mailers.memory import MemoryMailer
from securelogin.stores.memory import MemoryStore
from securelogin.testing.frameworks import WSGITransport
from securelogin.testing.frameworks.browser import Browser, header_of
from securelogin.testing.frameworks.world import (
    ANN,
    BOB,
    OTHER,
    PASSWORD,
    PORTAL,
    World,
)
from securelogin.web import WebSettings
from tests.flask.conftest import SETTINGS, log_in


def record_of(world, browser, headers=()):
    answer = browser.call("login", {"address": ANN, "password": "x"}, headers)
    return world.record(json.loads(answer.body)["reference"])


# -- views --


def test_login_required_leads_strangers_to_the_log_in(world, app, pages, browser):
    @app.get("/secure/inbox/")
    @pages.login_required
    def inbox():
        return pages.current_account.primary.text

    away = browser.get("inbox/")
    world.settled()
    log_in(browser)

    assert away.status == 303
    assert header_of(away, "location") == "https://portal.acme.example/secure/login"
    assert browser.get("inbox/").body == ANN.encode()


def test_a_view_for_one_audience_is_refused_to_the_other(world, app, pages, browser):
    @app.get("/secure/desk/<int:number>")
    @pages.audience_required(Audience.INTERNAL)
    def desk(number: int):
        return f"case {number}"

    world.settled()
    token = world.invited()
    stranger, staff = browser, browser.another(source="192.0.2.8")
    guest = browser.another(source="192.0.2.9")
    log_in(staff)
    guest.follow(guest.get(f"link?t={token}"))
    log_in(guest, BOB)

    seen = [one.get("desk/7") for one in (stranger, staff, guest)]

    assert [one.status for one in seen] == [303, 200, 403]
    assert seen[1].body == b"case 7"


def test_an_async_view_is_guarded_too(world, app, pages, browser):
    @app.get("/secure/inbox/")
    @pages.login_required
    async def inbox():
        return "inside"

    assert browser.get("inbox/").status == 303


def test_a_view_keeps_its_name(pages):
    def inbox():
        return "inside"

    assert pages.login_required(inbox).__name__ == "inbox"


def test_a_form_of_ones_own_keeps_its_body(world, app, pages, browser):
    @app.post("/secure/send")
    def send():
        # Longer than the pages' own limit, and read after they were asked.
        assert pages.current_account is None
        return str(len(request.form["text"]))

    seen = browser.post("send", {"text": "x" * 200_000})

    assert seen.body == b"200000"


def test_a_view_sees_link_and_client(world, app, pages, browser):
    @app.get("/secure/messages/<path:message>")
    def read(message: str):
        account = pages.current_account
        may = world.auth.links.may_read(pages.link, account=account.id, message=message)
        return f"{bool(may)} {pages.client.ip}"

    token = world.invited()
    browser.follow(browser.get(f"link?t={token}"))
    log_in(browser, BOB)

    assert browser.get("messages/m/1").body == b"True 192.0.2.7"


def test_who_is_logged_in_is_asked_once_for_a_request(world, app, pages, browser):
    asked = []
    resolve = world.auth.sessions.resolve
    world.auth.sessions.resolve = lambda token: asked.append(token) or resolve(token)

    @app.get("/secure/twice")
    def twice():
        assert pages.current_account is pages.logged_in is None
        return "twice"

    browser.get("twice")
    browser.get("twice")

    assert len(asked) == 2


def test_an_answer_that_depends_on_who_is_there_tells_caches_so(
    world, app, pages, browser
):
    app.add_url_rule("/secure/open", view_func=lambda: "open", endpoint="open")
    app.add_url_rule("/secure/by", view_func=lambda: f"{pages.link}", endpoint="by")

    @app.get("/secure/inbox/")
    @pages.login_required
    def inbox():
        return "inside"

    @app.get("/secure/desk")
    @pages.audience_required(Audience.EXTERNAL)
    def desk():
        return "inside"

    @app.get("/secure/broken")
    def broken():
        assert pages.logged_in is not None
        raise RuntimeError

    def told(place: str) -> tuple[int, str]:
        seen = browser.get(place)
        return seen.status, header_of(seen, "vary")

    world.settled()
    assert told("inbox/") == (303, "Cookie")
    log_in(browser)

    assert told("inbox/") == (200, "Cookie")
    assert told("desk") == (403, "Cookie")
    assert told("broken") == (500, "Cookie")
    assert told("by") == (200, "Cookie")
    assert told("open") == (200, "")
    assert told("login") == (200, "Accept-Language")


def test_templates_know_who_is_logged_in(world, app, browser):
    @app.get("/secure/hello")
    def hello():
        return render_template_string(
            "{{ securelogin.current_account.primary.text or 'nobody' }}"
        )

    world.settled()
    log_in(browser)

    assert browser.get("hello").body == ANN.encode()


def test_pages_have_endpoints(app):
    with app.test_request_context():
        assert app.url_for("securelogin.login") == "/secure/login"
        assert app.url_for("securelogin.api_login") == "/secure/api/login"


# -- configuration --


def test_settings_come_from_the_configuration(world):
    app = Flask("portal")
    app.config.update(
        SECURELOGIN_HOME="inbox/",
        SECURELOGIN_HSTS=timedelta(days=1),
        SECURELOGIN_TRUSTED_PROXIES=1,
    )
    FlaskPortal(portal=PORTAL).init_app(app, world.auth)
    seen = Browser(WSGITransport(app), PORTAL).get("login")

    assert header_of(seen, "strict-transport-security") == "max-age=86400"


def test_an_unknown_setting_is_named_with_those_there_are(world):
    app = Flask("portal")
    app.config["SECURELOGIN_TRUSTED_PROXY"] = 1

    with pytest.raises(WiringError) as caught:
        FlaskPortal(portal=PORTAL).init_app(app, world.auth)

    assert caught.value.setting == "SECURELOGIN_TRUSTED_PROXY"
    assert "SECURELOGIN_TRUSTED_PROXIES" in caught.value.cure


def test_a_portal_has_to_be_named_where_there_are_several(world):
    with pytest.raises(WiringError, match="expected one of the portals"):
        FlaskPortal().init_app(Flask("portal"), world.auth)


def test_one_object_serves_any_number_of_applications(pages):
    worlds = [World(SecureLogin), World(SecureLogin)]
    browsers = []
    for world in worlds:
        app = Flask("portal")
        pages.init_app(app, world.auth)
        browsers.append(Browser(WSGITransport(app), PORTAL))
    worlds[0].settled()

    seen = [
        browser.fill("login", address=ANN, password=PASSWORD).status
        for browser in browsers
    ]

    assert seen == [303, 403]


# -- several portals --


def test_two_portals_of_one_host_lie_in_one_application(world):
    greetings = next(p for p in world.auth.installation.portals if p.name == "Grüße")
    app = Flask("portal")
    FlaskPortal("secure", portal=PORTAL, settings=SETTINGS).init_app(app, world.auth)
    FlaskPortal("other", portal=greetings, settings=SETTINGS).init_app(app, world.auth)
    world.settled()
    transport = WSGITransport(app)
    here, there = Browser(transport, PORTAL), Browser(transport, greetings)

    log_in(here)
    log_in(there)

    assert not here.cookies.keys() & there.cookies.keys()


@pytest.mark.parametrize(
    "base", ["http://localhost:8000/", "https://globex.example:8443/a/"]
)
def test_of_several_hosts_one_may_have_a_port(base):
    portal = Portal(tenant="globex", name="G", url=base, contact="it@globex.example")
    auth = SecureLogin(
        portals=[PORTAL, portal],
        keys=KeyRing(KeyRing.new_key()),
        store=MemoryStore(),
        mailer=MemoryMailer(),
    )
    cookies = {"http": "plain_on_loopback", "https": "https_only"}
    settings = WebSettings(cookies=cookies[portal.url_parts.scheme])
    app = Flask("portal", host_matching=True, static_host="portal.acme.example")
    FlaskPortal("acme", portal=PORTAL, settings=SETTINGS).init_app(app, auth)
    FlaskPortal("globex", portal=portal, settings=settings).init_app(app, auth)
    transport = WSGITransport(app)
    transport.scheme = portal.url_parts.scheme

    assert Browser(transport, portal).get("login").status == 200


def test_two_portals_of_two_hosts_lie_in_one_application(world):
    app = Flask("portal", host_matching=True, static_host="portal.acme.example")
    FlaskPortal("acme", portal=PORTAL, settings=SETTINGS).init_app(app, world.auth)
    FlaskPortal("globex", portal=OTHER, settings=SETTINGS).init_app(app, world.auth)
    transport = WSGITransport(app)

    seen = [Browser(transport, portal).get("login").body for portal in (PORTAL, OTHER)]

    assert b"Acme Secure Messaging" in seen[0]
    assert b"Globex Mail" in seen[1]


# -- where the application is mounted --


def test_an_application_may_be_mounted_below_a_path(world, pages):
    app = Flask("portal")
    app.config["APPLICATION_ROOT"] = "/secure"
    pages.init_app(app, world.auth)
    transport = WSGITransport(DispatcherMiddleware(Flask("root"), {"/secure": app}))
    world.settled()
    browser = Browser(transport, PORTAL)

    log_in(browser)
    assert browser.get("sessions").status == 200


def test_a_portal_outside_of_its_application_is_refused(world, pages):
    app = Flask("portal")
    app.config["APPLICATION_ROOT"] = "/elsewhere"

    with pytest.raises(WiringError) as caught:
        pages.init_app(app, world.auth)

    assert caught.value.setting == "APPLICATION_ROOT"


@pytest.mark.parametrize(
    ("trusted", "fixed", "ip"),
    [
        # Whoever counts the proxies, one does; with both, one too many is believed.
        (0, 0, "198.51.100.44"),
        (1, 0, "203.0.113.7"),
        (0, 1, "203.0.113.7"),
    ],
)
def test_C31_the_client_is_whom_the_proxy_names(world, trusted, fixed, ip):
    app = Flask("portal")
    settings = WebSettings(trusted_proxies=trusted)
    FlaskPortal(portal=PORTAL, settings=settings).init_app(app, world.auth)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=fixed, x_proto=fixed)
    browser = Browser(WSGITransport(app), PORTAL)

    lines = [("X-Forwarded-For", "192.0.2.66, 203.0.113.7")]

    assert record_of(world, browser, lines).ip == ip


def test_a_portal_at_the_root_of_its_host(world):
    app = Flask("portal")
    FlaskPortal(portal=OTHER, settings=SETTINGS).init_app(app, world.auth)

    assert Browser(WSGITransport(app), OTHER).get("login").status == 200


def test_a_portal_may_be_left_out_where_there_is_one_only():
    auth = SecureLogin(
        portals=[PORTAL],
        keys=KeyRing(KeyRing.new_key()),
        store=MemoryStore(),
        mailer=MemoryMailer(),
    )
    app = Flask("portal")
    FlaskPortal().init_app(app, auth)

    assert Browser(WSGITransport(app), PORTAL).get("login").status == 200
