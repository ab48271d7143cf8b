"""The three portals in `examples/` run as their READMEs say."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from securelogin.testing.blocking import run
from securelogin.testing.frameworks import ASGITransport, WSGITransport
from tests.examples.story import ANN, live_through
from tests.wiring import cheap_hasher

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CROSS_SITE = (("Sec-Fetch-Site", "cross-site"),)


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"examples_{name}", EXAMPLES / name / "portal.py"
    )
    module = importlib.util.module_from_spec(spec)
    # FastAPI looks up the names in annotations there.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def flask_portal(tmp_path):
    module = load("flask_portal")
    app = module.create_app(tmp_path, hasher=cheap_hasher())
    yield module, app
    app.config["STORE"].close()


def flask_client(app) -> WSGITransport:
    transport = WSGITransport(app)
    transport.scheme = "http"
    return transport


def test_the_flask_portal_brings_a_message_to_a_stranger(flask_portal, tmp_path):
    module, app = flask_portal
    commands = app.test_cli_runner()

    def command(*words: str) -> None:
        told = commands.invoke(args=[*words])
        assert told.exit_code == 0, told.output

    command("add", ANN)
    live_through(
        flask_client(app),
        module.PORTAL,
        mails=tmp_path / "mails",
        deliver=lambda: command("courier", "--once"),
        write=lambda browser, fields: browser.post("messages/", fields).status,
    )


def test_the_flask_portal_takes_no_form_of_another_site(flask_portal):
    _, app = flask_portal
    answer = app.test_client().post("/secure/messages/", headers=CROSS_SITE)

    assert answer.status_code == 403


def test_the_flask_portal_keeps_its_key(flask_portal, tmp_path):
    module, _ = flask_portal

    assert module.kept_key(tmp_path / "key") == module.kept_key(tmp_path / "key")


def test_the_fastapi_portal_brings_a_message_to_a_stranger(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_FIRST_ADDRESS", ANN)
    module = load("fastapi_portal")
    app = module.create_app(
        database=f"sqlite+aiosqlite:///{tmp_path / 'portal.db'}",
        mails=tmp_path / "mails",
        hasher=cheap_hasher(),
    )
    transport = ASGITransport(app)
    transport.scheme = "http"

    def write(browser, fields):
        kind = (("Content-Type", "application/json"),)
        body = json.dumps(fields).encode()
        return browser.send("POST", "messages/", kind, body).status

    lifespan = app.router.lifespan_context(app)
    run(lifespan.__aenter__())
    try:
        live_through(
            transport,
            module.PORTAL,
            mails=tmp_path / "mails",
            # Beside the one that works for the lifespan: either may send a mail.
            deliver=lambda: run(app.state.auth.courier.deliver()),
            write=write,
        )
    finally:
        run(lifespan.__aexit__(None, None, None))


@pytest.mark.slow
def test_the_django_portal_brings_a_message_to_a_stranger(tmp_path):
    # In a process of its own: Django's settings are the whole process's.
    subprocess.run(
        [sys.executable, Path(__file__).with_name("django_story.py"), tmp_path],
        cwd=EXAMPLES / "django_portal",
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "settings",
            "PORTAL_FOLDER": str(tmp_path),
            "PYTHONPATH": os.pathsep.join([".", str(EXAMPLES.parent)]),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        check=True,
    )


@pytest.mark.parametrize("name", ["django_portal", "fastapi_portal", "flask_portal"])
def test_every_example_says_how_to_run_it(name):
    page = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")

    assert "```console" in page
