"""What is on record about weaknesses of the versions in constraints.txt."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from scripts.known_weaknesses import CONTROL, JUDGED, NONE, PINS, SOME, main
from scripts.weaknesses import (
    RECORD,
    Judgement,
    faults_on_record,
    pinned,
    record,
    spans_of,
    taken_from,
)
from tests.bare import brought_by

KNOWN = record()
TODAY = KNOWN.until


def faults_of(pins: str, tmp_path: Path, *, known=KNOWN, today=TODAY, judged=None):
    file = tmp_path / "pins.txt"
    file.write_text(pins, "utf-8")
    found = faults_on_record(pinned(file), known, today=today, judged=judged or {})
    return [*found]


def test_15_2_1_no_pinned_version_has_a_weakness_on_record_that_was_not_judged():
    assert not [*faults_on_record(pinned(PINS), KNOWN, today=TODAY, judged=JUDGED)]


def test_15_2_1_every_judgement_is_about_a_pinned_version_and_in_its_time():
    today = date.today()

    found = [*faults_on_record(pinned(PINS), KNOWN, today=today, judged={})]

    for number, judgement in JUDGED.items():
        assert any(number in fault for fault in found)
        assert not judgement.is_over(today)


def test_the_record_is_whole_for_what_SECURITY_md_says_it_is_whole_for():
    text = (PINS.parent / "SECURITY.md").read_text("utf-8").replace("\n", " ")
    (claim,) = re.findall(r"whole for the core and for what (.*?) +bring", text)
    extras = frozenset(re.findall(r"`(\w+)`", claim))

    brought = brought_by([f"securelogin[{','.join(extras)}]"])

    assert extras >= {"sql", "smtp", "cli", "demo"}
    assert not brought & KNOWN.further.keys()


def test_every_extra_has_a_time_in_SECURITY_md():
    text = (PINS.parent / "SECURITY.md").read_text("utf-8").replace("\n", " ")
    extras, tools = re.findall(
        r"\*Components of extras\* are (.*?)\. \*Tools for development\* (.*?)\. ", text
    )[0]
    project = tomllib.loads((PINS.parent / "pyproject.toml").read_text("utf-8"))
    known = project["project"]["optional-dependencies"].keys()

    named = re.findall(r"`(\w+)`", f"{extras} {tools}")

    assert sorted(named) == sorted(known)


def test_the_record_knows_the_version_that_is_known_to_be_weak(tmp_path):
    found = faults_of(CONTROL, tmp_path)

    assert any("jinja2 2.4.1: PYSEC-2014-82" in fault for fault in found)


@pytest.mark.parametrize(
    ("pin", "weak"),
    [
        ("aiosmtplib==5.1.1", True),
        ("aiosmtplib==5.1.2", False),
        # Spans of several lines, and the first version of one.
        ("Django==6.0a1", True),
        ("Django==6.0.7", False),
        ("Django==5.2.15", True),
        ("asyncmy==0.2.11", True),
        ("asyncmy==0.2.12", False),
        # One version alone, before and after which there is nothing.
        ("fastapi==0.136.2", False),
        ("fastapi==0.136.3", True),
    ],
)
def test_a_version_is_weak_within_the_span_of_an_advisory_and_not_beside(
    pin, weak, tmp_path
):
    assert bool(faults_of(pin, tmp_path)) is weak


def test_a_package_that_was_not_looked_up_is_a_fault(tmp_path):
    (fault,) = faults_of("left-pad==1.3.0", tmp_path)

    assert fault.startswith("left-pad: not on record")


@pytest.mark.parametrize(
    ("until", "today", "fault"),
    [
        (None, date(2030, 1, 1), None),
        (date(2026, 10, 10), date(2026, 10, 10), None),
        (date(2026, 10, 10), date(2026, 10, 11), "had to be dealt with by 2026-10-10"),
        # Published on 10 September: 90 days later is 9 December.
        (date(2026, 12, 9), date(2026, 10, 11), None),
        (date(2026, 12, 10), date(2026, 10, 11), "may not wait until 2026-12-10"),
    ],
)
def test_an_advisory_whose_time_is_over_is_a_fault(until, today, fault, tmp_path):
    judged = {"PYSEC-2026-3805": Judgement("may wait", until=until)}

    found = faults_of("aiosmtplib==5.1.1", tmp_path, today=today, judged=judged)

    assert [fault in one for one in found] == ([True] if fault else [])


def test_what_is_on_record_is_said_before_anybody_is_asked(tmp_path, capsys):
    pins = tmp_path / "pins.txt"
    pins.write_text("h11==0.15.0\n", "utf-8")

    assert main(pins=pins) == SOME
    assert "h11 0.15.0: PYSEC-2026-348" in capsys.readouterr().out


# --- Taking it from a clone --------------------------------------------------------

ADVISORY = """
id: PYSEC-2026-{number}
published: "2026-11-0{number}T09:44:57Z"
{withdrawn}
affected:
- package: {{name: Left_Pad, ecosystem: PyPI}}
  ranges:
  - type: GIT
    events: [{{introduced: "0"}}, {{fixed: 0b5a}}]
  - type: ECOSYSTEM
    events: [{{introduced: "0"}}, {{fixed: "1.{number}"}}]
  versions: ["0.9"]
