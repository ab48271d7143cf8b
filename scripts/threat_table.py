"""Join each known threat with the tests that carry its id in their name.

`python scripts/threat_table.py --write` makes docs/explanation/threats.md; with
`--check` it fails if that page differs, or if a threat has no test.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

# As a script it would find its neighbour, and the tests would not: so from the root.
sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.pages import written_or_current

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "explanation" / "threats.md"
ID = re.compile(r"(?<![A-Za-z0-9])([CE]\d\d)(?![0-9])")

HEAD = """\
# Threats and the tests that hold them off

Every line is something that went wrong in a comparable library (C),
or a trap in one of the libraries this one stands on (E).
The tests carry the ids in their names.
This page is made by `python scripts/threat_table.py --write`, and CI checks it.

| id | what went wrong | tests |
| --- | --- | --- |
"""


def tests_by_id() -> dict[str, list[str]]:
    """Return the tests that name each id, as `path::name`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for threat in ID.findall(node.name.replace("_", " ")):
                    where = path.relative_to(ROOT / "tests").as_posix()
                    found[threat].append(f"{where}::{node.name}")
    return found


def page(
    threats: dict[str, dict[str, str]], tests: dict[str, list[str]]
) -> tuple[str, list[str]]:
    """Return the page, and the ids that have neither a test nor a reason."""
    lines, bare = [], []
    for threat, said in threats.items():
        named = "<br>".join(f"`{test}`" for test in tests.get(threat, []))
        reason = said.get("not_here", "")
        if not named and not reason:
            bare.append(threat)
        lines.append(f"| {threat} | {said['what']} | {named or f'none: {reason}'} |")
    return HEAD + "\n".join(lines) + "\n", bare


def main(arguments: list[str]) -> int:
    """Write or check the page; 1 if something is missing."""
    threats = tomllib.loads((ROOT / "tests" / "threats.toml").read_text("utf-8"))
    made, bare = page(threats, tests_by_id())
    for threat in bare:
        print(f"{threat} has no test: {threats[threat]['what']}")
    is_current = written_or_current(PAGE, made, arguments)
    return 0 if is_current and not bare else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
