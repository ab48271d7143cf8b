"""Whoever copies a page's blocks in their order gets there: what they type exists.

`test_docs.py` runs the blocks of Python. Here are the lines of `console`: commands,
options and extras are asked for, and the portals of the tutorials are started from the
file that the page has one write, as the page says.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
import tomllib
from http.client import HTTPConnection
from pathlib import Path

import pytest
import typer.main

from securelogin.cli import app
from tests.bare import brought_by

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
]
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRA = re.compile(r"^(?:\.|\.\./\.\.|(?:path/to/)?securelogin)\[([\w,]+)\]$")
# Programs that a page may use: an environment's own, and what an extra brings.
PROGRAMS = {
    *("python", "pip", ".", "export", "pytest", ".ci/run"),
    *("securelogin", "flask", "uvicorn"),
    # To be replaced, as its name says.
    "your-server",
}


def test_every_program_is_used_somewhere():
    assert {words.values[0][0] for words in COMMANDS} == PROGRAMS


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks_of(page: Path, kind: str) -> list[str]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [block for name, block in found if name == kind]


def commands_of(page: Path) -> list[list[str]]:
    """Return what is typed: lines behind `$`, or all where a block has none."""
    commands = []
    for block in blocks_of(page, "console"):
        lines = block.replace("\\\n", " ").splitlines()
        typed = [line[2:] for line in lines if line.startswith("$ ")]
        for line in typed or lines:
            for part in re.split(r"&&|;|\s\|\s", line):
                words = shlex.split(part, comments=True)
                while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                    del words[0]
                if words:
                    commands.append(words)
    return commands


COMMANDS = [
    pytest.param(words, id=f"{name_of(page)}: {' '.join(words)}")
    for page in PAGES
    for words in commands_of(page)
]


def of(program: str) -> list:
    return [one for one in COMMANDS if one.values[0][0] == program]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_is_one_that_the_reader_has(words):
    assert words[0] in PROGRAMS


@pytest.mark.parametrize("words", of("pip"))
def test_an_extra_that_is_installed_is_there(words):
    asked = [found[1] for word in words if (found := EXTRA.match(word))]

    assert {one for names in asked for one in names.split(",")} <= {
        *PROJECT["optional-dependencies"]
    }
    assert not [word for word in words if "[" in word and not EXTRA.match(word)]


@pytest.mark.parametrize("words", of("securelogin"))
def test_a_command_of_ours_has_what_is_typed(words):
    command, rest = typer.main.get_command(app), words[1:]
    while rest and hasattr(command, "commands") and not rest[0].startswith("-"):
        command = command.commands[rest.pop(0)]
    known = {
        name for one in command.params for name in (*one.opts, *one.secondary_opts)
    }

    typed = {word.split("=")[0] for word in rest if word.startswith("-")}
    assert typed - {"--help"} <= known


@pytest.mark.parametrize("words", of("python"))
def test_a_script_that_is_run_is_in_the_repository(words):
    scripts = [word for word in words if word.startswith("scripts/")]

    assert [script for script in scripts if not (ROOT / script).exists()] == []


# -- With what a page has the reader install, and nothing else --

FOLLOWED = [
    ROOT / "README.md",
    *sorted((ROOT / "docs" / "tutorial").glob("[!i]*.md")),
    *sorted((ROOT / "docs" / "how-to").glob("[!i]*.md")),
]
OURS = re.compile(r"^(?:\.|(?:path/to/)?securelogin)(\[[\w,]+\])?$")


def installed_by(page: Path) -> set[str]:
    """Return what `pip install` on a page names; the core, where it names nothing."""
    named = {"securelogin"}
    for words in commands_of(page):
        if words[:2] == ["pip", "install"]:
            for word in words[2:]:
                found = OURS.match(word)
                if found:
                    named.add(f"securelogin{found[1] or ''}")
                elif not word.startswith("-"):
                    named.add(word)
    return named


@pytest.mark.slow
@pytest.mark.parametrize("page", FOLLOWED, ids=name_of)
def test_what_a_page_has_installed_is_enough_for_its_blocks(page, tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "tests.bare", page, *installed_by(page)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stderr[-2000:]


@pytest.mark.parametrize("page", FOLLOWED, ids=name_of)
def test_a_page_with_commands_of_ours_has_installed_what_they_need(page):
    ours = [words for words in commands_of(page) if words[0] == "securelogin"]

    assert not ours or "typer" in brought_by(installed_by(page))


# -- The tutorials' portals, from the file that one writes --


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def written(page: Path, folder: Path) -> None:
    """Write portal.py as the page says: its Python, down to the first prompt."""
    lines = []
    for block in blocks_of(page, "python"):
        if "client" in block:
            break
        lines.append(block)
    (folder / "portal.py").write_text("\n\n".join(lines), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["flask", "fastapi"])
def test_the_portal_of_a_tutorial_starts_as_the_page_says(name, tmp_path):
    page = ROOT / "docs" / "tutorial" / f"{name}.md"
    written(page, tmp_path)
    (start,) = [one for one in commands_of(page) if one[0] in {"flask", "uvicorn"}]
    host = re.search(r"localhost:\d+", page.read_text("utf-8"))[0]
    port = free_port()

    with subprocess.Popen(
        [sys.executable, "-m", *start, "--port", str(port)], cwd=tmp_path
    ) as server:
        try:
            shown = log_in_page(port, host=host)
        finally:
            server.terminate()

    assert "Log in" in shown


def log_in_page(port: int, *, host: str) -> str:
    """Return what a browser sees that asks for the portal's own host."""
    until = time.monotonic() + 60
    while True:
        asking = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            asking.request("GET", "/secure/login", headers={"Host": host})
            return asking.getresponse().read().decode()
        except ConnectionError:
            # It has not begun to listen.
            assert time.monotonic() < until
            time.sleep(0.1)
        finally:
            asking.close()
