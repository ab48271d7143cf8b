"""What is public is named, exists, is documented, and pulls in little."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import django
import pytest

import securelogin

# Models cannot be imported before.
django.setup()

MODULES = sorted(
    found.name
    for found in pkgutil.walk_packages(securelogin.__path__, "securelogin.")
    # Importing a __main__ would run it.
    if not found.name.endswith("__main__")
)
# The three dependencies of the core, and what they are made of.
ALLOWED = {
    *("argon2", "_argon2_cffi_bindings", "cffi", "_cffi_backend"),
    *("itsdangerous",),
    *("email_validator", "idna", "dns"),
}


def is_empty(module) -> bool:
    """Tell whether a module is its docstring and imports nothing of ours."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    return all(
        isinstance(node, ast.Expr)
        or (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        for node in tree.body
    )


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_is_public(name):
    module = importlib.import_module(name)
    if is_empty(module):
        return

    assert hasattr(module, "__all__"), f"{name} has no __all__"
    assert [public for public in module.__all__ if not hasattr(module, public)] == []
    assert len(set(module.__all__)) == len(module.__all__)


@pytest.mark.parametrize("name", ["securelogin", *MODULES])
def test_every_module_says_what_it_is_for(name):
    assert (importlib.import_module(name).__doc__ or "").strip()


@pytest.mark.parametrize("name", MODULES)
def test_what_is_public_in_a_module_was_made_there(name):
    module = importlib.import_module(name)
    borrowed = [
        public
        for public in getattr(module, "__all__", ())
        if inspect.isclass(made := getattr(module, public))
        and made.__module__ != name
        and not hasattr(module, "__path__")
    ]

    assert borrowed == []


@pytest.mark.parametrize("name", securelogin.__all__)
def test_every_public_name_is_there_and_documented(name):
    public = getattr(securelogin, name)
    documented = public if inspect.isclass(public) else type(public)

    assert (documented.__doc__ or "").strip()
    # A dataclass without a docstring gets its signature for one.
    assert not documented.__doc__.startswith(f"{documented.__name__}(")


def test_every_public_name_stands_there_once():
    assert len(set(securelogin.__all__)) == len(securelogin.__all__)


def test_nothing_else_is_imported_by_the_front_door():
    tree = ast.parse(Path(securelogin.__file__).read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module != "__future__"
        for alias in node.names
    }

    assert imported == set(securelogin.__all__)


def imported_by(statement: str) -> set[str]:
    """Return the packages a fresh interpreter has after a statement, and not before."""
    script = (
        f"import sys; before = set(sys.modules); {statement}; "
        "print(*(set(sys.modules) - before))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout
    tops = {name.partition(".")[0] for name in told.split()}
    return tops - set(sys.stdlib_module_names) - {"securelogin"}


def test_importing_the_library_pulls_in_the_core_dependencies_only():
    assert imported_by("import securelogin") <= ALLOWED


def test_the_import_that_is_looked_at_is_seen():
    assert "hypothesis" in imported_by("import hypothesis")


@pytest.mark.parametrize("colour", ["flows", "aio"])
def test_one_colour_does_not_pull_in_the_other(colour):
    (other,) = {"flows", "aio"} - {colour}
    sources = (Path(securelogin.__file__).parent / colour).glob("*.py")

    assert not [
        source.name
        for source in sources
        if f"securelogin.{other}" in source.read_text(encoding="utf-8")
    ]


def patterns_of(source: Path) -> list[str]:
    """Return every text that a module compiles to a pattern."""
    return [
        part.value
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "compile"
        and ast.unparse(node.func) == "re.compile"
        for part in ast.walk(node.args[0])
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def test_C05_no_pattern_ends_with_a_dollar():
    # It lets a trailing newline pass; `fullmatch` does not.
    found = {
        source.name: patterns_of(source)
        for source in Path(securelogin.__file__).parent.rglob("*.py")
        # The tour searches the lines of a mail; it checks nothing.
        if source.parent.name != "tour"
    }

    assert any(found.values())
    assert not [
        (name, text)
        for name, texts in found.items()
        for text in texts
        if re.search(r"(?<!\\)\$\Z", text)
    ]
