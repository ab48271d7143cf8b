"""Make the sync twins from the async ones, or check that they are what this makes.

The async file is the source. Its twin is the same text without `async`, `await` and the
prefix `Async`, formatted by ruff. `python scripts/twins.py --write` makes all twins,
`--check` fails if one differs.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "securelogin"
TWINS = {
    **{
        path: SOURCE / "flows" / path.name
        for path in sorted((SOURCE / "aio").glob("*.py"))
        if path.name != "__init__.py"
    },
    **{
        SOURCE / f"stores/sql/async_{name}.py": SOURCE / f"stores/sql/sync_{name}.py"
        for name in (
            "adapters",
            "audit",
            "database",
            "login_reads",
            "outbox",
            "retention",
            "session_reads",
        )
    },
    SOURCE / "stores/redis/async_adapters.py": SOURCE / "stores/redis/sync_adapters.py",
    SOURCE / "web/async_portal.py": SOURCE / "web/sync_portal.py",
}

# What differs in a word, not in colour alone.
PHRASES = (
    ("securelogin.aio.", "securelogin.flows."),
    ("sqlalchemy.ext.asyncio", "sqlalchemy.engine"),
    ("async_engine", "sync_engine"),
    ("async_audit", "sync_audit"),
    ("async_database", "sync_database"),
    ("async_login_reads", "sync_login_reads"),
    ("async_outbox", "sync_outbox"),
    ("async_retention", "sync_retention"),
    ("async_session_reads", "sync_session_reads"),
    ("async_client", "sync_client"),
    ("aclose()", "close()"),
    ("import Awaitable, ", "import "),
)


def sync_twin(text: str) -> str:
    """Return the sync form of an async module."""
    for phrase, twin in PHRASES:
        text = text.replace(phrase, twin)
    text = re.sub(r"\basync (def|with|for)\b", r"\1", text)
    text = re.sub(r"\bawait\s+", "", text)
    text = re.sub(r"\bAwaitable\[(\w+)\]", r"\1", text)
    return re.sub(r"\b(_?)Async(?=[A-Z])", r"\1", text)


def formatted(text: str) -> str:
    """Return *text* with imports sorted and lines wrapped, as the repository's are."""
    for command in (
        ["check", "--select", "I", "--fix", "--quiet", "-"],
        ["format", "--quiet", "-"],
    ):
        text = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", "twin.py"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            cwd=SOURCE.parent.parent,
        ).stdout
    return text


def main(arguments: list[str]) -> int:
    """Write or check all twins; 1 if one differs."""
    differing = []
    for source, twin in TWINS.items():
        made = formatted(sync_twin(source.read_text("utf-8")))
        if "--write" in arguments:
            twin.write_text(made, "utf-8")
        elif not twin.exists() or twin.read_text("utf-8") != made:
            differing.append(twin)
    for twin in differing:
        print(f"{twin.relative_to(SOURCE)} is not the twin of its async source")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
