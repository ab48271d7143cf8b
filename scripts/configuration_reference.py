"""Make the reference page on configuration from the code that reads it.

`python scripts/configuration_reference.py --write` makes
docs/reference/configuration.md; with `--check` it fails if that page differs, or if a
setting is not described in its dataclass.
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

from securelogin.configuration.reading import TABLES
from securelogin.configuration.settings import InstallationSettings
from securelogin.configuration.values import (
    Setting,
    described,
    settings_of,
    written_default,
)
from securelogin.portals import Portal

# As a script it would find its neighbour, and the tests would not: so from the root.
sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.pages import written_or_current

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "configuration.md"
ENTRY = re.compile(r"^    ([a-z_]+(?:, [a-z_]+)*): (.*)$")

HEAD = """\
# Configuration

Every setting of the configuration file, with its variable and its default.
This page is made from the code by `python scripts/configuration_reference.py --write`,
and CI checks it. How to write such a file is told in
[Configure by a file](../how-to/configure-by-a-file.md).

A variable goes before the file.
A *secret* never stands in the file in clear: it comes from its variable,
or from a file of its own, whose path stands in `NAME_file`,
relative to the configuration file,
or in the variable with `_FILE` at its end.
A list in a variable is parted by commas.
"""


def descriptions(kind: type) -> dict[str, str]:
    """Return what the docstring says of each attribute."""
    found: dict[str, str] = {}
    names: list[str] = []
    lines = inspect.cleandoc(kind.__doc__ or "").splitlines()
    start = lines.index("Attributes:") + 1
    for line in lines[start:]:
        if not line.strip():
            break
        entry = ENTRY.match(line)
        if entry:
            names = entry[1].split(", ")
            found.update(dict.fromkeys(names, entry[2]))
        else:
            found.update({name: f"{found[name]} {line.strip()}" for name in names})
    return found


def row(setting: Setting, *, table: str, text: str) -> str:
    """Return one line of a table of settings."""
    variable = f"SECURELOGIN_{table}{setting.name}".upper()
    cells = [
        f"`{setting.name}`",
        "" if table.startswith("portals") else f"`{variable}`",
        described(setting.kind),
        written_default(setting),
        text,
    ]
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def section(heading: str, kind: type, *, table: str) -> tuple[str, list[str]]:
    """Return the text on one dataclass, and the settings it does not describe."""
    said = descriptions(kind)
    settings = list(settings_of(kind))
    bare = [f"{table}{s.name}" for s in settings if s.name not in said]
    summary = inspect.cleandoc(kind.__doc__ or "").splitlines()[0]
    lines = [
        f"## {heading}",
        "",
        summary,
        "",
        "| setting | variable | may be | default | what it is |",
        "|---|---|---|---|---|",
        *(row(s, table=table, text=said.get(s.name, "")) for s in settings),
        "",
    ]
    return "\n".join(lines), bare


def page() -> tuple[str, list[str]]:
    """Return the page, and the settings that nothing describes."""
    made = [
        section("At the top", InstallationSettings, table=""),
        section("`[[portals]]`", Portal, table="portals."),
        *(
            section(f"`[{name}]`", kind, table=f"{name}_")
            for name, kind in TABLES.items()
        ),
    ]
    tail = (
        "## `[messages.LANGUAGE]`\n\n"
        "Texts of your own by code, as `Messages(texts)` takes them; "
        "the codes are listed in [Messages](messages.md).\n"
    )
    texts = [HEAD, *(text for text, _ in made), tail]
    return "\n".join(texts), [name for _, bare in made for name in bare]


def main(arguments: list[str]) -> int:
    """Write or check the page; 1 if something is missing."""
    made, bare = page()
    for name in bare:
        print(f"{name} is not described in its dataclass")
    is_current = written_or_current(PAGE, made, arguments)
    return 0 if is_current and not bare else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
