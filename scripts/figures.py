"""Draw the pictures of docs/explanation/architecture.md from the code.

`python scripts/figures.py --write` makes docs/images/{layers,login,credential}.svg;
with `--check` it fails if one differs. Plain SVG, so nothing has to be installed.

- layers: `.importlinter`, row by row.
- login: `flows/login.py`, whose calls are read in their order.
- credential: docs/figures/credential.toml, each step tried on a real credential.
"""

from __future__ import annotations

import ast
import configparser
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import groupby
from pathlib import Path

from securelogin.accounts import AccountId
from securelogin.credentials import Credential, Temporary

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
LOGIN = ROOT / "src" / "securelogin" / "flows" / "login.py"
# What a flow asks besides adapters; `together` runs their verbs.
NO_ADAPTERS = {"authorities", "hashing", "installation", "keys", "together"}
# What is shared with other flows, and the verbs it calls in turn.
THROUGH = {"held.end_surplus": ("sessions.held_by", "sessions.replace")}
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1d2733}"
    ".small{font-size:11px;fill:#4a5868}.head{font-weight:600}"
    ".word{fill:#eef3f8;stroke:#8aa0b8}.pure{fill:#e6f4ea;stroke:#6aa57d}"
    ".edge{fill:#fdf1e3;stroke:#c99a5b}.line{stroke:#4a5868;fill:none}"
)
XMLNS = "http://www.w3.org/2000/svg"
TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
    'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#4a5868"/></marker>'
    "</defs>"
)
# At the edge: what people and frameworks call.
EDGE = {"cli", "configuration", "demo", "django", "fastapi", "flask", "starlette"}
EDGE |= {"testing", "tour", "web"}


def main() -> int:
    """Write the pictures, or say whether they are current."""
    made = {
        "layers": layers((ROOT / ".importlinter").read_text("utf-8")),
        "login": login(ast.parse(LOGIN.read_text("utf-8"))),
        "credential": credential(
            tomllib.loads((ROOT / "docs" / "figures" / "credential.toml").read_text())
        ),
    }
    old = 0
    for name, svg in made.items():
        file = IMAGES / f"{name}.svg"
        if "--write" in sys.argv:
            file.write_text(svg, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != svg:
            print(f"{file.relative_to(ROOT)} is old: scripts/figures.py --write")
            old = 1
    return old


def picture(title: str, parts: list[str], *, width: int, height: int) -> str:
    """Return a whole SVG with a white ground, for light pages and dark ones."""
    size = f'width="{width}" height="{height}"'
    first = f'<svg xmlns="{XMLNS}" viewBox="0 0 {width} {height}" {size} role="img">'
    head = f"<title>{escape(title)}</title><style>{STYLE}</style>{TIP}"
    ground = f'<rect {size} rx="8" fill="#fff"/>'
    return "\n".join([first, head, ground, *parts, "</svg>", ""])


def box(x: float, y: float, width: float, height: float, kind: str) -> str:
    """Return a box."""
    return (
        f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" '
        f'height="{height:g}" rx="5"/>'
    )


def text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "") -> str:
    """Return a line of text."""
    more = f' class="{kind}"' if kind else ""
    more += f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:g}" y="{y:g}"{more}>{escape(words)}</text>'


def arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a line with a tip."""
    return (
        f'<path class="line" marker-end="url(#tip)" d="M{x1:g} {y1:g}L{x2:g} {y2:g}"/>'
    )


# -- Who may know whom --


def layers(settings: str) -> str:
    """Draw the rows of the first contract, highest first."""
    read = configparser.ConfigParser()
    read.read_string(settings)
    rows = [
        [name.strip() for name in line.split("|")]
        for line in read["importlinter:contract:layers"]["layers"].split("\n")
        if line
    ]
    pure = read["importlinter:contract:pure"]["source_modules"].split()
    parts = []
    for number, row in enumerate(rows):
        y = 12 + 30 * number
        width = 616 / len(row)
        for place, name in enumerate(row):
            x = 12 + place * width
            is_pure = f"securelogin.{name}" in pure
            kind = "pure" if is_pure else "edge" if name in EDGE else "word"
            parts += [
                box(x, y, width - 4, 26, kind),
                text(x + width / 2 - 2, y + 17, name, anchor="middle"),
            ]
    title = "A module knows nothing of those above it; those in one row know none"
    return picture(title, parts, width=640, height=20 + 30 * len(rows))


# -- What a log-in calls --


def login(tree: ast.Module) -> str:
    """Draw what `check` asks and decides, in the order in which the code does."""
    (flow,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    methods = {n.name: n for n in flow.body if isinstance(n, ast.FunctionDef)}
    rules = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        and str(node.module).startswith("securelogin.rules")
        for alias in node.names
    }
    steps = [*_calls(methods["_gather"], rules, methods), ("rule", "judge")]
    parts = [
        text(20, 26, "asked of adapters", kind="head"),
        text(330, 26, "decided by rules", kind="head"),
    ]
    for number, (kind, name) in enumerate(steps):
        y, x = 40 + 27 * number, 20 if kind == "adapter" else 330
        parts += [
            box(x, y, 290, 22, "word" if kind == "adapter" else "pure"),
            text(x + 10, y + 15, f"{number + 1}. {name}"),
        ]
    below = 40 + 27 * len(steps) + 30
    cases = [n for n in ast.walk(methods["check"]) if isinstance(n, ast.match_case)]
    named = [
        (ast.unparse(pattern.cls), case)
        for case in cases
        for pattern in ast.walk(case.pattern)
        if isinstance(pattern, ast.MatchClass)
    ]
    for place, (verdict, case) in enumerate(named):
        told = (one for node in case.body for one in _told(node, methods))
        # What is recorded either way, granted or overtaken, is one line.
        done = [name for name, _ in groupby(told)]
        parts += _end(verdict, done, x=20 + place * 152, below=below)
    title = "A log-in: the same calls for everybody, then one of four ends"
    return picture(title, parts, width=640, height=below + 195)


def _end(verdict: str, done: list[str], *, x: int, below: int) -> list[str]:
    """Draw one of the ends of a log-in, with what is done there."""
    return [
        arrow(475, below - 32, x + 70, below - 2),
        box(x, below, 144, 26 + 17 * 9, "edge"),
        text(x + 72, below + 18, verdict, anchor="middle"),
        *(
            text(x + 8, below + 40 + 17 * line, name, kind="small")
            for line, name in enumerate(done)
        ),
    ]


def _calls(
    method: ast.FunctionDef, rules: set[str], methods: dict[str, ast.FunctionDef]
) -> Iterator[tuple[str, str]]:
    """Yield adapters' verbs and rules as the interpreter gets to them."""
    for node in _in_order(method):
        whole = ast.unparse(node.func)
        own = re.fullmatch(r"self\.(_\w+)", whole)
        found = re.fullmatch(r"self\._(\w+)\.(\w+)", whole)
        if own and own[1] in methods:
            yield from _calls(methods[own[1]], rules, methods)
        elif found and found[1] not in NO_ADAPTERS:
            yield "adapter", f"{found[1]}.{found[2]}"
        elif whole == "authority.check":
            yield "adapter", "hashing.check, one run of Argon2"
        elif whole in rules:
            yield "rule", whole