- package: {{name: other, ecosystem: PyPI}}
  versions: ["7"]
"""


@pytest.fixture
def clone(tmp_path) -> Path:
    place = tmp_path / "clone" / "vulns" / "left-pad"
    place.mkdir(parents=True)
    for number, withdrawn in ((1, ""), (2, ""), (3, "withdrawn: 2026-11-05")):
        text = ADVISORY.format(number=number, withdrawn=withdrawn)
        (place / f"PYSEC-2026-{number}.yaml").write_text(text, "utf-8")
    return tmp_path / "clone"


def test_a_record_is_taken_from_a_clone_of_the_database(clone, tmp_path):
    file = tmp_path / "weaknesses.toml"

    file.write_text(taken_from(clone, ["left-pad", "itsdangerous"]), "utf-8")

    known = record(file)
    assert known.until == date(2026, 11, 2)
    assert not known.further
    # What was withdrawn is not there; what is not known to be weak, is.
    assert known.packages["itsdangerous"] == []
    numbers = [advisory.number for advisory in known.packages["left-pad"]]
    assert numbers == ["PYSEC-2026-1", "PYSEC-2026-2"]
    (fault,) = faults_of("left-pad==1.1", tmp_path, known=known)
    assert "PYSEC-2026-2, published on 2026-11-02" in fault


def test_the_record_is_written_for_all_that_is_pinned(clone, tmp_path):
    pins, file = tmp_path / "pins.txt", tmp_path / "weaknesses.toml"
    pins.write_text("Left.Pad==1.3\nitsdangerous==2.2.0\n", "utf-8")

    assert main(["--snapshot", str(clone)], pins=pins, written=file) == NONE

    assert [*record(file).packages] == ["itsdangerous", "left-pad"]


def test_a_snapshot_of_nothing_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="name a clone"):
        main(["--snapshot"], written=tmp_path / "weaknesses.toml")


def test_the_sources_and_their_licence_stay_with_the_record(clone):
    written = taken_from(clone, ["left-pad"])

    head = RECORD.read_text("utf-8")
    (source,) = (line for line in head.splitlines() if line.startswith("source = "))
    assert "CC-BY 4.0" in source
    assert source in written
    assert "further" not in written.replace("leaves no `further`", "")


def test_a_folder_that_is_no_clone_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="no clone of pypa/advisory-database"):
        taken_from(tmp_path, [])


@pytest.mark.parametrize(
    ("events", "spans"),
    [
        ([("introduced", "0"), ("fixed", "2")], ["<2"]),
        ([("introduced", "1"), ("last_affected", "2")], [">=1,<=2"]),
        (
            [("introduced", "1"), ("fixed", "2"), ("introduced", "3"), ("fixed", "4")],
            [">=1,<2", ">=3,<4"],
        ),
        ([("introduced", "3")], [">=3"]),
        ([("introduced", "0")], [">=0.dev0"]),
    ],
)
def test_events_become_spans(events, spans):
    assert [*spans_of([{kind: version} for kind, version in events])] == spans
