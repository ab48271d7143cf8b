"""`securelogin demo`: it says where it is, and ends well."""

from __future__ import annotations

import importlib
import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from securelogin import cli
from securelogin.demo.people import ANN, INVITED, PASSWORD
from securelogin.errors import AdapterError

COMMAND = Path(sys.executable).with_name("securelogin")
demo_module = importlib.import_module("securelogin.demo")


@pytest.mark.slow
def test_it_says_where_it_is_and_who_can_log_in_and_ends_with_0_on_sigterm() -> None:
    process = subprocess.Popen(
        [COMMAND, "demo"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(3)]
        url = next(line for line in lines if line.startswith("http"))
        assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/", url)
        with urlopen(f"{url}acme/login", timeout=30) as answer:  # noqa: S310 -- ours
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        # Not communicate(): it reads past what readline() has already taken in.
        rest = process.stdout.read()
        process.wait(timeout=30)
    assert process.returncode == 0, rest
    told = "\n".join([*lines, rest])
    for said in ("This is a demo", PASSWORD, ANN.address, *INVITED, "nothing was kept"):
        assert said in told


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        result = CliRunner().invoke(cli.app, ["demo", "--port", str(port)])

    assert result.exit_code == 2
    assert f"port {port} cannot be used" in result.stderr


def test_a_demo_that_cannot_be_set_up_says_why(monkeypatch: Any) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise AdapterError("did not work", adapter="Store", verb="get")

    monkeypatch.setattr(demo_module, "serve_demo", fail)

    result = CliRunner().invoke(cli.app, ["demo"])

    assert result.exit_code == 2
    assert "Store.get: did not work" in result.stderr


def test_it_shows_the_log_ins_and_ends_with_0(monkeypatch: Any) -> None:
    class Opened:
        url = "http://127.0.0.1:9/"

    monkeypatch.setattr(demo_module, "serve_demo", lambda show, **_: show(Opened()))

    result = CliRunner().invoke(cli.app, ["demo"])

    assert result.exit_code == 0
    assert "\nhttp://127.0.0.1:9/\n" in result.stdout
    assert PASSWORD in result.stdout


def test_in_json_one_object_says_where_it_is_and_who_can_log_in(
    monkeypatch: Any,
) -> None:
    class Opened:
        url = "http://127.0.0.1:9/"

    monkeypatch.setattr(demo_module, "serve_demo", lambda show, **_: show(Opened()))

    told = json.loads(CliRunner().invoke(cli.app, ["demo", "--json"]).stdout)

    assert (told["url"], told["password"]) == (Opened.url, PASSWORD)
    assert ANN.address in {person["address"] for person in told["people"]}
    assert told["invited"] == list(INVITED)


def test_a_missing_extra_is_said(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "securelogin.demo", None)

    result = CliRunner().invoke(cli.app, ["demo"])

    assert result.exit_code == 2
    assert "pip install 'securelogin[demo]'" in result.stderr
