"""Run a page's Python as if nothing were installed but what the page has installed.

    python -m tests.bare PAGE NAME...

The names are those of packages, as pip takes them: `securelogin[sql]`. What they do not
bring is hidden, so that a block which needs more fails as it does for a reader, without
an environment of its own having to be made. Works in the folder in which it is started.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from doctest import ELLIPSIS, IGNORE_EXCEPTION_DETAIL
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from types import ModuleType

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sybil import Example, Sybil
from sybil.parsers.myst import PythonCodeBlockParser

READER = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=ELLIPSIS | IGNORE_EXCEPTION_DETAIL)
    ]
)


def blocks_of(page: Path) -> list[Example]:
    """Return the Python blocks of a page, which share their names as in a module."""
    read = READER.parse(page)
    # As every module has one: aiohttp's keys are told apart by it.
    read.namespace["__name__"] = page.stem
    return [*read.examples()]


def brought_by(names: Iterable[str]) -> set[str]:
    """Return the packages that pip would bring along, themselves among them."""
    seen: set[tuple[str, str]] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        for extra in {"", *wanted.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += [
                    one
                    for one in map(Requirement, requires(name) or ())
                    if one.marker is None or one.marker.evaluate({"extra": extra})
                ]
    return {name for name, _ in seen}


class Bare(PathFinder):
    """Finds no module of a package that was not installed."""

    hidden: frozenset[str] = frozenset()

    @classmethod
    def find_spec(
        cls,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find as ever, unless it is hidden."""
        if fullname.partition(".")[0] in cls.hidden:
            return None
        return super().find_spec(fullname, path, target)


def hide_all_but(packages: set[str]) -> None:
    """Take every module of another package away, also what was imported before."""
    # What measures this process is of no use to the page.
    kept = {*packages, "coverage"}
    Bare.hidden = frozenset(
        module
        for module, owners in packages_distributions().items()
        if kept.isdisjoint(map(canonicalize_name, owners))
    )
    sys.meta_path[:] = [
        Bare if finder is PathFinder else finder for finder in sys.meta_path
    ]
    for name in [*sys.modules]:
        if name.partition(".")[0] in Bare.hidden:
            del sys.modules[name]


def main(page: str, *names: str) -> None:
    """Run the blocks of a page in their order."""
    blocks = blocks_of(Path(page))
    hide_all_but(brought_by(names))
    for block in blocks:
        block.evaluate()


if __name__ == "__main__":
    main(*sys.argv[1:])
