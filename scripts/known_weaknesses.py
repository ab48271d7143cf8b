"""Look for known weaknesses of every version in constraints.txt (ASVS 15.2.1).

    python scripts/known_weaknesses.py                # PyPI's own advisories
    python scripts/known_weaknesses.py -s osv         # whatever pip-audit can ask
    python scripts/known_weaknesses.py --snapshot ../advisory-database

First comes what is on record in weaknesses.toml, which needs nobody; `--snapshot`
writes that anew, from a clone of github.com/pypa/advisory-database. Then a database is
asked.

pip-audit says "no known vulnerabilities" as well where the database knows nothing of
what it is asked, as a mirror does. So it is asked first about a version that is known
to be weak, and only a database that says so is believed. Ends with 0 if there is no
known weakness, 1 if there is one or a version was not looked up, and 3 if nobody could
be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

# As a script it would find its neighbour, and the tests would not: so from the root.
sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.weaknesses import (
    RECORD,
    Judgement,
    faults_on_record,
    pinned,
    record,
    taken_from,
)

PINS = Path(__file__).parent.parent / "constraints.txt"
CONTROL = "jinja2==2.4.1"
"""Has had advisories since 2014, which nobody will take back."""

JUDGED: Mapping[str, Judgement] = {
    "PYSEC-2022-42969": Judgement(
        "py 1.11.0 is the last there is; interrogate, which checks our docstrings, "
        "uses its terminal writer alone and never reads a Subversion repository. "
        "Nobody could reproduce it: GitHub withdrew its GHSA-w596-4wvx-j9j6 in 2025."
    ),
}
"""Advisories that do not touch us, or may wait until a day (SECURITY.md says when)."""

NONE, SOME, NOT_ASKED = 0, 1, 3

Report = Mapping[str, Any]


def main(
    arguments: Sequence[str] = (), *, pins: Path = PINS, written: Path = RECORD
) -> int:
    """Look, ask, and say what is known."""
    match [*arguments]:
        case ["--snapshot", clone]:
            written.write_text(taken_from(Path(clone), [*pinned(pins)]), "utf-8")
            return NONE
        case ["--snapshot", *_]:
            raise SystemExit("--snapshot: name a clone of pypa/advisory-database")
    today = datetime.now(UTC).date()
    found = on_record(pins, today=today)
    if found:
        print(*found, sep="\n")
        return SOME
    return ask(arguments, pins, today=today)


def on_record(pins: Path, *, today: date) -> list[str]:
    """Look into the record, and say how far it reaches."""
    known, versions = record(), pinned(pins)
    advisories = sum(map(len, known.packages.values()))
    print(
        f"on record until {known.until}: {len(versions)} versions, {advisories} "
        f"advisories, and {sum(known.further.values())} more by their number alone"
    )
    return [*faults_on_record(versions, known, today=today, judged=JUDGED)]


def ask(arguments: Sequence[str], pins: Path, *, today: date) -> int:
    """Ask, and say what was answered."""
    with tempfile.TemporaryDirectory() as folder:
        control = Path(folder) / "control.txt"
        control.write_text(f"{CONTROL}\n", encoding="utf-8")
        if not knows_the_control(asked(control, arguments)):
            print(
                "NOT ASKED: no database of weaknesses can be reached from here, or it "
                f"does not know that {CONTROL} is weak. Of {pins.name} nothing is "
                "known but what is on record; run this where one can be asked."
            )
            return NOT_ASKED
    report = asked(pins, arguments)
    found = (
        ["the database answered no more"]
        if report is None
        else [*faults(report, today=today)]
    )
    print(*(found or [f"no known weakness in {pins.name}"]), sep="\n")
    return SOME if found else NONE


def asked(pins: Path, arguments: Sequence[str]) -> Report | None:
    """Return pip-audit's report; None if it has none."""
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--requirement", pins),
            # Everything is pinned: nothing has to be resolved or downloaded.
            *("--no-deps", "--disable-pip", "--progress-spinner", "off"),
            *("--format", "json", *arguments),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report: Report = json.loads(ended.stdout)
    except ValueError:
        return None
    return report


def knows_the_control(report: Report | None) -> bool:
    """Tell whether a report on the control names its weakness."""
    return report is not None and any(
        row.get("vulns") for row in report["dependencies"]
    )


def faults(
    report: Report, /, *, today: date, judged: Mapping[str, Judgement] = JUDGED
) -> Iterator[str]:
    """Name what is weak, and what nobody was asked about."""
    valid = {number for number, one in judged.items() if not one.is_over(today)}
    for row in report["dependencies"]:
        if "skip_reason" in row:
            yield f"{row['name']}: not looked up: {row['skip_reason']}"
        for weakness in row.get("vulns", ()):
            if not valid & {weakness["id"], *weakness.get("aliases", ())}:
                mended = ", ".join(weakness["fix_versions"]) or "no version"
                yield (
                    f"{row['name']} {row['version']}: {weakness['id']}, "
                    f"mended in {mended}"
                )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
