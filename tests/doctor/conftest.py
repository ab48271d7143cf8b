"""A configuration, and the mail server that it names."""

from __future__ import annotations

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from securelogin import KeyRing
from securelogin.stores.sql import schema
from tests.doctor.live import closed_port


@pytest.fixture
def smtp():
    server = Controller(Sink(), hostname="127.0.0.1", port=closed_port())
    server.start()
    yield server.port
    server.stop()


@pytest.fixture
def file(tmp_path, monkeypatch, smtp):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECURELOGIN_KEYS", KeyRing.new_key())
    path = tmp_path / "portal.toml"
    path.write_text(
        '[[portals]]\ntenant = "acme"\nname = "Acme"\n'
        'url = "https://portal.acme.example/"\ncontact = "it@acme.example"\n'
        f'[store]\nurl = "sqlite:///{tmp_path}/portal.db"\n'
        f'[smtp]\nurl = "smtp://127.0.0.1:{smtp}"\nsender = "no-reply@acme.example"\n'
        "[hasher]\nmemory = 19456\npasses = 2\n"
    )
    schema.create(f"sqlite:///{tmp_path}/portal.db")
    return path
