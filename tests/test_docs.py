"""Every Python block in README.md and docs/ runs, and shows what it says it shows.

The blocks of one page share their names and run from top to bottom, in an empty
folder. A block in `console` is not run: `.ci/run` runs the two that matter, and
`test_followed.py` looks at the others.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from securelogin.sinks import LOGGER_NAME
from tests.bare import blocks_of

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^ *(?:`{3,}|~{3,})[ \t]*([^\s`]+)", re.MULTILINE)
LOGGER = re.compile(r'getLogger\("([^"]+)"\)')
# Names for Python that would be set in colour but not run.
NOT_RUN = {"py", "py3", "pycon", "python3", "Python", "{doctest}", "{testcode}"}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_python_block_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    for example in blocks_of(page):
        example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_python_block_of_a_page_escapes_the_reader(page: Path) -> None:
    languages = FENCE.findall(page.read_text(encoding="utf-8"))

    assert set() == NOT_RUN.intersection(languages)


def test_every_logger_is_named_on_the_page_about_events() -> None:
    page = (ROOT / "docs" / "reference" / "events.md").read_text(encoding="utf-8")
    loggers = {LOGGER_NAME}
    for module in (ROOT / "src").rglob("*.py"):
        loggers |= {*LOGGER.findall(module.read_text(encoding="utf-8"))}

    assert len(loggers) > 1
    assert [name for name in sorted(loggers) if f"`{name}`" not in page] == []


def test_readme_is_read() -> None:
    assert blocks_of(ROOT / "README.md")
