"""The tutorial's excerpts of the tour are what it prints, but for what is random."""

from __future__ import annotations

import re
import tempfile
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from securelogin.tour import take_tour
from tests.wiring import cheap_hasher

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "tour.md"
BLOCK = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RANDOM = (
    re.compile(r"SQLite file \S+"),
    re.compile(r"(?<=127\.0\.0\.1:)\d+"),
    re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b"),
    re.compile(r"'[0-9A-Z]{2}0[0-9A-Z](?:-[0-9A-Z]{4}){2}-[0-9A-Z]'"),
    re.compile(r"' [0-9a-zO]{4}(?:  [0-9a-zO]{4}){2}  [0-9a-zO] '"),
)


def without_chance(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    for pattern in RANDOM:
        lines = pattern.sub("*", lines)
    return lines


def test_excerpts_on_the_page_are_what_the_tour_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    screen = StringIO()
    excerpts = BLOCK.findall(PAGE.read_text(encoding="utf-8"))

    take_tour(Console(file=screen, width=80), hasher=cheap_hasher())

    printed = without_chance(screen.getvalue())
    assert len(excerpts) == 4
    for excerpt in excerpts:
        assert without_chance(excerpt) in printed
