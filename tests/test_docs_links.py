"""Links in prose lead somewhere: to a file, a heading, or a known place elsewhere.

Sphinx checks the cross-references of the site. These are the pages outside of it, and
the addresses of others, which are listed so that somebody can look through them: no
test here needs a network.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
SITE = sorted((ROOT / "docs").rglob("*.md"))
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(<?([^)\s>]+)>?\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
BARE = re.compile(r"<(https?://[^>\s]+)>")
CODE = re.compile(r"^(`{3,}).*?^\1\s*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
# Where links lead besides; look through them before a release.
ELSEWHERE = {
    "cheatsheetseries.owasp.org",
    "docs.aiohttp.org",
    "fastapi.tiangolo.com",
    "flask.palletsprojects.com",
    "github.com",
    "keepachangelog.com",
    "pages.nist.gov",
    "www.djangoproject.com",
}
LOOPBACK = {"localhost", "127.0.0.1"}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def links_of(page: Path) -> list[str]:
    prose = CODE.sub("", page.read_text(encoding="utf-8"))
    found = [one or other for one, other in LINK.findall(prose)]
    return [*found, *BARE.findall(prose)]


def headings_of(page: Path) -> set[str]:
    lines = page.read_text(encoding="utf-8").splitlines()
    return {
        re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).strip().replace(" ", "-")
        for line in lines
        if line.startswith("#")
    }


@pytest.mark.parametrize("page", [*PAGES, *SITE], ids=name_of)
def test_a_link_within_the_repository_leads_to_a_file_and_its_heading(page):
    lost = []
    for link in links_of(page):
        place, _, heading = link.partition("#")
        if urlsplit(link).scheme:
            continue
        target = page if not place else (page.parent / place).resolve()
        is_page = target.exists() and target.suffix == ".md"
        if not target.exists() or (
            heading and is_page and heading not in headings_of(target)
        ):
            lost.append(link)

    assert lost == []


@pytest.mark.parametrize("page", [*PAGES, *SITE], ids=name_of)
def test_a_link_elsewhere_is_https_and_leads_to_a_known_place(page):
    away = [urlsplit(link) for link in links_of(page) if urlsplit(link).scheme]

    assert [
        parts.geturl()
        for parts in away
        if (parts.scheme, parts.hostname)
        not in {*(("https", host) for host in ELSEWHERE)}
        and parts.hostname not in LOOPBACK
    ] == []


def test_no_place_is_listed_that_nothing_leads_to():
    places = {
        urlsplit(link).hostname for page in [*PAGES, *SITE] for link in links_of(page)
    }

    assert ELSEWHERE - places == set()


def test_links_are_found_and_code_is_left_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("[a](b.md#c) ![d](e.png) `[f](g)` <https://h.example/>\n")

    assert links_of(page) == ["b.md#c", "e.png", "https://h.example/"]
