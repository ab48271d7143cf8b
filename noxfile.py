"""The checks of .ci/run, one by one, each in an environment of its own.

    nox -l              # what there is
    nox -s tests-3.13   # the fast tests on one Python
    nox -s lint types

`.ci/run` is what decides; it needs nothing but Python, and nox is for working with.
"""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "types", "tests-3.11"]

PYTHONS = ["3.11", "3.12", "3.13"]
SCRIPTS = ["cause_table", "threat_table", "configuration_reference", "name_reference"]


def install(session: nox.Session, *extras: str) -> None:
    """Install the package, editable, with what .ci/run was last seen green with."""
    pins = {"PIP_CONSTRAINT": "constraints.txt"}
    session.install("-e", f".[{','.join(extras)}]", env=pins)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests; the slow ones with `nox -s tests -- -m slow`."""
    install(session, "dev")
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS[0])
def lint(session: nox.Session) -> None:
    """Look for what needs no running: style, imports, docstrings, twins, dead code."""
    install(session, "dev")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    session.run("interrogate", "src")
    session.run("vulture")
    session.run("python", "scripts/twins.py", "--check")


@nox.session(python=PYTHONS[0])
def types(session: nox.Session) -> None:
    """Check types with both checkers, and that every public name has a whole one."""
    install(session, "dev")
    session.run("mypy")
    session.run("pyright")
    session.run("python", "scripts/type_completeness.py")


@nox.session(python=PYTHONS[0])
def docs(session: nox.Session) -> None:
    """Build the documentation into docs/_build, and run its blocks."""
    install(session, "dev")
    for script in SCRIPTS:
        session.run("python", f"scripts/{script}.py", "--check")
    session.run("sphinx-build", "-W", "docs", "docs/_build")
    session.run("pytest", "tests/test_docs.py")


@nox.session(python=PYTHONS[0])
def bench(session: nox.Session) -> None:
    """Measure: `nox -s bench -- hashing`, or operations, support, web."""
    install(session, "dev")
    for name in session.posargs or ["hashing"]:
        session.run("python", "-m", f"benchmarks.{name}")


@nox.session(python=PYTHONS[0])
def release(session: nox.Session) -> None:
    """Build wheel and sdist into dist, look at them, and say what they pull in."""
    install(session, "dev")
    session.run("pytest", "tests/test_packages.py")
    # Here an answer is needed: "nobody could be asked" ends the release (ASVS 15.2.1).
    session.run("python", "scripts/known_weaknesses.py")
    session.run("python", "scripts/third_party.py", "--check")
    session.run("python", "-m", "build", "--outdir", "dist", ".")
    session.run("python", "scripts/bill_of_materials.py", "dist")
