"""What OWASP's ASVS 5.0 asks of a log-in, row by row, and who sees to it.

The map is data (`data/asvs.toml`): CI checks that every test it names exists.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from securelogin.doctor.findings import Finding, Severity

__all__ = ["Kind", "Met", "Requirement", "met_by", "requirements"]


class Kind(StrEnum):
    """Who satisfies a requirement."""

    LIBRARY = "library"
    """The library alone, and a test shows it."""

    SHARED = "shared"
    """The library gives the means and tests them; the portal has to use them."""

    DOCUMENT = "document"
    """A page of the documentation says it."""

    PORTAL = "portal"
    """The portal alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One row of the map.

    Attributes:
        id: of ASVS 5.0.0, such as "6.3.8".
        level: 1, 2 or 3.
        asks: what it asks for, in our words.
        shown_by: the tests, as `path::name`.
        page: of the documentation.
        yours: what is left to the portal; "" if nothing is.
        unmet: why it is not met, if it is not; in writing.
        by_setting: which stricter setting meets it, where the default does not, and why
            that is not the default; "" elsewhere.
        checks: of the doctor, which see whether this configuration meets it.
    """

    id: str
    level: int
    kind: Kind
    asks: str
    shown_by: tuple[str, ...] = ()
    page: str = ""
    yours: str = ""
    unmet: str = ""
    by_setting: str = ""
    checks: tuple[str, ...] = ()


class Met(StrEnum):
    """How a requirement stands in one configuration."""

    BY_LIBRARY = "met by the library"
    BY_CONFIGURATION = "met by this configuration"
    NOT_HERE = "not met by this configuration"
    YOURS = "yours to do"
    NOT_MET = "not met"


def requirements() -> tuple[Requirement, ...]:
    """Return the map, in the order of ASVS."""
    text = files("securelogin").joinpath("data", "asvs.toml").read_text("utf-8")
    return tuple(
        Requirement(
            id=id_,
            level=row["level"],
            kind=Kind(row["kind"]),
            asks=row["asks"],
            shown_by=tuple(row.get("tests", ())),
            page=row.get("page", ""),
            yours=row.get("yours", ""),
            unmet=row.get("unmet", ""),
            by_setting=row.get("by_setting", ""),
            checks=tuple(row.get("checks", ())),
        )
        for id_, row in tomllib.loads(text).items()
    )


def met_by(requirement: Requirement, findings: Collection[Finding], /) -> Met:
    """Tell how a requirement stands, with what the doctor has found here.

    A warning of its own check is enough for "not met by this configuration": a
    requirement is no matter of degree.
    """
    if requirement.unmet:
        return Met.NOT_MET
    seen = [one.severity for one in findings if one.check in requirement.checks]
    if any(severity in (Severity.UNSAFE, Severity.WARNING) for severity in seen):
        return Met.NOT_HERE
    if requirement.yours:
        return Met.YOURS
    return Met.BY_CONFIGURATION if seen else Met.BY_LIBRARY
