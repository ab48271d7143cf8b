"""What is on record about weaknesses of the pinned versions, without asking anybody.

The record is `weaknesses.toml`, taken from the Python Packaging Advisory Database; it
knows nothing of what was published after its own date. scripts/known_weaknesses.py
looks here first, and asks a live database then.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

RECORD = Path(__file__).parent / "weaknesses.toml"

LONGEST = timedelta(days=90)
"""The longest time that SECURITY.md gives anything (the next renewal)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Why an advisory about a pinned version is no fault, and until when."""

    reason: str
    until: date | None = None
    """The last day it may wait (SECURITY.md); None if it does not touch us at all."""

    def is_over(self, today: date) -> bool:
        """Tell whether what it allowed to wait has waited too long."""
        return self.until is not None and self.until < today


@dataclass(frozen=True, slots=True)
class Advisory:
    """What one advisory says about the versions of one package."""

    number: str
    published: date
    affected: tuple[SpecifierSet, ...]

    def is_about(self, version: Version) -> bool:
        """Tell whether a version is weak."""
        return any(span.contains(version, prereleases=True) for span in self.affected)


@dataclass(frozen=True, slots=True)
class Record:
    """The advisories on record, by the normal form of a package's name."""

    until: date
    packages: Mapping[str, Sequence[Advisory]]
    further: Mapping[str, int]
    """How many advisories of a package were not compared: only the number is known."""


def pinned(pins: Path) -> dict[str, Version]:
    """Read the versions that a file pins."""
    lines = (line.strip() for line in pins.read_text(encoding="utf-8").splitlines())
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {
        canonicalize_name(one.name): Version(next(iter(one.specifier)).version)
        for one in found
    }


def record(file: Path = RECORD) -> Record:
    """Read the record."""
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    packages = {name: row for name, row in read.items() if isinstance(row, dict)}
    return Record(
        until=read["until"],
        packages={name: [*_advisories(row)] for name, row in packages.items()},
        further={
            name: row["further"] for name, row in packages.items() if "further" in row
        },
    )


def _advisories(row: Mapping[str, Any]) -> Iterator[Advisory]:
    for number, facts in row.items():
        if number != "further":
            spans = tuple(SpecifierSet(span) for span in facts["affected"])
            yield Advisory(number, facts["published"], spans)


def faults_on_record(
    pins: Mapping[str, Version],
    known: Record,
    /,
    *,
    today: date,
    judged: Mapping[str, Judgement],
) -> Iterator[str]:
    """Name what is weak, what was not looked up, and what has waited too long."""
    for name, version in pins.items():
        if name not in known.packages:
            yield f"{name}: not on record; take it in with --snapshot"
        for advisory in known.packages.get(name, ()):
            if advisory.is_about(version):
                wrong = _wrong(advisory, judged.get(advisory.number), today)
                if wrong:
                    yield f"{name} {version}: {advisory.number}, {wrong}"


def _wrong(advisory: Advisory, judgement: Judgement | None, today: date) -> str | None:
    if judgement is None:
        return f"published on {advisory.published}; raise the pin, or judge it"
    if judgement.is_over(today):
        return f"which had to be dealt with by {judgement.until}"
    if judgement.until and judgement.until > advisory.published + LONGEST:
        return f"which may not wait until {judgement.until} (SECURITY.md)"
    return None


# --- Taking the record from a clone ------------------------------------------------


def taken_from(clone: Path, names: Sequence[str]) -> str:
    """Return a record of what a clone of pypa/advisory-database knows."""
    if not (clone / "vulns").is_dir():
        raise SystemExit(f"{clone} is no clone of pypa/advisory-database: no vulns/")
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name in sorted(names):
        files = sorted((clone / "vulns" / name).glob("*.yaml"))
        read = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
        found[name] = dict(_facts(name, read))
    newest = max(facts["published"] for row in found.values() for facts in row.values())
    return _written(found, newest)


def _facts(
    name: str, advisories: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for advisory in advisories:
        about = [
            part
            for part in advisory["affected"]
            if canonicalize_name(part["package"]["name"]) == name
        ]
        spans = [span for part in about for span in _spans(part)]
        # One without versions says nothing that could be compared.
        if spans and "withdrawn" not in advisory:
            published = date.fromisoformat(str(advisory["published"])[:10])
            yield advisory["id"], {"published": published, "affected": spans}


def _spans(part: Mapping[str, Any]) -> Iterator[str]:
    ranges = [one for one in part.get("ranges", ()) if one["type"] == "ECOSYSTEM"]
    for one in ranges:
        yield from spans_of(one["events"])
    if not ranges:
        yield from (f"=={version}" for version in part.get("versions", ()))


def spans_of(events: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Turn the events of an OSV range, in their order, into specifiers of PEP 440."""
    begun: str | None = None
    for event in events:
        ((kind, version),) = event.items()
        if kind == "introduced":
            begun = "" if version == "0" else f">={version},"
        elif begun is not None:
            yield begun + {"fixed": "<", "last_affected": "<="}[kind] + version
            begun = None
    if begun is not None:
        # Never mended: every version from there on.
        yield begun.rstrip(",") or ">=0.dev0"


def _written(found: Mapping[str, Mapping[str, Mapping[str, Any]]], newest: date) -> str:
    head = RECORD.read_text(encoding="utf-8").partition("\nuntil = ")[0]
    # What only counted advisories stood for is no longer true of a whole clone.
    head = re.sub(r"#\n# `further` counts.*?\.\n(?=#\n)", "", head, flags=re.DOTALL)
    lines = [f"{head}\nuntil = {newest}", ""]
    for name, row in found.items():
        lines.append(f"[{name}]")
        for number, facts in sorted(row.items()):
            spans = ", ".join(f'"{span}"' for span in facts["affected"])
            lines.append(
                f"{number} = {{ published = {facts['published']}, "
                f"affected = [{spans}] }}"
            )
    return "\n".join(lines) + "\n"