def _told(node: ast.AST, methods: dict[str, ast.FunctionDef]) -> Iterator[str]:
    """Yield what is stored and recorded at one end, through methods of the flow."""
    for call in _in_order(node):
        whole = ast.unparse(call.func)
        own = re.fullmatch(r"self\.(_\w+)", whole)
        stored = re.fullmatch(r"self\._(\w+)\.(\w+)", whole)
        if own and own[1] in methods:
            yield from _told(methods[own[1]], methods)
        elif stored and stored[1] not in NO_ADAPTERS:
            name = f"{stored[1]}.{stored[2]}"
            yield from THROUGH.get(name, (name,))


def _in_order(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)
    if isinstance(node, ast.Call):
        yield node


# -- The life of a credential --


def credential(source: dict) -> str:
    """Draw states and steps; each step is tried first."""
    states, parts = source["states"], []
    for name, state in states.items():
        x, y = _corner(state["at"])
        parts += [
            box(x, y, 150, 58, "pure" if state["is"] == "lasting" else "word"),
            text(x + 75, y + 21, name, kind="head", anchor="middle"),
            *(
                text(x + 75, y + 37 + 12 * line, words, kind="small", anchor="middle")
                for line, words in enumerate(state["about"].split("; "))
            ),
        ]
    for step in source["steps"]:
        for verb in step["by"]:
            _try(verb, states[step["from"]]["is"], states[step["to"]]["is"])
        parts += _drawn(
            states[step["from"]]["at"], states[step["to"]]["at"], step["by"]
        )
    return picture(source["title"], parts, width=1000, height=216)


def _corner(at: list[int]) -> tuple[int, int]:
    return 20 + 270 * at[0], 20 + 118 * at[1]


def _drawn(begin: list[int], end: list[int], verbs: list[str]) -> list[str]:
    (x1, y1), (x2, y2) = _corner(begin), _corner(end)
    if y1 == y2:
        # There above, back below.
        y = y1 + (18 if x1 < x2 else 36)
        start, stop = (x1 + 150, x2) if x1 < x2 else (x1, x2 + 150)
        label = y - 5 if x1 < x2 else y + 14
        middle = (start + stop) / 2
        words = text(middle, label, verbs[0], kind="small", anchor="middle")
        return [arrow(start, y, stop, y), words]
    x = x1 + (55 if y1 < y2 else 95)
    start, stop = (y1 + 58, y2) if y1 < y2 else (y1, y2 + 58)
    place, anchor = (x - 6, "end") if y1 < y2 else (x + 6, "start")
    return [
        arrow(x, start, x, stop),
        *(
            text(place, 104 + 13 * line, verb, kind="small", anchor=anchor)
            for line, verb in enumerate(verbs)
        ),
    ]


def _try(verb: str, before: str, after: str) -> None:
    sample = Credential(
        account=AccountId("a"),
        password_hash="$argon2id$old" if "lasting" in before else None,
        temporary=_temporary() if "temporary" in before else None,
        must_change="must_change" in before,
    )
    given = {
        "with_temporary": ((_temporary(),), {"at": AT}),
        "with_password": (("$argon2id$new",), {"at": AT}),
        "after_login": (
            (),
            {"password_hash": sample.password_hash, "browser": "b", "at": AT},
        ),
        "with_forced_change": ((), {}),
    }
    words, named = given[verb]
    made = getattr(sample, verb)(*words, **named)
    found = {
        name
        for name, is_there in (
            ("lasting", made.password_hash is not None),
            ("temporary", made.temporary is not None),
            ("must_change", made.must_change),
        )
        if is_there
    }
    if found != {*after.split()}:
        sys.exit(f"{verb} leads from {before!r} to {found}, and not to {after!r}")


def _temporary() -> Temporary:
    return Temporary(
        hash="$argon2id$mailed",
        fingerprint="f",
        mark="m",
        issued_at=AT,
        until=AT + timedelta(hours=1),
    )


if __name__ == "__main__":
    sys.exit(main())
