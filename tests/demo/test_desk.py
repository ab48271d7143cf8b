"""The demo's support desk without a browser: who sees what, and what it does."""

from __future__ import annotations

import asyncio
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from securelogin.demo import Demo
from securelogin.demo.people import ANN, BOB, CAROL, NOAH
from tests.demo.test_demo import Visitor, played

REFERENCE = re.compile(r'aria-label="Look up ([0-9A-Z-]{11})"')


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


async def desk_of(visitor: Visitor, address: str, base: str = "/acme/") -> list[str]:
    """Log in and open the desk; return the references that it lists."""
    await visitor.log_in(address, base)
    assert await visitor.ask("GET", f"{base}support") == 200
    return REFERENCE.findall(visitor.text)


def test_an_administrator_of_another_tenant_gets_nothing_by_any_form() -> None:
    async def story(demo: Demo, carol: Visitor) -> None:
        noah = Visitor(demo)
        references = await desk_of(carol, CAROL.address)
        assert len(references) == 3
        assert await desk_of(noah, NOAH.address, "/clinic/") == []
        page = noah.text
        for path, fields in (
            ("support", {"reference": references[0]}),
            ("support/search", {"address": ANN.address}),
            ("support/search", {"url": "http://127.0.0.1:8000/acme/login"}),
            (
                "support/act",
                {
                    "reference": references[0],
                    "call": "accounts.send_temporary_password",
                },
            ),
        ):
            noah.text = page
            await noah.post(f"/clinic/{path}", **fields)
            assert "<article>" not in noah.text
            for listed in REFERENCE.findall(noah.text):
                record = await demo.store.attempts.by_reference(listed)
                assert record is not None
                assert record.tenant == "clinic"

    played(story)


def test_a_sender_sees_what_came_by_their_own_links_only() -> None:
    async def story(demo: Demo, ann: Visitor) -> None:
        token = demo.mailbox.newest(BOB, carrying="token").token
        bob = Visitor(demo)
        await bob.ask("GET", f"/acme/link?t={token}")
        await bob.ask("GET", "/acme/link")
        await bob.post("/acme/login", address=BOB, password="wrong")

        (own,) = await desk_of(ann, ANN.address)
        assert "what became of your own messages" in ann.text
        assert await ann.post("/acme/support", reference=own) == 200
        assert "<article>" in ann.text
        # Nothing of the recipient's account, and nothing to do with it.
        assert "accounts.send_temporary_password" not in ann.text

        # Bob without his link is about her message too: she may know by its reference.
        others = [
            reference
            for reference in await desk_of(Visitor(demo), CAROL.address)
            if (await demo.store.attempts.by_reference(reference)).lookup != BOB
        ]
        assert len(others) == 2
        for reference in others:
            await ann.ask("GET", "/acme/support")
            await ann.post("/acme/support", reference=reference)
            assert "Nothing is found" in ann.text

    played(story)


def test_an_attempt_is_found_by_what_the_person_remembers() -> None:
    async def story(_: Demo, carol: Visitor) -> None:
        await desk_of(carol, CAROL.address)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")
        given = {"address": ANN.address, "around": now, "zone": "Etc/UTC"}
        assert await carol.post("/acme/support/search", **given) == 200
        best = carol.text.partition("What fits")[2].partition("</li>")[0]
        assert ANN.address in best
        assert "this very address" in best
        assert f'value="{ANN.address}"' in carol.text

        carol.text = carol.text.partition("What fits")[0]
        await carol.post("/acme/support/search", browser="Lynx 2.8")
        assert "Nothing does." in carol.text

    played(story)


@pytest.mark.parametrize(
    ("clues", "said"),
    [
        ({}, "Give an address, a time, a url or a browser."),
        ({"around": "noon"}, "Expected a date and a time."),
        ({"around": "2026-03-02T10:30"}, "A time needs its zone."),
    ],
)
def test_clues_that_cannot_be_used_are_said(clues: dict[str, str], said: str) -> None:
    async def story(_: Demo, carol: Visitor) -> None:
        await desk_of(carol, CAROL.address)
        assert await carol.post("/acme/support/search", **clues) == 422
        assert said in carol.text

    played(story)


def test_what_the_diagnosis_offers_is_done_and_nothing_else() -> None:
    async def story(demo: Demo, carol: Visitor) -> None:
        references = await desk_of(carol, CAROL.address)
        wanted = ""
        for reference in references:
            await carol.post("/acme/support", reference=reference)
            if 'value="links.reissue"' in carol.text:
                wanted = reference
        given = {"reference": wanted, "call": "links.reissue"}
        page = carol.text
        before = demo.mailbox.newest(BOB, carrying="token").token
        assert await carol.post("/acme/support/act", **given) == 200
        assert "Recall the link and issue a new one: done." in carol.text
        # The demo's own courier sends it, at once but not before this line.
        for _ in range(600):
            if demo.mailbox.newest(BOB, carrying="token").token != before:
                break
            await asyncio.sleep(0.05)
        assert demo.mailbox.newest(BOB, carrying="token").token != before

        for call in ("sessions.end_all", "accounts.erase", ""):
            carol.text = page
            given = {"reference": wanted, "call": call}
            assert await carol.post("/acme/support/act", **given) == 422
            assert "This is not to be done here." in carol.text

    played(story)
