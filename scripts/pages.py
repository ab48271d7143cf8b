"""Pages made from the code: written anew, or compared with what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["written_or_current"]

ROOT = Path(__file__).parent.parent


def written_or_current(page: Path, made: str, arguments: Sequence[str]) -> bool:
    """Write *made* if `--write` is asked for; tell whether the page is what it says."""
    if "--write" in arguments:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(made, "utf-8")
    elif not page.exists() or page.read_text("utf-8") != made:
        name = page.relative_to(ROOT) if page.is_relative_to(ROOT) else page.name
        print(f"{name} is out of date; run with --write")
        return False
    return True
