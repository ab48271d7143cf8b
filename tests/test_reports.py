"""A diagnosis as text, JSON and HTML."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from securelogin.outcomes import Cause
from securelogin.reports import as_html, as_json, as_text
from securelogin.rules.diagnosis import diagnose
from securelogin.rules.facts import Known
from tests.rules.cases import PLAIN, SITES, account, link, record

EVIL = "<script>alert(1)</script>\"'&"


def diagnosed(*causes: Cause, known: Known | None = None, **changes):
    return diagnose(
        record(*causes, **changes), known or Known(), portals=SITES, policy=PLAIN
    )


WHOLE = diagnosed(
    Cause.ALIAS_USED,
    Cause.LINK_EXPIRED,
    known=Known(account=account(), link=link()),
)


def test_text_is_read_from_top_to_bottom():
    assert as_text(WHOLE).splitlines()[:8] == [
        "Reference  7QK-4MX-P9R",
        "Time       2026-03-02 09:30:00+00:00",
        "Contact    it@acme.example",
        "",
        "An alias was typed instead of the primary address. (alias_used)",
        "  - Tell the person which address is the primary one.",
        "    typed address: ann@example.org",
        "    primary address: ann@example.org",
    ]
    assert "Recall the link and issue a new one: links.reissue(link-1)" in as_text(
        WHOLE
    )


def test_text_of_a_good_end_says_so():
    assert "It was not refused." in as_text(diagnosed())


def test_where_nobody_is_known_to_ask_the_text_says_so():
    assert "nobody is known" in as_text(diagnosed(tenant="", portal=""))
    assert "nobody is known" in as_html(diagnosed(tenant="", portal=""))


def test_json_holds_all_of_it():
    told = json.loads(as_json(WHOLE))

    assert [one["cause"] for one in told["obstacles"]] == ["alias_used", "link_expired"]
    assert told["at"] == "2026-03-02T09:30:00+00:00"
    assert told["actions"][0]["call"] == "links.reissue"
    assert told["draft"]["to"] == told["contact"] == "it@acme.example"
    assert told["evidence"] == dict(WHOLE.evidence)
    assert json.loads(as_json(diagnosed()))["draft"] is None


class Reader(HTMLParser):
    """Checks that every element is closed, and keeps the names and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.names.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("field", ["typed", "url", "user_agent", "note", "ip"])
def test_1_2_1_what_a_stranger_typed_is_text_in_html(field):
    reader = Reader()

    reader.feed(as_html(diagnosed(Cause.REFUSED_BY_PORTAL, **{field: EVIL})))

    assert reader.open == []
    assert "script" not in reader.names
    assert EVIL in reader.text


def test_html_shows_all_that_the_diagnosis_says():
    reader = Reader()

    reader.feed(as_html(WHOLE))

    assert reader.open == []
    for obstacle in WHOLE.obstacles:
        assert obstacle.summary in reader.text
    for action in WHOLE.actions:
        assert action.label in reader.text
    assert WHOLE.draft.subject in reader.text
    assert "2026-03-02 09:30:00+00:00" in reader.text
    assert "<dl></dl>" not in as_html(diagnosed(Cause.OVERLOADED))
