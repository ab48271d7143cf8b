"""Write the page with every public name that no other page of the reference describes.

`python scripts/name_reference.py --write` makes docs/reference/names.md; with `--check`
it fails if that page differs. A module is public if the documentation imports from it
or describes something in it; then all of its `__all__` has to be described somewhere.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from sphinx.pycode import ModuleAnalyzer

# As a script it would find its neighbour, and the tests would not: so from the root.
sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.pages import written_or_current

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGE = DOCS / "reference" / "names.md"
DIRECTIVE = re.compile(r"^\.\. auto(\w+):: (\S+)\n((?: +:.*\n)*)", re.MULTILINE)
EXCLUDED = re.compile(r":exclude-members: (.*)")
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
IMPORTED = re.compile(r"(?:^|[ \"])from (securelogin[\w.]*) import", re.MULTILINE)

HEAD = """\
# More names

Public names that no other page describes, module by module. `import securelogin` has those that most portals need;
what follows is for whoever writes an adapter, a page or a worker of their own.
This page is made by `python scripts/name_reference.py --write`, and CI checks it.
"""  # noqa: E501 -- one sentence, one line


def main() -> int:
    """Write the page, or say whether it is current."""
    return 0 if written_or_current(PAGE, made_page(), sys.argv) else 1


def made_page() -> str:
    """Return the page that there should be."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.django.settings")
    django.setup()
    texts = {
        page: page.read_text(encoding="utf-8")
        for page in sorted(DOCS.rglob("*.md"))
        if page != PAGE
    }
    described = {id(one): one for text in texts.values() for one in _described(text)}
    parts = [HEAD]
    for module in sorted(_public_modules(texts.values())):
        missing = []
        for name in importlib.import_module(module).__all__:
            made = getattr(importlib.import_module(module), name)
            if id(made) not in described or _is_plain(made):
                missing.append(name)
            described[id(made)] = made
        known = _names_described(texts.values())
        missing = [name for name in missing if f"{module}.{name}" not in known]
        if missing:
            parts.append(_section(module, missing))
    return "\n".join(parts)


def _is_plain(made: object) -> bool:
    # Equal numbers and words are one object, wherever they are named.
    return isinstance(made, bool | int | str | tuple | frozenset | float)


def _section(module: str, names: list[str]) -> str:
    lines = [f"\n## `{module}`\n", "```{eval-rst}"]
    for name in names:
        made = getattr(importlib.import_module(module), name)
        if isinstance(made, type):
            lines.append(f".. autoclass:: {module}.{name}")
        elif callable(made) and hasattr(made, "__code__"):
            lines.append(f".. autofunction:: {module}.{name}")
        else:
            lines += [f".. {_data(module, name)}", "   :no-value:"]
    return "\n".join([*lines, "```", ""])


def _data(module: str, name: str) -> str:
    """Name a value where it is explained; without that, Sphinx explains its type."""
    for home in (module, *sorted(key for key in sys.modules if key.startswith(module))):
        names = getattr(sys.modules[home], "__all__", ())
        if name in names and name in _comments(home):
            return f"autodata:: {home}.{name}"
    return f"autodata:: {module}.{name}"


def _comments(module: str) -> set[str]:
    return {name for _, name in ModuleAnalyzer.for_module(module).find_attr_docs()}


def _public_modules(texts: Iterator[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        found |= {name for block in BLOCK.findall(text) for name in _imported(block)}
        for kind, target, _ in DIRECTIVE.findall(text):
            found.add(target if kind == "module" else target.rpartition(".")[0])
    return {name for name in found if hasattr(importlib.import_module(name), "__all__")}


def _imported(block: str) -> list[str]:
    return IMPORTED.findall(block.replace(">>> ", "").replace("... ", ""))


def _names_described(texts: Iterator[str]) -> set[str]:
    """Return the full names that pages describe, as they are written there."""
    found: set[str] = set()
    for text in texts:
        for kind, target, options in DIRECTIVE.findall(text):
            if kind == "module":
                found |= {f"{target}.{name}" for name in _members(target, options)}
            else:
                found.add(target)
    return found


def _described(text: str) -> Iterator[object]:
    for kind, target, options in DIRECTIVE.findall(text):
        module = target if kind == "module" else target.rpartition(".")[0]
        names = (
            _members(target, options)
            if kind == "module"
            else [target.rpartition(".")[2]]
        )
        for name in names:
            yield getattr(importlib.import_module(module), name)


def _members(module: str, options: str) -> list[str]:
    """Return what `automodule` shows: what is in `__all__` and has a docstring."""
    if ":no-members:" in options:
        return []
    loaded = importlib.import_module(module)
    # Not asked: what `:members:` lists, for the members of `__all__` come besides.
    excluded = EXCLUDED.search(options)
    left_out = set(re.split(r",\s*", excluded[1])) if excluded else set()
    comments = _comments(module)
    return [
        name
        for name in getattr(loaded, "__all__", ())
        if name not in left_out
        and (
            name in comments
            or (made := getattr(loaded, name)).__doc__ not in {None, type(made).__doc__}
        )
    ]


if __name__ == "__main__":
    sys.exit(main())
