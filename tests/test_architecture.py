"""The page on the architecture is true of the code, and modules stay readable."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")
PACKAGE = ROOT / "src" / "securelogin"
MODULES = sorted(PACKAGE.rglob("*.py"))
AROUND = sorted(
    module
    for folder in ("benchmarks", "examples", "scripts", "tests")
    for module in (ROOT / folder).rglob("*.py")
)
# A peer is set up in one function, to be read beside the peer's own quick start.
PEERS = ROOT / "benchmarks" / "peers"
# Puppets of the kits: each method is one thing a person does in a scene.
MANY_METHODS = {"Browser", "Stage", "World"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
UNDONE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
STEPS = re.findall(r"^\d\. `([\w/]+)` —", PAGE, re.MULTILINE)


def name_of(module: Path) -> str:
    is_ours = module.is_relative_to(PACKAGE)
    return module.relative_to(PACKAGE if is_ours else ROOT).as_posix()


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return what a reader has to hold: every line but those of the docstring."""
    lines = function.end_lineno - function.lineno + 1
    told = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= told.end_lineno - told.lineno + 1
    return lines


def methods_of(kind: ast.ClassDef) -> list[str]:
    """Return what may be called: no property, and nothing that pytest collects."""
    return [
        node.name
        for node in kind.body
        if isinstance(node, FUNCTIONS)
        and not node.name.startswith(("_", "test_"))
        and not any(
            re.match(r"property$|\w+\.setter$|pytest\.fixture", ast.unparse(mark))
            for mark in node.decorator_list
        )
    ]


def test_the_reading_path_has_seven_files_and_all_are_there():
    assert len(STEPS) == 7
    assert [step for step in STEPS if not (PACKAGE / f"{step}.py").is_file()] == []


def test_the_reading_path_is_about_as_long_as_it_says():
    lines = sum(
        len((PACKAGE / f"{step}.py").read_text("utf-8").splitlines()) for step in STEPS
    )
    told = int(re.search(r"About ([\d,]+) lines", PAGE)[1].replace(",", ""))

    assert 0.9 < lines / told < 1.1


def test_every_part_in_the_table_is_there():
    table = re.search(r"\| part \| is \|\n(.*?)\n\n", PAGE, re.DOTALL)[1]
    named = re.findall(
        r"`(\w+)`", "".join(row.split("|")[1] for row in table.split("\n"))
    )

    assert "rules" in named
    assert [
        name
        for name in named
        if not (PACKAGE / name).is_dir() and not (PACKAGE / f"{name}.py").is_file()
    ] == []


def test_the_pictures_are_drawn_from_todays_code():
    subprocess.run(
        [sys.executable, ROOT / "scripts" / "figures.py", "--check"], check=True
    )


@pytest.mark.parametrize("module", [*MODULES, *AROUND], ids=name_of)
def test_a_module_is_short_and_leaves_nothing_to_do(module):
    lines = module.read_text("utf-8").splitlines()

    assert len(lines) <= 400
    assert [line for line in lines if UNDONE.search(line)] == []


@pytest.mark.parametrize(
    "module",
    [*MODULES, *(one for one in AROUND if not one.is_relative_to(PEERS))],
    ids=name_of,
)
def test_a_function_is_short_but_for_what_it_says_of_itself(module):
    assert [
        f"{node.name}: {length}"
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, FUNCTIONS) and (length := length_of(node)) > 40
    ] == []


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_class_has_at_most_seven_public_methods(module):
    assert [
        f"{node.name}: {', '.join(found)}"
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and node.name not in MANY_METHODS
        and len(found := methods_of(node)) > 7
    ] == []
